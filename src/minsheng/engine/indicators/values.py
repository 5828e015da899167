"""From department rows to one whole number per person: the expressions of filters, windows and measures.

All arithmetic is on whole numbers, and every sum is brought back to 64 bits, so that any engine gives the same value. A measure is
one aggregate over the rows that count, so that all indicators of a feed are measured in a single pass.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.operations as ops
import ibis.expr.types as ir

from minsheng.engine.indicators.grammar import DEFAULT_BANDS, REGISTRY, Condition, Indicator, Scalar
from minsheng.kernel.periods import Month, window


@dataclass(frozen=True)
class Window:
    """The days (after, until] in which events count, and the calendar months of it from the feed's first delivery on."""

    after: date | None
    until: date
    months: tuple[Month, ...]

    @classmethod
    def ending(cls, month: Month, months: int | None, expected: Sequence[Month]) -> "Window":
        """The window of so many months that ends with a month (None: everything up to its end)."""
        until = month.last_day
        if months is None:
            return cls(None, until, (month,))
        return cls(month.plus(-months).last_day, until, tuple(m for m in window(month, months) if m in expected))


def exact_sum(column: ir.Column) -> ir.Column:
    """A sum of whole numbers in 64 bits, or a fault: engines add in wider types that Ibis believes to be 64 bits and would not cast."""
    return ops.Cast(column.sum(), dt.int64).to_expr()


def whole(value: int | None) -> ir.IntegerValue:
    """A number as a 64-bit literal; None is blank."""
    return ibis.null("int64") if value is None else ibis.literal(value, type="int64")


def holds_all(rows: ir.Table, conditions: Sequence[Condition]) -> ir.BooleanValue:
    """Whether a row satisfies every condition; a column that the table lacks is blank everywhere."""
    yes: ir.BooleanValue = ibis.literal(value=True)
    return reduce(lambda both, condition: both & _holds(rows, condition), conditions, yes)


def dated(rows: ir.Table, window: Window, *, undated_at_end: bool) -> ir.Table:
    """The rows with the day of their event; of a snapshot, rows without a date happened at the window's end."""
    if "event_on" not in rows.columns:
        return rows.mutate(event_on=ibis.literal(window.until, type="date"))
    return rows.mutate(event_on=rows.event_on.fill_null(ibis.literal(window.until, type="date"))) if undated_at_end else rows


def in_window(rows: ir.Table, window: Window) -> ir.BooleanValue:
    """Whether a dated row's event lies in the window."""
    inside = rows.event_on <= window.until
    return inside if window.after is None else inside & (rows.event_on > window.after)


def measured(indicator: Indicator, rows: ir.Table, counts: ir.BooleanValue, window: Window) -> ir.IntegerValue:
    """The aggregate that gives a person's value from the rows that count (int64, blank without any); not for `latest`.

    A measure over a column that is blank in every row of a person, or that the source no longer delivers, gives no value.
    """
    column = indicator.measure.column
    if column is not None and column not in rows.columns:
        return ibis.ifelse(rows.person_key.isnull(), rows.person_key, whole(None)).max()
    return _MEASURES[indicator.measure.kind](rows, counts, column or "person_key", window).cast("int64")


def latest_by_person(indicator: Indicator, rows: ir.Table) -> ir.Table:
    """The measure `latest` over the rows that count: person_key, value (int64); of several rows on the latest day the largest."""
    column = indicator.measure.column or ""
    if column not in rows.columns:
        return rows.select("person_key", value=whole(None)).filter(ibis.literal(value=False))
    rows = rows.filter(rows[column].notnull())
    days = rows.group_by("person_key", "event_on").agg(value=rows[column].max().cast("int64"))
    return days.group_by("person_key").agg(value=days.value.argmax(days.event_on))


def registry_value(indicator: Indicator, people: ir.Table) -> ir.IntegerValue:
    """The indicator's value for each person, from the own registry entry if it satisfies the filter (int64)."""
    column = indicator.measure.column
    value = whole(1) if column is None else people[column].cast("int64")
    return ibis.ifelse(holds_all(people, indicator.filter), value, whole(None))


def is_asked(indicator: Indicator, people: ir.Table) -> ir.BooleanValue:
    """Whether the indicator asks about a person: one it is about, and as `who` says."""
    return is_among(indicator, people) & holds_all(people, indicator.who)


def is_among(indicator: Indicator, people: ir.Table) -> ir.BooleanValue:
    """Whether the indicator is about a person: one of the living, of the dead, or of both."""
    if indicator.among == "anyone":
        return ibis.literal(value=True)
    return people.deceased if indicator.among == "deceased" else ~people.deceased


def bands_of(indicator: Indicator, people: ir.Table) -> ir.StringValue:
    """The name of the bands that apply to each person."""
    named = [name for name in indicator.bands if name != DEFAULT_BANDS]
    return ibis.ifelse(people.category.isin(named), people.category, DEFAULT_BANDS) if named else ibis.literal(DEFAULT_BANDS)


def is_registry(indicator: Indicator) -> bool:
    """Whether the indicator reads the registry, which is always there."""
    return indicator.source == REGISTRY


def _holds(rows: ir.Table, condition: Condition) -> ir.BooleanValue:
    if condition.column not in rows.columns:
        return ibis.literal(set(condition.comparisons()) == {"is_null"})
    column = rows[condition.column]
    tests = [_COMPARISONS[name](column, given) for name, given in condition.comparisons().items()]
    return reduce(lambda both, test: both & test, tests)


def _one(column: ir.Column, given: object) -> ir.Value:
    kind = column.type()
    if isinstance(kind, dt.String):
        return ibis.literal(str(given), type="string")
    return ibis.literal(date.fromisoformat(str(given)), type="date") if isinstance(kind, dt.Date) else ibis.literal(given)


def _each(column: ir.Column, given: object) -> list[ir.Value]:
    return [_one(column, value) for value in given] if isinstance(given, tuple) else [_one(column, given)]


_COMPARISONS: Mapping[str, Callable[[ir.Column, Scalar | tuple[Scalar, ...]], ir.BooleanValue]] = {
    "eq": lambda column, given: column == _one(column, given),
    "ne": lambda column, given: column != _one(column, given),
    "in": lambda column, given: column.isin(_each(column, given)),
    "not_in": lambda column, given: column.notin(_each(column, given)),
    "gte": lambda column, given: column >= _one(column, given),
    "lte": lambda column, given: column <= _one(column, given),
    "is_null": lambda column, _: column.isnull(),
    "not_null": lambda column, _: column.notnull(),
}


def _exists(_rows: ir.Table, counts: ir.BooleanValue, _column: str, _window: Window) -> ir.Value:
    return ibis.ifelse(counts, whole(1), whole(None)).max()


def _count(_rows: ir.Table, counts: ir.BooleanValue, _column: str, _window: Window) -> ir.Value:
    return exact_sum(ibis.ifelse(counts, whole(1), whole(None)))


def _sum(rows: ir.Table, counts: ir.BooleanValue, column: str, _window: Window) -> ir.Value:
    return exact_sum(ibis.ifelse(counts, rows[column].cast("int64"), whole(None)))


def _max(rows: ir.Table, counts: ir.BooleanValue, column: str, _window: Window) -> ir.Value:
    return ibis.ifelse(counts, rows[column].cast("int64"), whole(None)).max()


def _months_since(rows: ir.Table, counts: ir.BooleanValue, _column: str, window: Window) -> ir.Value:
    return whole(Month.of(window.until).ordinal) - ibis.ifelse(counts, _month_ordinal(rows.event_on), whole(None)).max()


def _months_without(rows: ir.Table, counts: ir.BooleanValue, _column: str, window: Window) -> ir.Value:
    ordinal = _month_ordinal(rows.event_on)
    counted = counts & ordinal.isin([month.ordinal for month in window.months])
    return whole(len(window.months)) - ibis.ifelse(counted, ordinal, whole(None)).nunique().nullif(0)


def _month_ordinal(day: ir.DateValue) -> ir.IntegerValue:
    return day.year().cast("int64") * 12 + day.month().cast("int64") - 1


_MEASURES: Mapping[str, Callable[[ir.Table, ir.BooleanValue, str, Window], ir.Value]] = {
    "exists": _exists,
    "count": _count,
    "sum": _sum,
    "max": _max,
    "months_since": _months_since,
    "months_without": _months_without,
}
