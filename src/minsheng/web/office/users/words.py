"""What each permission means, as the form that gives a role says it."""

from minsheng.domain.access.roles import ALLOWED, FOR_AN_ORGANISATION, NEEDS_SECOND_FACTOR, NEEDS_SECOND_PERSON, TITLES, May, Role
from minsheng.engine.contracts.schema import Text

MAY: dict[May, Text] = {
    May.SEE_SITUATION: Text(zh="看本地区的总体态势和统计", en="See the area's situation and figures"),
    May.SEE_HOUSEHOLDS: Text(zh="看家庭和成员（姓名、号码默认遮住）", en="See households and members (names and numbers masked)"),
    May.REVEAL: Text(zh="说明用途后查看完整的姓名、号码、电话或住址", en="See a name, number, phone or address in clear, saying what for"),
    May.BREAK_GLASS: Text(zh="写明理由，临时打开辖区外的家庭", en="Open a household beyond the area for a while, with a reason"),
    May.ANSWER_WARNINGS: Text(zh="登记走访结论、标记预警", en="Record what visits found, and mark warnings"),
    May.EXPORT: Text(zh="导出名单", en="Export lists"),
    May.SEE_DELIVERIES: Text(zh="看数据报送和回执", en="See deliveries and receipts"),
    May.DELIVER: Text(zh="报送和更正数据", en="Deliver and mend data"),
    May.RELEASE: Text(zh="放行暂存的数据", en="Release held deliveries"),
    May.DECIDE_IDENTITY: Text(zh="核对身份", en="Decide doubtful identities"),
    May.SEE_MODELS: Text(zh="看监测模型", en="See monitoring models"),
    May.WRITE_MODELS: Text(zh="编写监测模型草稿", en="Write drafts of monitoring models"),
    May.APPROVE_MODELS: Text(zh="审批监测模型", en="Approve monitoring models"),
    May.SEE_AGREEMENTS: Text(zh="看共享协议", en="See sharing agreements"),
    May.KEEP_AGREEMENTS: Text(zh="维护共享协议", en="Keep sharing agreements"),
    May.SEE_RUNS: Text(zh="看运行和后台任务", en="See runs and background jobs"),
    May.START_RUNS: Text(zh="启动月度运行", en="Start monthly runs"),
    May.MANAGE_USERS: Text(zh="管理账号和授权", en="Manage users and what they hold"),
    May.SUPERVISE: Text(zh="复核辖区内被临时打开的家庭", en="Review households of the area that others opened"),
    May.SEARCH_AUDIT: Text(zh="查询审计记录", en="Search the audit log"),
}


def allowed_to(role: Role) -> list[Text]:
    """What a role may do, in the order of the permissions."""
    return [MAY[may] for may in May if may in ALLOWED[role]]


def roles() -> list[tuple[str, Text]]:
    """The roles as choices."""
    return [(role.value, TITLES[role]) for role in Role]


def held_for_an_organisation(role: str) -> bool:
    """Whether a role is held for an organisation."""
    return role in FOR_AN_ORGANISATION


def needs_second_factor(role: str) -> bool:
    """Whether a role asks for a second factor."""
    return role in NEEDS_SECOND_FACTOR


def needs_second_person(role: str) -> bool:
    """Whether a role counts only once a second person confirmed it."""
    return role in NEEDS_SECOND_PERSON
