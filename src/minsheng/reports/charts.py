"""Charts as inline SVG: lines for time and curves, bars for comparison, a calibration plot. No pies, no gauges.

Each has a title that says what it shows, axes with units, a source with its date, and its figures as a table.
Intervals are drawn where they are given. Colour never speaks alone: series differ in dash and mark, levels carry shape and word.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from minsheng.engine.contracts.schema import Text
from minsheng.reports.drawing import DASHES, INK, PAPER, SOFT, WIDTH, Axis, Scale, figure, legend, line, mark, text, text_width
from minsheng.reports.markup import NOTHING
from minsheng.reports.style import LEVEL_COLOURS, SERIES_COLOURS
from minsheng.reports.tables import Cell, Heading, Table, level_name

_RIGHT, _BAR, _GAP, _WIDEST_LABEL = 24, 20, 14, 300
_PLOT_HEIGHT, _LEFT = 300, 70
_UNFILLED = "#dfe5e9"


@dataclass(frozen=True)
class Point:
    """One value, with its interval if it has one. A level gives the mark the level's colour."""

    x: float
    y: float
    low: float | None = None
    high: float | None = None
    level: int | None = None


@dataclass(frozen=True)
class Line:
    """A named series of points in the order of x; `joined` draws the line between them."""

    name: Text
    points: Sequence[Point]
    joined: bool = True
    marked: bool = True


@dataclass(frozen=True)
class Rule:
    """A place on the x axis that matters, with its name: where the workload ends, say."""

    x: float
    name: Text


@dataclass(frozen=True)
class LineChart:
    """Lines over time or along a curve. `diagonal` draws where both axes are equal."""

    title: Text
    x: Axis
    y: Axis
    lines: Sequence[Line]
    source: Text
    rules: Sequence[Rule] = ()
    diagonal: bool = False

    def html(self) -> str:
        """The chart as a figure."""
        top = 34 if len(self.lines) > 1 else 14
        bottom = top + _PLOT_HEIGHT
        points = [point for one in self.lines for point in one.points]
        x = Scale.over(self.x, [point.x for point in points], _LEFT, WIDTH - _RIGHT)
        heights = [value for point in points for value in (point.y, point.low, point.high) if value is not None]
        y = Scale.over(self.y, heights, bottom, top)
        parts = [*self._axes(x, y), *self._rules(x, y), *self._lines(x, y)]
        if len(self.lines) > 1:
            parts.append(legend([one.name for one in self.lines], [_sign(at, one) for at, one in enumerate(self.lines)], _LEFT, 16))
        return figure(self.title, parts, bottom + 52, source=self.source, table=self._table())

    def _axes(self, x: Scale, y: Scale) -> Iterator[str]:
        for value, said in y.ticks():
            yield line(x.start, y.at(value), x.end, y.at(value)) + text(said, x.start - 8, y.at(value) + 4.5, anchor="end", colour=SOFT)
        for value, said in x.ticks():
            yield line(x.at(value), y.start, x.at(value), y.start + 5, colour=SOFT)
            yield text(said, x.at(value), y.start + 20, anchor="middle", colour=SOFT)
        yield line(x.start, y.start, x.end, y.start, colour=SOFT)
        yield text(self.x.title, (x.start + x.end) / 2, y.start + 42, anchor="middle", colour=SOFT)
        yield text(self.y.title, 15, (y.start + y.end) / 2, anchor="middle", colour=SOFT, turn=True)
        if self.diagonal:
            least, most = max(x.low, y.low), min(x.high, y.high)
            yield line(x.at(least), y.at(least), x.at(most), y.at(most), colour=SOFT, dash="4 4")

    def _rules(self, x: Scale, y: Scale) -> Iterator[str]:
        for rule in self.rules:
            near_end = x.at(rule.x) > (x.start + x.end) / 2
            yield line(x.at(rule.x), y.start, x.at(rule.x), y.end, colour=INK, dash="3 3")
            yield text(rule.name, x.at(rule.x) + (-7 if near_end else 7), y.end + 12, anchor="end" if near_end else "start")

    def _lines(self, x: Scale, y: Scale) -> Iterator[str]:
        for at, one in reversed(list(enumerate(self.lines))):
            colour = SERIES_COLOURS[at % len(SERIES_COLOURS)]
            places = [(x.at(point.x), y.at(point.y)) for point in one.points]
            if one.joined and places:
                path = " ".join(f"{'M' if not step else 'L'}{px:.1f} {py:.1f}" for step, (px, py) in enumerate(places))
                yield f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="2.25" stroke-dasharray="{DASHES[at % len(DASHES)]}"/>'
            for point, (px, py) in zip(one.points, places, strict=True):
                if point.low is not None and point.high is not None:
                    yield _whisker(px, y.at(point.low), px, y.at(point.high))
                if one.marked:
                    yield mark(at, px, py, colour=LEVEL_COLOURS[point.level] if point.level is not None else "")

    def _table(self) -> Table:
        headings = [Heading(Text(zh="系列", en="series"), number=False), Heading(self.x.title), Heading(self.y.title), Heading(_INTERVAL)]
        rows = [
            (one.name, self.x.written(point.x), self.y.written(point.y), _interval(self.y, point.low, point.high))
            for one in self.lines
            for point in one.points
        ]
        return Table(headings, rows)


@dataclass(frozen=True)
class Bar:
    """One bar's length (None: not known) and its interval; `level` gives it the level's colour, `said` stands behind the figure."""

    value: float | None
    low: float | None = None
    high: float | None = None
    level: int | None = None
    said: Text | None = None


@dataclass(frozen=True)
class BarSeries:
    """A named bar for each category, in the categories' order."""

    name: Text
    bars: Sequence[Bar]


@dataclass(frozen=True)
class BarChart:
    """Lying bars, one group per category: a bar chart with one series, a grouped one with several. `reference` is what to compare with."""

    title: Text
    axis: Axis
    categories: Sequence[Text]
    series: Sequence[BarSeries]
    source: Text
    reference: Rule | None = None

    def html(self) -> str:
        """The chart as a figure."""
        top = 12 + (24 if len(self.series) > 1 else 0) + (22 if self.reference else 0)
        group = len(self.series) * _BAR + _GAP
        bottom = top + len(self.categories) * group + 4
        left = min(_WIDEST_LABEL, max(90.0, *(text_width(one) for one in self.categories)) + 14)
        scale = Scale.over(self.axis, list(self._values()), left, WIDTH - 150)
        parts = [*self._frame(scale, top, bottom), *self._bars(scale, top, group), *self._reference(scale, top, bottom)]
        if len(self.series) > 1:
            parts.append(legend([one.name for one in self.series], [_block(at) for at in range(len(self.series))], left, 16))
        return figure(self.title, parts, bottom + 52, source=self.source, table=self._table())

    def _values(self) -> Iterator[float]:
        for one in self.series:
            for bar in one.bars:
                yield from (value for value in (bar.value, bar.high) if value is not None)
        if self.reference:
            yield self.reference.x

    def _frame(self, scale: Scale, top: float, bottom: float) -> Iterator[str]:
        for value, said in scale.ticks():
            yield line(scale.at(value), top, scale.at(value), bottom)
            yield text(said, scale.at(value), bottom + 18, anchor="middle", colour=SOFT)
        yield text(self.axis.title, (scale.start + scale.end) / 2, bottom + 40, anchor="middle", colour=SOFT)
        yield line(scale.at(max(scale.low, 0)), top, scale.at(max(scale.low, 0)), bottom, colour=SOFT)

    def _bars(self, scale: Scale, top: float, group: float) -> Iterator[str]:
        for place, category in enumerate(self.categories):
            begin = top + place * group + _GAP / 2
            yield text(category, scale.start - 10, begin + len(self.series) * _BAR / 2 + 4.5, anchor="end")
            for at, one in enumerate(self.series):
                yield self._bar(scale, one.bars[place], at, begin + at * _BAR)

    def _bar(self, scale: Scale, bar: Bar, at: int, y: float) -> str:
        middle, base = y + _BAR / 2, scale.at(max(scale.low, 0))
        if bar.value is None:
            return text(NOTHING, base + 8, middle + 4.5, colour=SOFT)
        end = scale.at(bar.value)
        drawn = _filled(at, min(base, end), y + 2, abs(end - base), _BAR - 4, bar.level)
        known = bar.low is not None and bar.high is not None
        if bar.low is not None and bar.high is not None:
            drawn += _whisker(scale.at(bar.low), middle, scale.at(bar.high), middle)
        beyond = max(end, base, scale.at(bar.high) if known and bar.high is not None else 0) + 8
        drawn += text(self.axis.written(bar.value), beyond, middle + 4.5)
        behind = beyond + 7.2 * len(self.axis.written(bar.value)) + 8
        return drawn + (text(bar.said, behind, middle + 4.5, colour=SOFT) if bar.said else "")

    def _reference(self, scale: Scale, top: float, bottom: float) -> Iterator[str]:
        if self.reference:
            at = scale.at(self.reference.x)
            right = at > (scale.start + scale.end) / 2
            yield line(at, top - 6, at, bottom, colour=INK, dash="3 3", width=1.25)
            yield text(self.reference.name, at + (6 if right else -6), top - 9, anchor="end" if right else "start")

    def _table(self) -> Table:
        several = len(self.series) > 1
        headings = [Heading(Text(zh="分组", en="group"), number=False)]
        for one in self.series:
            headings += [Heading(one.name if several else self.axis.title), Heading(_INTERVAL)]
        rows: list[Sequence[Cell]] = []
        for place, category in enumerate(self.categories):
            cells = [
                cell
                for bar in (one.bars[place] for one in self.series)
                for cell in (NOTHING if bar.value is None else self.axis.written(bar.value), _interval(self.axis, bar.low, bar.high))
            ]
            rows.append([category, *cells])
        return Table(headings, rows)


def level_bars(bars: Sequence[tuple[int, Bar]]) -> tuple[list[Text], list[Bar]]:
    """Categories and bars by level, each with shape, word and colour."""
    coloured = [Bar(bar.value, bar.low, bar.high, level, bar.said) for level, bar in bars]
    return [level_name(level) for level, _ in bars], coloured


def calibration_plot(title: Text, points: Sequence[Point], *, expected: Text, observed: Text, source: Text) -> LineChart:
    """Expected against observed shares, both from 0 to 100 %: on the diagonal a chance of 30 % comes true three times in ten."""
    share = Line(observed, points)
    return LineChart(title, Axis(expected, "percent", 0, 1), Axis(observed, "percent", 0, 1), [share], source, diagonal=True)


_INTERVAL = Text(zh="95% 区间", en="95 % interval")


def _interval(axis: Axis, low: float | None, high: float | None) -> str:
    return NOTHING if low is None or high is None else f"{axis.written(low)} – {axis.written(high)}"


def _whisker(x1: float, y1: float, x2: float, y2: float) -> str:
    level = abs(y1 - y2) < 0.01
    dx, dy = (0, 4) if level else (4, 0)
    caps = "".join(line(x - dx, y - dy, x + dx, y + dy, colour=INK, width=1.25) for x, y in ((x1, y1), (x2, y2)))
    return line(x1, y1, x2, y2, colour=INK, width=1.25) + caps


def _sign(at: int, one: Line) -> str:
    colour = SERIES_COLOURS[at % len(SERIES_COLOURS)]
    drawn = line(-14, 0, 14, 0, colour=colour, width=2.25, dash=DASHES[at % len(DASHES)]) if one.joined else ""
    return drawn + (mark(at, 0, 0) if one.marked else "")


def _block(at: int) -> str:
    return _filled(at, -10, -6, 22, 12, None)


def _filled(at: int, x: float, y: float, width: float, height: float, level: int | None) -> str:
    """A bar of the series at that position: filled, pale with an edge, or empty with a dashed edge."""
    colour = LEVEL_COLOURS[level] if level is not None else SERIES_COLOURS[at % len(SERIES_COLOURS)]
    fill = (colour, _UNFILLED, PAPER)[min(at, 2)]
    dash = ' stroke-dasharray="3 2"' if at > 1 else ""
    box = f'x="{x:.1f}" y="{y:.1f}" width="{max(width, 0.5):.1f}" height="{height:.1f}"'
    return f'<rect {box} rx="2" fill="{fill}" stroke="{colour}" stroke-width="1.25"{dash}/>'
