"""Charts as data: what they show, in which unit, from which source; drawn by the tags of the library `office`.

Bars for comparison, lines for time, a waterfall for why, tiles and a map for places. Each knows its figures as a table.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from minsheng.engine.contracts.schema import Text
from minsheng.engine.explaining.explanation import Explanation
from minsheng.engine.explaining.words import LEVELS
from minsheng.kernel.periods import Month
from minsheng.web import shading
from minsheng.web.chart_parts import Axis, Beside, Form, Series, Source, Table, Value, by_category, headed, in_columns
from minsheng.web.words import active_language, spoken

__all__ = [
    "Axis",
    "Bars",
    "Beside",
    "BoundaryMap",
    "Drawn",
    "Form",
    "Lines",
    "Place",
    "Series",
    "Source",
    "Step",
    "Table",
    "Tiles",
    "Value",
    "Waterfall",
]


@dataclass(frozen=True)
class Bars:
    """Bars for comparison. `lying` suits long names; `stacked` where parts make a whole; `links` lead to the list behind each category.

    `beside` are columns of the table alone.
    """

    title: Text
    categories: Sequence[Text | str]
    series: Sequence[Series]
    axis: Axis
    source: Source
    heading: Text = field(default=Text(zh="分组", en="Group"))
    lying: bool = True
    stacked: bool = False
    links: Sequence[str] = ()
    beside: Sequence[Beside] = ()

    def payload(self) -> dict[str, Any]:
        """What the drawing needs."""
        return {
            **_common("bars", self.title),
            "categories": [spoken(one) for one in self.categories],
            "axis": self.axis.payload(),
            "series": [one.payload(self.axis) for one in self.series],
            "lying": self.lying,
            "stacked": self.stacked,
            "links": list(self.links),
        }

    def table(self) -> Table:
        """The figures."""
        names = [spoken(one) for one in self.categories]
        return by_category(spoken(self.heading), names, self.series, self.axis, self.links, self.beside)


@dataclass(frozen=True)
class Lines:
    """Lines over time: `moments` are months or days as they are written; a gap is a value that is not known."""

    title: Text
    moments: Sequence[Month | date | str]
    series: Sequence[Series]
    axis: Axis
    source: Source
    heading: Text = field(default=Text(zh="月份", en="Month"))
    links: Sequence[str] = ()

    def payload(self) -> dict[str, Any]:
        """What the drawing needs."""
        return {
            **_common("lines", self.title),
            "categories": list(self._moments()),
            "heading": spoken(self.heading),
            "axis": self.axis.payload(),
            "series": [one.payload(self.axis) for one in self.series],
            "links": list(self.links),
        }

    def table(self) -> Table:
        """The figures."""
        return by_category(spoken(self.heading), list(self._moments()), self.series, self.axis, self.links)

    def _moments(self) -> Iterator[str]:
        return (str(one) for one in self.moments)


@dataclass(frozen=True)
class Step:
    """One step of a waterfall: what it is and what it adds or takes away."""

    name: Text
    change: int


@dataclass(frozen=True)
class Waterfall:
    """Why a total is what it is: steps that add up to it, and the thresholds (level → least) it is held against."""

    title: Text
    steps: Sequence[Step]
    source: Source
    axis: Axis = field(default=Axis(Text(zh="得分", en="Score"), "points"))
    thresholds: Mapping[int, int] = field(default_factory=dict)
    total_name: Text = field(default=Text(zh="合计", en="Total"))

    @classmethod
    def of(cls, explanation: Explanation, *, title: Text, source: Source) -> "Waterfall":
        """The waterfall of a household's explanation."""
        steps = [Step(step.title, step.change) for step in explanation.steps]
        return cls(title, steps, source, thresholds=explanation.thresholds, total_name=Text(zh="得分", en="Score"))

    def payload(self) -> dict[str, Any]:
        """What the drawing needs."""
        scale = self.axis.plotted
        return {
            **_common("waterfall", self.title),
            "axis": self.axis.payload(),
            "steps": [
                {"name": name, "from": scale(before), "to": scale(after), "total": total, "written": self._signed(after - before, total)}
                for name, before, after, total in self._walk()
            ],
            "thresholds": [
                {"level": level, "name": spoken(LEVELS[level]), "at": scale(least)} for level, least in sorted(self.thresholds.items())
            ],
        }

    def table(self) -> Table:
        """The figures."""
        headings = [(spoken("步骤", "Step"), False), (self.axis.heading(), True), (spoken("累计", "So far"), True)]
        rows = [(name, self._signed(after - before, total), self.axis.written(after)) for name, before, after, total in self._walk()]
        return Table(headings, rows)

    def _walk(self) -> Iterator[tuple[str, int, int, bool]]:
        reached = 0
        for step in self.steps:
            yield spoken(step.name), reached, reached + step.change, False
            reached += step.change
        yield spoken(self.total_name), 0, reached, True

    def _signed(self, change: int, total: bool) -> str:
        sign = "" if total or change < 0 else "+"
        return sign + self.axis.written(change)


@dataclass(frozen=True)
class Place:
    """A division with its figure: a number, a protected count such as `<10`, or nothing known; `level` puts a level's mark on it."""

    name: Text | str
    value: Value | str
    url: str = ""
    level: int | None = None
    code: str = ""

    @property
    def weight(self) -> float | None:
        """What its shade is chosen by; a protected count is a small one."""
        if isinstance(self.value, str):
            return 0.5
        return self.value


@dataclass(frozen=True)
class _Places:
    title: Text
    places: Sequence[Place]
    axis: Axis
    source: Source
    beside: Sequence[Beside] = ()

    def shades(self) -> list[tuple[Place, int]]:
        """Each place with its shade: 0 to 5, or -1 where nothing is known."""
        over = self.limits()
        return [(place, shading.shade(place.weight, over)) for place in self.places]

    def limits(self) -> tuple[float, ...]:
        """The lower limits of the shades from the second on."""
        return shading.limits([place.weight for place in self.places if place.weight is not None and not isinstance(place.value, str)])

    def key(self) -> list[tuple[int, str]]:
        """The shades that occur, with what they stand for."""
        over = self.limits()
        present = {shade for _, shade in self.shades()}
        return [(shade, _range(shade, over, self.axis)) for shade in sorted(present - {shading.UNKNOWN})] + (
            [(shading.UNKNOWN, spoken("暂无数据", "no data"))] if shading.UNKNOWN in present else []
        )

    def table(self) -> Table:
        """The figures."""
        names, links = [spoken(place.name) for place in self.places], [place.url for place in self.places]
        here = Beside(self.axis.title, [place.value for place in self.places], self.axis)
        return in_columns(spoken("地区", "Place"), names, links, [(self.axis.heading(), here), *headed(self.beside)])


@dataclass(frozen=True)
class Tiles(_Places):
    """Equal-area tiles: every division as large as the next, so that a large empty one does not shout."""


@dataclass(frozen=True)
class BoundaryMap(_Places):
    """A map: the address of GeoJSON whose features carry the twelve-digit `code` of a place; the review number is shown with it."""

    geojson: str = ""
    review_number: str = ""

    def payload(self) -> dict[str, Any]:
        """What the drawing needs."""
        return {
            **_common("map", self.title),
            "geojson": self.geojson,
            "axis": self.axis.payload(),
            "places": [
                {
                    "code": place.code,
                    "name": spoken(place.name),
                    "shade": shade,
                    "written": self.axis.written(place.value),
                    "url": place.url,
                }
                for place, shade in self.shades()
            ],
        }


Drawn = Bars | Lines | Waterfall | BoundaryMap


def _common(kind: str, title: Text) -> dict[str, Any]:
    return {"kind": kind, "title": spoken(title), "language": active_language()}


def _range(shade: int, over: Sequence[float], axis: Axis) -> str:
    if shade == 0:
        return axis.written(0)
    if not over:
        return spoken("有", "some")
    low = over[shade - 2] if shade > 1 else None
    high = over[shade - 1] if shade <= len(over) else None
    if low is None:
        return f"< {axis.written(high)}"
    return f"≥ {axis.written(low)}" if high is None else f"{axis.written(low)} – {axis.written(high)}"
