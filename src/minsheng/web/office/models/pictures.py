"""What a simulation found, as pictures: levels before and after, and who moves where as a table of heat."""

from collections.abc import Sequence
from dataclasses import dataclass

from minsheng.domain.modelling.queries import SimulationView
from minsheng.domain.modelling.small_numbers import Count, Group
from minsheng.engine.contracts.schema import Text
from minsheng.engine.explaining.words import LEVELS
from minsheng.kernel.disclosure import LEAST
from minsheng.kernel.periods import Month
from minsheng.reports.groups import group_name
from minsheng.web import shading
from minsheng.web.charts import Axis, Bars, Series, Source, Table
from minsheng.web.templatetags.writing import number
from minsheng.web.words import spoken

SMALL = f"<{LEAST}"
_HOUSEHOLDS = Text(zh="户数", en="Households")
BEFORE, AFTER = Text(zh="现行", en="Before"), Text(zh="调整后", en="After")
SPLITS = {
    "age": Text(zh="户主年龄", en="Age of the head"),
    "sex": Text(zh="户主性别", en="Sex of the head"),
    "residence": Text(zh="城乡", en="Town or country"),
    "ethnicity": Text(zh="户主民族", en="Ethnicity of the head"),
    "disability": Text(zh="残疾成员", en="Disabled members"),
    "county": Text(zh="县（市、区）", en="County"),
    "township": Text(zh="乡镇（街道）", en="Township"),
}
_FLOWS = (Text(zh="下降", en="down"), Text(zh="不变", en="the same"), Text(zh="上升", en="up"))


@dataclass(frozen=True)
class Heat:
    """One cell of the table of heat: what it says, its shade (0 to 5), and which way the households move (-1, 0, 1)."""

    count: str
    shade: int
    way: int


@dataclass(frozen=True)
class HeatRow:
    """The households of a level before, by where they go."""

    level: int
    households: str
    cells: tuple[Heat, ...]


def written(count: Count) -> str:
    """A count as it is shown; a hidden one as a small one."""
    return SMALL if count is None else number(count)


def levels_chart(found: SimulationView) -> Bars:
    """Households by level, before and after; without those of no level, who would dwarf the rest."""
    shown = [one for one in reversed(found.levels) if one.level]
    series = [Series(name, [getattr(one, part) for one in shown]) for name, part in ((BEFORE, "before"), (AFTER, "after"))]
    title = Text(zh="各等级户数，调整前后", en="Households by level, before and after")
    return Bars(title, [LEVELS[one.level] for one in shown], series, Axis(_HOUSEHOLDS), source(found), heading=Text(zh="等级", en="Level"))


def source(found: SimulationView) -> Source:
    """What the figures rest on."""
    return Source(Text(zh=f"推演：{found.model} 的运行", en=f"simulated on the run of {found.model}"), Month.parse(found.month))


def heat(found: SimulationView) -> tuple[list[Text], list[HeatRow]]:
    """Who moves where: every level afterwards, or only down, the same and up where small numbers are hidden."""
    if found.protected:
        flows = [(one, (one.down, one.same, one.up)) for one in found.levels]
        over = shading.limits([count or 1 for _, counts in flows for count in (counts[0], counts[2])])
        return list(_FLOWS), [
            HeatRow(one.level, written(one.before), tuple(_heat(count, at - 1, over) for at, count in enumerate(counts)))
            for one, counts in flows
        ]
    over = shading.limits([count for one in found.levels for at, count in enumerate(one.to) if at != one.level])
    rows = [
        HeatRow(one.level, written(one.before), tuple(_heat(count, _sign(at - one.level), over) for at, count in enumerate(one.to)))
        for one in found.levels
    ]
    return list(LEVELS), rows


def groups_table(split: str, found: SimulationView) -> Table:
    """The groups of a split, as figures that are read."""
    headings = [(spoken(SPLITS[split]), False), *((spoken(one), True) for one in _GROUP_HEADINGS)]
    return Table(
        headings, [(spoken(group_name(split, one.group, found.places)), *map(written, group_counts(one))) for one in found.splits[split]]
    )


def group_counts(one: Group) -> Sequence[Count]:
    """A group's counts in the order of the headings."""
    return (one.households, one.level_before, one.level_after, one.up, one.down)


def shares(one: Group) -> tuple[str, str]:
    """Of a group's households, how many in a hundred have a level before and after; how a change treats groups is told by these."""
    return _share(one.level_before, one.households), _share(one.level_after, one.households)


def _share(part: Count, of: Count) -> str:
    return "–" if part is None or not of else f"{100 * part / of:.1f}%"


def _heat(count: Count, way: int, over: Sequence[float]) -> Heat:
    return Heat(written(count), 0 if way == 0 else shading.shade(float(count or (1 if count is None else 0)), over), way)


def _sign(step: int) -> int:
    return (step > 0) - (step < 0)


_GROUP_HEADINGS = (
    Text(zh="户数", en="households"),
    Text(zh="现行有等级", en="with a level before"),
    Text(zh="调整后有等级", en="with a level after"),
    Text(zh="上升", en="up"),
    Text(zh="下降", en="down"),
)
