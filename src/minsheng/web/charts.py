"""Charts as data: what they show, in which unit, from which source; drawn by the tags of the library `office`.

Bars for comparison, lines for time, a waterfall for why, tiles and a map for places. Each knows its figures as a table.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from minsheng.engine.contracts.schema import Text
from minsheng.engine.explaining.explanation import Explanation
from minsheng.engine.explaining.words import LEVELS
from minsheng.kernel.periods import Month
from minsheng.web import shading
from minsheng.web.templatetags import writing
from minsheng.web.words import active_language, spoken

Form = Literal["count", "number", "share", "yuan", "points"]
Value = int | float | None
_SCALES: Mapping[Form, float] = {"count": 1, "number": 1, "share": 0.01, "yuan": 100, "points": 1_000_000}
_UNITS: Mapping[Form, Text | None] = {
    "count": None,
    "number": None,
    "share": Text(zh="%", en="%"),
    "yuan": Text(zh="元", en="yuan"),
    "points": Text(zh="分", en="points"),
}
_FORMULA = re.compile(r"^\s*[=+\-@＝＋－＠\t\r]")


@dataclass(frozen=True)
class Source:
    """Where the figures come from, and of which day or month they are."""

    name: Text
    of: date | Month

    def sentence(self) -> str:
        """The line under the chart."""
        of = writing.month(self.of) if isinstance(self.of, Month) else writing.day(self.of)
        return spoken(f"来源：{self.name.zh} · {of}", f"Source: {self.name.en} · {of}")


@dataclass(frozen=True)
class Axis:
    """What is measured. Values are whole fen for `yuan`, millionths for `points`, parts of one for `share`; otherwise as they are."""

    title: Text
    form: Form = "count"
    unit: Text | None = None

    def written(self, value: Value | str) -> str:
        """A value as tables and tips write it, without its unit."""
        if value is None or isinstance(value, str):
            return writing.number(value)
        forms = {"yuan": writing.yuan_number, "points": writing.points}
        if self.form in forms:
            return forms[self.form](round(value))
        return writing.share(value) if self.form == "share" else writing.number(value)

    def heading(self) -> str:
        """The title with its unit."""
        unit = self._unit()
        title = spoken(self.title)
        return spoken(f"{title}（{unit}）", f"{title} ({unit})") if unit else title

    def payload(self) -> dict[str, Any]:
        """What the drawing needs."""
        return {"title": self.heading(), "form": self.form, "unit": self._unit()}

    def plotted(self, value: Value) -> float | None:
        """A value in the unit that the axis shows."""
        return None if value is None else value / _SCALES[self.form]

    def _unit(self) -> str:
        unit = self.unit or _UNITS[self.form]
        return spoken(unit) if unit else ""


@dataclass(frozen=True)
class Table:
    """A chart's figures: headings (and whether a column holds numbers) and rows, as they are read."""

    headings: Sequence[tuple[str, bool]]
    rows: Sequence[Sequence[str]]

    def csv(self) -> str:
        """The table as a file that spreadsheets open in Chinese; nothing in it is taken for a formula."""
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow([heading for heading, _ in self.headings])
        writer.writerows([[_harmless(cell) for cell in row] for row in self.rows])
        return "\ufeff" + out.getvalue()


@dataclass(frozen=True)
class Series:
    """A named row of values, one for each category or moment; `level` gives it the level's colour and shape."""

    name: Text
    values: Sequence[Value]
    level: int | None = None

    def payload(self, axis: Axis) -> dict[str, Any]:
        """What the drawing needs."""
        values = [axis.plotted(value) for value in self.values]
        return {"name": spoken(self.name), "values": values, "written": [axis.written(value) for value in self.values], "level": self.level}


@dataclass(frozen=True)
class Bars:
    """Bars for comparison. `lying` suits long names; `stacked` where parts make a whole; `links` lead to the list behind each category."""

    title: Text
    categories: Sequence[Text | str]
    series: Sequence[Series]
    axis: Axis
    source: Source
    heading: Text = field(default=Text(zh="分组", en="Group"))
    lying: bool = True
    stacked: bool = False
    links: Sequence[str] = ()

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
        return _by_category(spoken(self.heading), [spoken(one) for one in self.categories], self.series, self.axis)


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
        return _by_category(spoken(self.heading), list(self._moments()), self.series, self.axis)

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
        headings = [(spoken("地区", "Place"), False), (self.axis.heading(), True)]
        return Table(headings, [(spoken(place.name), self.axis.written(place.value)) for place in self.places])


@dataclass(frozen=True)
class Tiles(_Places):
    """Equal-area tiles: every division as large as the next, so that a large empty one does not shout."""


@dataclass(frozen=True)
class BoundaryMap(_Places):
    """A map from a GeoJSON file whose features carry the division's code in `key`; the map's review number is shown with it."""

    geojson: str = ""
    key_name: str = "code"
    review_number: str = ""

    def payload(self) -> dict[str, Any]:
        """What the drawing needs."""
        return {
            **_common("map", self.title),
            "geojson": self.geojson,
            "key": self.key_name,
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


def _by_category(heading: str, categories: Sequence[str], series: Sequence[Series], axis: Axis) -> Table:
    several = len(series) > 1
    headings = [(heading, False), *((spoken(one.name) if several else axis.heading(), True) for one in series)]
    rows = [(name, *(axis.written(one.values[at]) for one in series)) for at, name in enumerate(categories)]
    return Table(headings, rows)


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


def _harmless(cell: str) -> str:
    number = cell.replace(",", "").lstrip("+-").replace(".", "", 1).removesuffix("%")
    return "'" + cell if _FORMULA.match(cell) and not number.isdigit() else cell
