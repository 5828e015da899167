"""The situation in sentences: the answer first, and what must be known before a number is used."""

from collections.abc import Sequence

from minsheng.domain.monitoring.situation import Count, Situation, Then
from minsheng.engine.contracts.schema import Text
from minsheng.kernel.disclosure import LEAST
from minsheng.web.office.situation.health import FeedHealth


def answer(found: Situation) -> Text:
    """How the place is: how many households should be visited soon or now, of how many, and how that moved."""
    urgent, total = found.counts.urgent, found.counts.total
    if urgent is None or total is None:
        return Text(zh="橙色和红色家庭的户数太少，不能在这里显示。", en="Too few households are orange or red to be shown here.")
    if urgent == 0:
        return Text(zh=f"{total:,} 户家庭中，没有橙色或红色的。", en=f"Of {total:,} households none is orange or red.")
    moved = _moved(urgent, found.before)
    return Text(
        zh=f"{total:,} 户家庭中，{urgent:,} 户为橙色或红色，应尽快上门看望{moved.zh}。",
        en=f"Of {total:,} households {urgent:,} are orange or red and should be visited soon{moved.en}.",
    )


def difference(count: Count, before: Count, since: Text) -> Text | None:
    """How many more or fewer than before, if both are known."""
    if count is None or before is None:
        return None
    sign = "+" if count > before else "−" if count < before else "±"
    return Text(zh=f"较{since.zh} {sign}{abs(count - before):,}", en=f"{sign}{abs(count - before):,} on {since.en}")


THIS_MONTH = Text(zh="本月", en="this month")
LAST_MONTH, LAST_YEAR = Text(zh="上月", en="last month"), Text(zh="去年同月", en="last year")


def note(found: Situation, level: int) -> Text | str:
    """What stands under a level's figure: the difference to last month, and to last year where that is known."""
    count = found.counts.levels[level]
    said = [
        difference(count, earlier.counts.levels[level], since)
        for earlier, since in ((found.before, LAST_MONTH), (found.last_year, LAST_YEAR))
        if earlier is not None
    ]
    known = [one for one in said if one is not None]
    return Text(zh="，".join(one.zh for one in known), en=", ".join(one.en for one in known)) if known else ""


def lacking(feeds: Sequence[FeedHealth]) -> Text | None:
    """Which feeds are not there, and what that means; None if all are."""
    absent = [feed for feed in feeds if feed.state in ("missing", "held")]
    if not absent:
        return None
    zh = "、".join(f"{feed.title.zh}（{feed.word.zh}）" for feed in absent)
    en = ", ".join(f"{feed.title.en} ({feed.word.en})" for feed in absent)
    return Text(
        zh=f"{zh}。依靠这些数据的指标沿用上月结果，或计为未知；未知不等于没有困难。",
        en=f"{en}. Indicators that need them carry last month's findings or count as unknown; unknown is not “no hardship”.",
    )


def feeds_said(feeds: Sequence[FeedHealth]) -> Text:
    """How many of the feeds that are due have arrived."""
    arrived, due = (sum(feed.state in states for feed in feeds) for states in (("present",), ("present", "missing", "held")))
    return Text(zh=f"{due} 种应报数据中 {arrived} 种已到", en=f"{arrived} of {due} feeds that are due have arrived")


PROTECTED = Text(
    zh=f"您不查看家庭，所以 {LEAST} 户以下的数字写作“<{LEAST}”，能推算出它们的数字也不显示；逐级下看时结果一致。",
    en=f"You do not see households, so numbers below {LEAST} are written “<{LEAST}”, "
    "and numbers that would give one away are hidden too, alike at every level.",
)


def _moved(urgent: int, before: Then | None) -> Text:
    was = before.counts.urgent if before else None
    if was is None:
        return Text(zh="\u200b", en="\u200b")
    if was == urgent:
        return Text(zh="，与上月相同", en=", as many as last month")
    more = urgent > was
    return Text(
        zh=f"，比上月{'多' if more else '少'} {abs(urgent - was):,} 户",
        en=f", {abs(urgent - was):,} {'more' if more else 'fewer'} than last month",
    )
