"""What each event is called on the screen, in both languages; `docs/events.md` says when each is recorded."""

from minsheng.engine.contracts.schema import Text

TITLES: dict[str, Text] = {
    "installation.initialised": Text(zh="系统初始化", en="Installation set up"),
    "delivery.received": Text(zh="数据已接收", en="Delivery received"),
    "delivery.held": Text(zh="数据待放行", en="Delivery held"),
    "delivery.refused": Text(zh="文件被拒收", en="File refused"),
    "delivery.released": Text(zh="数据已放行", en="Delivery released"),
    "delivery.superseded": Text(zh="数据被更正件替换", en="Delivery superseded"),
    "delivery.resolved_again": Text(zh="数据重新对应到人", en="Delivery matched again"),
    "identity.asked": Text(zh="身份待核实", en="Identity in doubt"),
    "identity.linked": Text(zh="身份认定为登记人员", en="Identity linked"),
    "identity.outside": Text(zh="身份认定为登记外人员", en="Identity outside the registry"),
    "registry.households_applied": Text(zh="家庭登记已更新", en="Households brought up to date"),
    "registry.members_applied": Text(zh="成员登记已更新", en="Members brought up to date"),
    "people.merged": Text(zh="两条人员登记合并", en="People merged"),
    "people.unmerged": Text(zh="人员合并已撤销", en="Merge undone"),
    "deaths.recorded": Text(zh="死亡信息已登记", en="Deaths recorded"),
    "deaths.withdrawn": Text(zh="死亡信息已撤回", en="Deaths withdrawn"),
    "model.published": Text(zh="模型已发布", en="Model published"),
    "month.closed": Text(zh="月份已结账", en="Month closed"),
    "run.published": Text(zh="监测结果已发布", en="Run published"),
    "months.retired": Text(zh="旧月份已移出数据库", en="Months retired"),
    "month.restored": Text(zh="旧月份已恢复", en="Month restored"),
    "verdict.recorded": Text(zh="入户核查结论已登记", en="Verdicts recorded"),
    "verdicts.withdrawn": Text(zh="核查结论已撤回", en="Verdicts withdrawn"),
    "warnings.noted": Text(zh="预警标为已阅", en="Warnings marked as noted"),
    "warnings.unnoted": Text(zh="取消已阅标记", en="Noted marks taken back"),
    "warnings.exported": Text(zh="预警名单已导出", en="Warnings exported"),
    "filter.saved": Text(zh="筛选条件已保存", en="Filter saved"),
    "filter.forgotten": Text(zh="筛选条件已删除", en="Filter forgotten"),
    "people.looked_at": Text(zh="查看了人员信息", en="People looked at"),
    "page.refused": Text(zh="页面访问被拒绝", en="Page refused"),
    "model.activated": Text(zh="模型版本生效", en="Model version in force"),
    "draft.started": Text(zh="开始起草模型", en="Model draft started"),
    "draft.changed": Text(zh="模型草稿已保存", en="Model draft saved"),
    "draft.proposed": Text(zh="模型草稿提交审批", en="Model draft proposed"),
    "draft.approved": Text(zh="模型草稿获批准", en="Model draft approved"),
    "draft.refused": Text(zh="模型草稿未获批准", en="Model draft refused"),
    "draft.taken_back": Text(zh="模型草稿撤回修改", en="Model proposal taken back"),
    "draft.taken_up_again": Text(zh="模型草稿重新修改", en="Refused draft taken up again"),
    "draft.withdrawn": Text(zh="模型草稿已放弃", en="Model draft withdrawn"),
    "job.asked": Text(zh="后台任务已提交", en="Job asked for"),
    "job.begun": Text(zh="后台任务开始", en="Job begun"),
    "job.done": Text(zh="后台任务完成", en="Job done"),
    "job.failed": Text(zh="后台任务失败", en="Job failed"),
    "job.given_back": Text(zh="后台任务退回队列", en="Job given back"),
    "job.cancel_asked": Text(zh="请求取消后台任务", en="Job to be cancelled"),
    "job.cancelled": Text(zh="后台任务已取消", en="Job cancelled"),
    "job.retried": Text(zh="后台任务重试", en="Job retried"),
    "user.language_chosen": Text(zh="选择了界面语言", en="Language chosen"),
}


def title_of(event: str) -> Text:
    """The event's title; an event that this version does not know is shown by its name."""
    return TITLES.get(event) or Text(zh=event, en=event)
