"""What charts are made of: where figures come from, how they are measured and written, and their table."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from minsheng.engine.contracts.schema import Text
from minsheng.kernel.periods import Month
from minsheng.web.templatetags import writing
from minsheng.web.words import spoken

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
    """A chart's figures: headings (and whether a column holds numbers) and rows, as they are read.

    `links`, where given, are of the same shape as the rows: the address of the list behind each cell, blank where there is none.
    """

    headings: Sequence[tuple[str, bool]]
    rows: Sequence[Sequence[str]]
    links: Sequence[Sequence[str]] = ()

    def linked(self) -> list[list[tuple[str, str]]]:
        """The rows, each cell with its address."""
        links = self.links or [[""] * len(row) for row in self.rows]
        return [list(zip(row, addresses, strict=True)) for row, addresses in zip(self.rows, links, strict=True)]

    def csv(self) -> str:
        """The table as a file that spreadsheets open in Chinese; nothing in it is taken for a formula."""
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow([heading for heading, _ in self.headings])
        writer.writerows([[_harmless(cell) for cell in row] for row in self.rows])
        return "\ufeff" + out.getvalue()


@dataclass(frozen=True)
class Series:
    """A named row of values, one for each category or moment; `level` gives it the level's colour and shape.

    `links` lead to the list behind each value.
    """

    name: Text
    values: Sequence[Value]
    level: int | None = None
    links: Sequence[str] = ()

    def payload(self, axis: Axis) -> dict[str, Any]:
        """What the drawing needs."""
        return {
            "name": spoken(self.name),
            "values": [axis.plotted(value) for value in self.values],
            "written": [axis.written(value) for value in self.values],
            "level": self.level,
            "links": list(self.links),
        }


@dataclass(frozen=True)
class Beside:
    """A column that stands in the table alone, beside what is drawn: the same figures of an earlier month, say."""

    name: Text
    values: Sequence[Value | str]
    axis: Axis
    links: Sequence[str] = ()


def by_category(
    heading: str,
    categories: Sequence[str],
    series: Sequence[Series],
    axis: Axis,
    links: Sequence[str] = (),
    beside: Sequence[Beside] = (),
) -> Table:
    """A table with a row for each category: the series, and what stands beside them."""
    several = len(series) + len(beside) > 1
    drawn = [(spoken(one.name) if several else axis.heading(), Beside(one.name, one.values, axis, one.links)) for one in series]
    return in_columns(heading, categories, links, [*drawn, *headed(beside)])


def headed(beside: Sequence[Beside]) -> list[tuple[str, Beside]]:
    """Columns with their headings."""
    return [(spoken(one.name), one) for one in beside]


def in_columns(heading: str, names: Sequence[str], links: Sequence[str], columns: Sequence[tuple[str, Beside]]) -> Table:
    """A table with a row for each name and a column for each of these."""
    written = [[column.axis.written(value) for value in column.values] for _, column in columns]
    addresses = [links or [""] * len(names), *(column.links or [""] * len(names) for _, column in columns)]
    return Table(
        [(heading, False), *((title, True) for title, _ in columns)],
        list(zip(names, *written, strict=True)),
        list(zip(*addresses, strict=True)),
    )


def _harmless(cell: str) -> str:
    number = cell.replace(",", "").lstrip("+-").replace(".", "", 1).removesuffix("%")
    return "'" + cell if _FORMULA.match(cell) and not number.isdigit() else cell
