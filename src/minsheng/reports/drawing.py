"""SVG pieces that every chart uses: scales with round ticks, text, lines, marks, the frame with title, legend, source and table."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Literal
from unicodedata import east_asian_width

from minsheng.engine.contracts.schema import Text
from minsheng.reports.markup import both, decimals, percent, same, whole
from minsheng.reports.style import SERIES_COLOURS
from minsheng.reports.tables import Table

WIDTH = 800
INK, SOFT, GRID, PAPER = "#1d2730", "#55636f", "#e3e8ec", "#ffffff"
FONT = 13
DASHES = ("", "7 5", "2 4", "9 4 2 4")
_WIDE, _NARROW = 13.0, 6.9
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)

Form = Literal["count", "number", "fine", "percent"]
_FORMS: Mapping[Form, Callable[[float], str]] = {
    "count": whole,
    "number": decimals,
    "fine": partial(decimals, places=3),
    "percent": percent,
}


@dataclass(frozen=True)
class Axis:
    """What an axis measures, its unit in the title; ends not given come from the data, zero included.

    With `labels` the values are positions among them (months, say).
    """

    title: Text
    form: Form = "number"
    low: float | None = None
    high: float | None = None
    labels: Sequence[str] = ()

    def written(self, value: float) -> str:
        """A value as the table and the marks write it."""
        if self.labels:
            return self.labels[round(value)]
        return _FORMS[self.form](value)


@dataclass(frozen=True)
class Scale:
    """From values to pixels."""

    axis: Axis
    low: float
    high: float
    start: float
    end: float

    @classmethod
    def over(cls, axis: Axis, values: Sequence[float], start: float, end: float) -> "Scale":
        """The scale that shows all values, with round ends where the axis does not fix them."""
        if axis.labels:
            return cls(axis, -0.3, len(axis.labels) - 0.7, start, end)
        low = axis.low if axis.low is not None else min((0.0, *values))
        high = axis.high if axis.high is not None else max((low, *values))
        if high <= low:
            high = low + 1
        step = _step(high - low)
        low = low if axis.low is not None else math.floor(low / step) * step
        high = high if axis.high is not None else math.ceil(round(high / step, 9)) * step
        return cls(axis, low, high, start, end)

    def at(self, value: float) -> float:
        """Where a value stands."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    def ticks(self) -> list[tuple[float, str]]:
        """Values to mark, with what to write at them."""
        if self.axis.labels:
            every = math.ceil(len(self.axis.labels) / 12)
            return [(float(at), label) for at, label in enumerate(self.axis.labels) if at % every == 0]
        step = _step(self.high - self.low)
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [(at * step, self._tick(at * step, step)) for at in range(first, last + 1)]

    def _tick(self, value: float, step: float) -> str:
        unit = step * 100 if self.axis.form == "percent" else step
        places = next(places for places in range(9) if math.isclose(unit, round(unit, places)))
        return percent(value, places) if self.axis.form == "percent" else decimals(value, places)


def text(said: Text | str, x: float, y: float, *, anchor: str = "start", colour: str = INK, bold: bool = False, turn: bool = False) -> str:
    """Words at a place; turned to run upward if asked."""
    turned = f' transform="rotate(-90 {x:.1f} {y:.1f})"' if turn else ""
    weight = ' font-weight="600"' if bold else ""
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}"{weight}{turned}'
    return both(same(said) if isinstance(said, str) else said, "text", attributes=place)


def line(x1: float, y1: float, x2: float, y2: float, *, colour: str = GRID, width: float = 1, dash: str = "") -> str:
    """A straight line."""
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" stroke-width="{width}"{dashed}/>'


def mark(position: int, x: float, y: float, *, colour: str = "") -> str:
    """A point of the series at that position: each has a shape of its own."""
    fill = colour or SERIES_COLOURS[position % len(SERIES_COLOURS)]
    shapes = (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5"',
        f'<rect x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8"',
        f'<path d="M{x:.1f} {y - 5.5:.1f}l5.5 9.5h-11z"',
        f'<path d="M{x:.1f} {y - 5.5:.1f}l5.5 5.5l-5.5 5.5l-5.5 -5.5z"',
    )
    return f'{shapes[position % len(shapes)]} fill="{fill}" stroke="{PAPER}" stroke-width="1.5"/>'


def text_width(said: Text) -> float:
    """About how many pixels the longer of the two languages takes."""
    return max(sum(_WIDE if east_asian_width(sign) in "WF" else _NARROW for sign in one) for one in (said.zh, said.en))


def legend(names: Sequence[Text], drawn: Sequence[str], x: float, y: float) -> str:
    """The series' names beside their signs (each drawn around 0, 0), in one row."""
    parts = []
    for name, sign in zip(names, drawn, strict=True):
        parts += [f'<g transform="translate({x + 14:.1f} {y - 4.5:.1f})">{sign}</g>', text(name, x + 34, y)]
        x += 34 + text_width(name) + 22
    return "".join(parts)


def figure(title: Text, parts: Sequence[str], height: float, *, source: Text, table: Table) -> str:
    """A chart: what it shows, the drawing, its source and date, and its figures one click away."""
    spoken = escape(f"{title.zh} {title.en}", quote=True)
    box = f'viewBox="0 0 {WIDTH} {height:.0f}" font-size="{FONT}" font-family="inherit"'
    return (
        f'<figure>{both(title, "h3")}<div class="drawing"><svg {box} role="img" aria-label="{spoken}">{"".join(parts)}</svg>'
        f"</div>{both(source, 'figcaption')}"
        f"<details><summary>{both(Text(zh='数据表', en='The figures as a table'))}</summary>{table.html()}</details></figure>"
    )


def _step(span: float) -> float:
    rough = span / 5
    power = 10.0 ** math.floor(math.log10(rough))
    return next(step * power for step in _STEPS if step * power >= rough * 0.999)
