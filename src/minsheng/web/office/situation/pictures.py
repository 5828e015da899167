"""The situation as charts: each says what it shows, from which month, and links each number to what it counts."""

from collections.abc import Callable, Mapping, Sequence

from minsheng.domain.monitoring.situation import ALL_LEVELS, Counts, Situation, Then, Topic, whole
from minsheng.engine.contracts.schema import Text
from minsheng.engine.explaining.words import CHANGES, LEVELS
from minsheng.kernel.disclosure import LEAST
from minsheng.kernel.periods import Month
from minsheng.web.charts import Axis, Bars, Beside, Lines, Place, Series, Source, Tiles
from minsheng.web.office.situation.links import Links
from minsheng.web.office.situation.sentences import LAST_MONTH, LAST_YEAR

SMALL = f"<{LEAST}"
HOUSEHOLDS = Axis(Text(zh="户数", en="Households"), "count", Text(zh="户", en="households"))
SHARE = Axis(Text(zh="每千户中橙色和红色户数", en="Orange and red of 1,000 households"), "number", Text(zh="‰", en="‰"))
URGENT = Axis(Text(zh="橙色和红色户数", en="Orange and red households"), "count", Text(zh="户", en="households"))
_SAME_LEVEL = ("new", "escalated", "unchanged", "eased")
"""Changes after which a household has a level, so that the list of warnings holds it."""


def source(found: Situation) -> Source:
    """Where all of it comes from."""
    return Source(
        Text(zh=f"动态监测（{found.run.model_id}）", en=f"monthly monitoring ({found.run.model_id})"), Month.parse(found.run.month)
    )


def written(count: int | None) -> int | str:
    """A count as it is shown: hidden ones as less than ten."""
    return SMALL if count is None else count


def earlier(found: Situation) -> list[tuple[Text, Then]]:
    """The months that this one is held against, with their words."""
    return [(words, then) for words, then in ((LAST_MONTH, found.before), (LAST_YEAR, found.last_year)) if then is not None]


def places(found: Situation, names: Mapping[str, str], links: Links, *, by: str) -> Tiles:
    """The places below as tiles, shaded by how many households are orange or red, or by their share; beside last month and last year."""
    return Tiles(title_of_places(by), _below(found, names, links, by), axis_of_places(by), source(found), beside_places(found, by))


def title_of_places(by: str) -> Text:
    """What the picture of the places shows."""
    if by == "share":
        return Text(zh="各地每千户中有多少户为橙色或红色", en="How many of 1,000 households are orange or red, by place")
    return Text(zh="各地橙色和红色家庭的户数", en="Households that are orange or red, by place")


def axis_of_places(by: str) -> Axis:
    """What is measured at each place."""
    return SHARE if by == "share" else URGENT


def _below(found: Situation, names: Mapping[str, str], links: Links, by: str) -> list[Place]:
    return [
        Place(names.get(one.division, one.division), _urgency(one.counts, by), links.wanted.address(place=one.division), code=one.division)
        for one in found.below
    ]


def beside_places(found: Situation, by: str) -> list[Beside]:
    """The same of each place in the months this one is held against."""
    nothing = Counts(tuple(0 for _ in ALL_LEVELS), 0)
    return [
        Beside(words, [_urgency(then.below.get(one.division, nothing), by) for one in found.below], axis_of_places(by))
        for words, then in earlier(found)
    ]


def trend(found: Situation, links: Links) -> Lines:
    """Households at each level over the months."""
    months = [month for month, _ in found.trend]
    series = [
        Series(
            LEVELS[level],
            [counts.levels[level] for _, counts in found.trend],
            level,
            [links.households(counts.levels[level], month=str(month), level=level) for month, counts in found.trend],
        )
        for level in range(1, len(LEVELS))
    ]
    title = Text(zh="各等级家庭逐月变化", en="Households at each level, month by month")
    return Lines(title, months, series, HOUSEHOLDS, source(found), links=[links.wanted.address(month=str(month)) for month in months])


def changes(found: Situation, links: Links) -> Bars:
    """Households by change since the month before, stacked by level; beside them the changes of last month and last year."""
    codes = [code for code in ("new", "escalated", "unchanged", "eased", "cleared") if code in found.changes]

    def behind(code: str, level: int) -> str:
        return links.households(found.changes[code][level], change=code, level=level) if level and code in _SAME_LEVEL else ""

    series = [
        Series(LEVELS[level], [found.changes[code][level] for code in codes], level, [behind(code, level) for code in codes])
        for level in range(len(LEVELS))
    ]
    return Bars(
        Text(zh="与上月相比的变化", en="What changed since last month"),
        [CHANGES[code] for code in codes],
        [one for one in series if any(one.values)],
        HOUSEHOLDS,
        source(found),
        heading=Text(zh="变化", en="Change"),
        stacked=True,
        beside=_beside(found, lambda then: [whole(then.changes.get(code, (0,))) for code in codes]),
    )


def dimensions(found: Situation, names: Mapping[str, Text], links: Links) -> Bars:
    """In which respects households with a level are in hardship."""
    title = Text(zh="困难在哪些方面", en="In which respects households are in hardship")
    return _topics(found, found.dimensions, names, links, "dimension", title, Text(zh="方面", en="Dimension"))


def indicators(found: Situation, names: Mapping[str, Text], links: Links, *, most: int) -> Bars:
    """By which indicators they were found."""
    title = Text(zh="由哪些指标发现", en="By which indicators they were found")
    return _topics(found, found.indicators[:most], names, links, "indicator", title, Text(zh="指标", en="Indicator"))


def _topics(
    found: Situation, shown: Sequence[Topic], names: Mapping[str, Text], links: Links, kind: str, title: Text, heading: Text
) -> Bars:
    series = [
        Series(
            LEVELS[level],
            [topic.levels[level - 1] for topic in shown],
            level,
            [links.households(topic.levels[level - 1], level=level, **{kind: topic.value}) for topic in shown],
        )
        for level in range(1, len(LEVELS))
    ]
    categories = [names.get(topic.value, Text(zh=topic.value, en=topic.value)) for topic in shown]
    now = Beside(Text(zh="合计", en="All"), [topic.total for topic in shown], HOUSEHOLDS)
    then = _beside(found, lambda then: [whole(then.topics.get((kind, topic.value), (0,))) for topic in shown])
    return Bars(title, categories, series, HOUSEHOLDS, source(found), heading=heading, stacked=True, beside=[now, *then])


def _beside(found: Situation, of: Callable[[Then], list[int | None]]) -> list[Beside]:
    return [Beside(words, of(then), HOUSEHOLDS) for words, then in earlier(found)]


def _urgency(counts: Counts, by: str) -> float | int | str | None:
    urgent = counts.urgent
    if by == "count":
        return written(urgent)
    if urgent is None or counts.total is None:
        return None
    return round(1000 * urgent / counts.total, 1) if counts.total else 0
