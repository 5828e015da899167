"""The situation as charts: each says what it shows, from which month, and links each mark to what it counts."""

from collections.abc import Mapping, Sequence

from minsheng.domain.monitoring.situation import Below, Situation, Topic
from minsheng.engine.contracts.schema import Text
from minsheng.engine.explaining.words import CHANGES, LEVELS
from minsheng.kernel.disclosure import LEAST
from minsheng.kernel.periods import Month
from minsheng.web.charts import Axis, Bars, Lines, Place, Series, Source, Tiles

SMALL = f"<{LEAST}"
HOUSEHOLDS = Axis(Text(zh="户数", en="Households"), "count", Text(zh="户", en="households"))
SHARE = Axis(Text(zh="每千户中橙色和红色户数", en="Orange and red of 1,000 households"), "number", Text(zh="‰", en="‰"))
URGENT = Axis(Text(zh="橙色和红色户数", en="Orange and red households"), "count", Text(zh="户", en="households"))


def source(found: Situation) -> Source:
    """Where all of it comes from."""
    return Source(
        Text(zh=f"动态监测（{found.run.model_id}）", en=f"monthly monitoring ({found.run.model_id})"), Month.parse(found.run.month)
    )


def written(count: int | None) -> int | str:
    """A count as it is shown: hidden ones as less than ten."""
    return SMALL if count is None else count


def places(found: Situation, names: Mapping[str, str], addresses: Mapping[str, str], *, by: str) -> Tiles:
    """The places below as tiles, shaded by how many households are orange or red, or by their share."""
    tiles = [Place(names.get(one.division, one.division), _urgency(one, by), addresses.get(one.division, "")) for one in found.below]
    titles = {
        "share": Text(zh="各地每千户中有多少户为橙色或红色", en="How many of 1,000 households are orange or red, by place"),
        "count": Text(zh="各地橙色和红色家庭的户数", en="Households that are orange or red, by place"),
    }
    return Tiles(titles[by], tiles, SHARE if by == "share" else URGENT, source(found))


def trend(found: Situation, addresses: Sequence[str] = ()) -> Lines:
    """Households at each level over the months."""
    months = [month for month, _ in found.trend]
    series = [Series(LEVELS[level], [counts.levels[level] for _, counts in found.trend], level) for level in range(1, len(LEVELS))]
    title = Text(zh="各等级家庭逐月变化", en="Households at each level, month by month")
    return Lines(title, months, series, HOUSEHOLDS, source(found), links=addresses)


def changes(found: Situation) -> Bars:
    """Households by change since the month before, stacked by level."""
    codes = [code for code in ("new", "escalated", "unchanged", "eased", "cleared") if code in found.changes]
    series = [Series(LEVELS[level], [found.changes[code][level] for code in codes], level) for level in range(len(LEVELS))]
    return Bars(
        Text(zh="与上月相比的变化", en="What changed since last month"),
        [CHANGES[code] for code in codes],
        [one for one in series if any(one.values)],
        HOUSEHOLDS,
        source(found),
        heading=Text(zh="变化", en="Change"),
        stacked=True,
    )


def topics(found: Situation, shown: Sequence[Topic], names: Mapping[str, Text], title: Text, heading: Text) -> Bars:
    """What households with a level were found by, stacked by level."""
    series = [Series(LEVELS[level], [topic.levels[level - 1] for topic in shown], level) for level in range(1, len(LEVELS))]
    categories = [names.get(topic.value, Text(zh=topic.value, en=topic.value)) for topic in shown]
    return Bars(title, categories, series, HOUSEHOLDS, source(found), heading=heading, stacked=True)


def _urgency(one: Below, by: str) -> float | int | str | None:
    urgent = one.counts.urgent
    if by == "count":
        return SMALL if urgent is None else urgent
    if urgent is None or one.counts.total is None:
        return None
    return round(1000 * urgent / one.counts.total, 1) if one.counts.total else 0
