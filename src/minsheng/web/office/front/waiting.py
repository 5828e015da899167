"""What waits for a person today: each room is asked for what is theirs to do, and the most urgent stands first."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from minsheng.domain.access.queries import grants_to_confirm_count, grants_to_review_count
from minsheng.domain.access.roles import May
from minsheng.domain.access.viewers import Viewer
from minsheng.domain.feeds.queries import latest_month, month_status, running_out
from minsheng.domain.feeds.queries.reviewing import waiting_cases
from minsheng.domain.jobs.queries import counts_by_state, stuck_jobs
from minsheng.domain.modelling.queries import proposals_waiting
from minsheng.domain.monitoring.queries import DeskWatch, RunChoice, desk_waiting, run_choices
from minsheng.domain.registry.queries import openings_to_review
from minsheng.engine.contracts.schema import Text
from minsheng.kernel.periods import Month
from minsheng.web.requests import installation, now

_OLD_MONTHS = 2
NOW, SOON, LATER = 0, 1, 2
"""How urgent: it holds others up or somebody may be in need; this week; when there is time."""


@dataclass(frozen=True)
class Waiting:
    """One line: how many, of what, why it matters, and the one thing to do."""

    count: int
    what: Text
    why: Text
    verb: Text
    url: str
    urgency: int
    icon: str
    level: int | None = None


_WHY = {
    4: Text(zh="可能正有人处在急难中。", en="Somebody may be in need now."),
    3: Text(zh="困难叠加，应尽快上门。", en="Hardships add up: visit soon."),
}
Provider = Callable[[Viewer], Iterator[Waiting]]


def waiting_for(viewer: Viewer) -> list[Waiting]:
    """Everything that waits for this person, by urgency; each room is asked only by those whose task it is."""
    found = [one for may, provider in _PROVIDERS if viewer.may(may) for one in provider(viewer) if one.count]
    return sorted((one for one in found if one.url), key=lambda one: one.urgency)


def _warnings(viewer: Viewer) -> Iterator[Waiting]:
    run = newest_run()
    if run is None:
        return
    watch = DeskWatch(viewer.where(May.SEE_HOUSEHOLDS), installation().keys)
    waiting = desk_waiting(run, watch, least_age=_OLD_MONTHS)
    for level, zh, en in ((4, "红色", "red"), (3, "橙色", "orange")):
        yield Waiting(
            waiting.by_level.get(level, 0),
            Text(zh=f"户{zh}家庭还没有走访结论", en=f"{en} households without a verdict"),
            _WHY[level],
            Text(zh="查看名单", en="See the list"),
            _address("office:warnings", level=str(level)),
            NOW,
            "alert-triangle",
            level,
        )
    yield Waiting(
        waiting.old,
        Text(zh=f"户预警等了 {_OLD_MONTHS} 个月以上", en=f"warnings unanswered for {_OLD_MONTHS} months or more"),
        Text(zh="再不回应，预警就失去意义。", en="A warning that nobody answers means nothing."),
        Text(zh="从最久的看起", en="Begin with the oldest"),
        _address("office:warnings", sort="waiting"),
        SOON,
        "clock",
    )


def _deliveries(viewer: Viewer) -> Iterator[Waiting]:
    month = latest_month()
    if month is None:
        return
    place = installation()
    theirs = viewer.departments(May.SEE_DELIVERIES)
    standing = [
        one
        for one in month_status(catalogue=place.catalogue, month=month, today=place.today)
        if theirs is None or place.catalogue[one.feed].department in theirs
    ]
    if viewer.may(May.RELEASE):
        yield Waiting(
            sum(one.status == "held" for one in standing),
            Text(zh=f"批 {month} 的数据待放行", en=f"deliveries of {month} are held"),
            Text(zh="放行之前，它们不影响任何家庭的等级。", en="Until released they move nobody's level."),
            Text(zh="查看差异", en="See what differs"),
            _address("office:deliveries", until=str(month)),
            NOW,
            "hourglass",
        )
    yield Waiting(
        sum(one.status == "overdue" for one in standing),
        Text(zh=f"种 {month} 的数据已过期未报", en=f"feeds of {month} are overdue"),
        Text(zh="缺了它们，有的困难就看不见。", en="Without them some hardship cannot be seen."),
        Text(zh="查看报送日历", en="See the calendar"),
        _address("office:deliveries", until=str(month)),
        SOON,
        "truck-delivery",
    )


def _identities(_: Viewer) -> Iterator[Waiting]:
    yield Waiting(
        waiting_cases(),
        Text(zh="个身份问题待核对", en="questions of identity to decide"),
        Text(zh="没有认定之前，这些记录不计入任何人。", en="Until decided, these records count for nobody."),
        Text(zh="开始核对", en="Begin"),
        _address("office:identity"),
        SOON,
        "id",
    )


def _proposals(viewer: Viewer) -> Iterator[Waiting]:
    yield Waiting(
        proposals_waiting(viewer.acts_as),
        Text(zh="份模型草稿待您审批", en="proposed models wait for your approval"),
        Text(zh="批准之后，从约定的月份起生效。", en="Approved, they count from their month on."),
        Text(zh="查看并审批", en="Read and decide"),
        _address("office:models"),
        SOON,
        "adjustments",
    )


def _agreements(_: Viewer) -> Iterator[Waiting]:
    yield Waiting(
        len(running_out(installation().today)),
        Text(zh="份共享协议即将到期", en="sharing agreements about to expire"),
        Text(zh="协议到期，数据就停收。", en="When one expires, its feed stops."),
        Text(zh="查看并续签", en="See and renew"),
        _address("office:agreements"),
        SOON,
        "file-certificate",
    )


def _reviews(viewer: Viewer) -> Iterator[Waiting]:
    yield Waiting(
        grants_to_review_count(viewer=viewer, at=now()),
        Text(zh="项权限待复核", en="grants to review"),
        Text(zh="不再需要的权限应及时收回。", en="What nobody needs any more should end."),
        Text(zh="开始复核", en="Review"),
        _address("office:users_review"),
        LATER,
        "user-shield",
    )


def _confirmations(viewer: Viewer) -> Iterator[Waiting]:
    yield Waiting(
        grants_to_confirm_count(viewer=viewer, at=now()),
        Text(zh="项授权待您确认", en="roles wait for you to confirm"),
        Text(zh="第二人确认之前，它们不生效。", en="Until a second person confirms them they do not count."),
        Text(zh="查看并确认", en="Read and confirm"),
        _address("office:users_confirmations"),
        SOON,
        "user-shield",
    )


def _openings(viewer: Viewer) -> Iterator[Waiting]:
    yield Waiting(
        openings_to_review(viewer=viewer),
        Text(zh="次辖区外查看待您审核", en="openings of households beyond somebody's area to review"),
        Text(zh="每一次都写明了理由。", en="Each says why."),
        Text(zh="查看理由", en="Read why"),
        _address("office:openings"),
        SOON,
        "eye",
    )


def _jobs(_: Viewer) -> Iterator[Waiting]:
    stuck = len(stuck_jobs(at=now()))
    yield Waiting(
        stuck,
        Text(zh="个后台任务没有动静", en="background jobs show no life"),
        Text(zh="重试不会重复已完成的部分。", en="Trying again repeats nothing that is done."),
        Text(zh="查看任务", en="See the jobs"),
        _address("office:jobs"),
        NOW,
        "activity",
    )
    yield Waiting(
        counts_by_state().get("failed", 0),
        Text(zh="个后台任务失败", en="background jobs failed"),
        Text(zh="看看原因，再重试。", en="See why, and try again."),
        Text(zh="查看任务", en="See the jobs"),
        _address("office:jobs", state="failed"),
        LATER,
        "activity",
    )


def not_run_yet() -> Month | None:
    """The newest month with deliveries, if the leading model has not been run for it."""
    month, run = latest_month(), newest_run()
    return month if month is not None and (run is None or run.month < str(month)) else None


def newest_run() -> RunChoice | None:
    """The newest current run of the leading line of models: the first of those one may choose."""
    return next(iter(run_choices()), None)


def _address(route: str, **query: str) -> str:
    try:
        return f"{reverse(route)}?{urlencode(query)}" if query else reverse(route)
    except NoReverseMatch:
        return ""


_PROVIDERS: tuple[tuple[May, Provider], ...] = (
    (May.SEE_HOUSEHOLDS, _warnings),
    (May.SEE_DELIVERIES, _deliveries),
    (May.DECIDE_IDENTITY, _identities),
    (May.APPROVE_MODELS, _proposals),
    (May.KEEP_AGREEMENTS, _agreements),
    (May.SUPERVISE, _openings),
    (May.SUPERVISE, _confirmations),
    (May.MANAGE_USERS, _reviews),
    (May.MANAGE_USERS, lambda viewer: iter(()) if viewer.may(May.SUPERVISE) else _confirmations(viewer)),
    (May.START_RUNS, _jobs),
)
