"""Faults of one indicator against the columns it uses: what does not exist, does not fit or does not grow."""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise
from string import Formatter

from minsheng.engine.contracts.checks import Flaw
from minsheng.engine.contracts.schema import Text
from minsheng.engine.indicators.grammar import DEFAULT_BANDS, Band, Condition, Indicator
from minsheng.engine.indicators.sources import NUMERIC, Source, SourceColumn
from minsheng.kernel.errors import Refusal
from minsheng.kernel.periods import Month

PLACEHOLDERS = frozenset({"value", "bound", "months", "category", "count", "member", "latest_on"})
"""What a reason may show: the value and the bound it reached (in the column's unit), the window's months, the category whose bands
applied, the number of records, who in the household (by relation to the head), and the day of the latest record."""
_COLUMN_MEASURES = frozenset({"sum", "max", "latest"})
_ORDERED = NUMERIC | {"date", "month"}


def indicator_flaws(indicator: Indicator, sources: Mapping[str, Source], registry: Source) -> Iterator[Flaw]:
    """Every flaw of an indicator, with places counted from the indicator."""
    yield from _bands(indicator)
    yield from _reason(indicator.reason)
    yield from _conditions("who", indicator.who, registry)
    source = sources.get(indicator.source)
    if source is None:
        yield Flaw(("source",), f"there is no feed {indicator.source}")
        return
    yield from _conditions("filter", indicator.filter, source)
    yield from _measure(indicator, source)
    yield from _window(indicator, source)
    for at, column in enumerate(indicator.evidence):
        yield from _usable(("evidence", at), column, source)


def _usable(place: tuple[str | int, ...], column: str, source: Source) -> Iterator[Flaw]:
    if column in source.barred:
        yield Flaw(place, f"column {column} cannot be used: {source.barred[column]}")
    elif column not in source.columns:
        yield Flaw(place, f"the source has no column {column}")


def _bands(indicator: Indicator) -> Iterator[Flaw]:
    if DEFAULT_BANDS not in indicator.bands:
        yield Flaw(("bands",), "there are no bands for `default`")
    for name, bands in indicator.bands.items():
        for at, band in enumerate(bands):
            yield from _band_points(indicator, band, ("bands", name, at, "points"))
        for at, (lower, higher) in enumerate(pairwise(bands), start=1):
            if higher.bound <= lower.bound:
                yield Flaw(("bands", name, at, "from"), "must be above the `from` of the band before")
            if higher.points < lower.points:
                yield Flaw(("bands", name, at, "points"), "may not be fewer than those of the band before")


def _band_points(indicator: Indicator, band: Band, place: tuple[str | int, ...]) -> Iterator[Flaw]:
    if indicator.reverse and band.points:
        yield Flaw(place, "a reverse indicator gives no points")
    if not indicator.reverse and not band.points:
        yield Flaw(place, "a band must give points")


def _reason(reason: Text) -> Iterator[Flaw]:
    for language, words in (("zh", reason.zh), ("en", reason.en)):
        try:
            used = [(name, spec, conversion) for _, name, spec, conversion in Formatter().parse(words) if name is not None]
        except ValueError as error:
            yield Flaw(("reason", language), f"has unbalanced braces ({error})")
            continue
        for name, spec, conversion in used:
            if name not in PLACEHOLDERS or spec or conversion:
                known = ", ".join(f"{{{known}}}" for known in sorted(PLACEHOLDERS))
                yield Flaw(("reason", language), f"{{{name}}} is not a placeholder; known are {known}")


def _conditions(field: str, conditions: tuple[Condition, ...], source: Source) -> Iterator[Flaw]:
    for at, condition in enumerate(conditions):
        place = (field, at, "column")
        yield from _usable(place, condition.column, source)
        if not condition.comparisons():
            yield Flaw((field, at), "compares with nothing")
        column = source.columns.get(condition.column)
        if column is not None:
            yield from (Flaw((field, at, name), message) for name, message in _misfits(condition, column))


def _misfits(condition: Condition, column: SourceColumn) -> Iterator[tuple[str, str]]:
    for name, given in condition.comparisons().items():
        if name in ("is_null", "not_null"):
            continue
        if name in ("gte", "lte") and column.type not in _ORDERED:
            yield name, f"a {column.type} column has no order"
            continue
        for value in given if isinstance(given, tuple) else (given,):
            if not _fits(value, column):
                yield name, f"{value} is not a value of a {column.type} column"


def _fits(value: bool | int | str, column: SourceColumn) -> bool:
    if column.type == "flag" or isinstance(value, bool):
        return column.type == "flag" and isinstance(value, bool)
    if column.type in NUMERIC:
        return isinstance(value, int)
    if column.type == "date":
        return _parses(date.fromisoformat, value)
    if column.type == "month":
        return _parses(Month.parse, value)
    return not column.codes or str(value) in column.codes


def _parses(read: object, value: int | str) -> bool:
    try:
        read(str(value))  # type: ignore[operator]
    except (ValueError, Refusal):
        return False
    return True


def _measure(indicator: Indicator, source: Source) -> Iterator[Flaw]:
    kind, column = indicator.measure.kind, indicator.measure.column
    if (column is not None) != (kind in _COLUMN_MEASURES):
        yield Flaw(("measure",), f"{kind} needs a column" if column is None else f"{kind} takes no column")
        return
    if column is not None:
        yield from _usable(("measure",), column, source)
        found = source.columns.get(column)
        if found is not None and found.type not in NUMERIC:
            yield Flaw(("measure",), f"{kind} needs money or a number, and {column} is {found.type}")
    if kind in ("months_since", "months_without") and source.kind == "registry":
        yield Flaw(("measure",), f"{kind} needs events, and the registry has none")
    if kind == "months_without" and source.kind == "snapshot":
        yield Flaw(("measure",), "months_without needs monthly events, and this feed is a snapshot")


def _window(indicator: Indicator, source: Source) -> Iterator[Flaw]:
    if source.kind == "events" and indicator.window_months is None:
        yield Flaw(("window_months",), "a feed of events needs a window")
    if source.kind == "registry" and indicator.window_months is not None:
        yield Flaw(("window_months",), "the registry is read at T and has no window")
