"""From department rows to one whole number per person: the expressions of filters, windows and measures.

All arithmetic is on whole numbers, and every sum passes through a decimal, so that any engine gives the same value.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce

import ibis
import ibis.expr.datatypes as dt
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
    """A sum of whole numbers that stays whole: engines add in wider types that Ibis believes to be 64 bits."""
    return column.sum().cast("decimal(38,0)").cast("int64")


def all_hold(rows: ir.Table, conditions: Sequence[Condition]) -> ir.Table:
    """The rows that satisfy every condition; a column that the table lacks is blank everywhere."""
    return reduce(lambda kept, condition: kept.filter(_holds(kept, condition)), conditions, rows)


def rows_in_window(rows: ir.Table, window: Window, *, undated_at_end: bool) -> ir.Table:
    """The rows whose event lies in the window; of a snapshot, rows without a date happened at its end."""
    if "event_on" not in rows.columns:
        rows = rows.mutate(event_on=ibis.literal(window.until, type="date"))
    elif undated_at_end:
        rows = rows.mutate(event_on=rows.event_on.fill_null(ibis.literal(window.until, type="date")))
    rows = rows.filter(rows.event_on <= window.until)
    return rows if window.after is None else rows.filter(rows.event_on > window.after)


def values_by_person(indicator: Indicator, rows: ir.Table, window: Window) -> ir.Table:
    """The indicator's value for every person with a row: person_key, value (int64).

    `rows` are those that count: in the window, and satisfying the filter. A measure over a column that is blank in every row of
    a person, or that the source no longer delivers, gives no value.
    """
    column = indicator.measure.column
    if column is not None:
        if column not in rows.columns:
            return rows.select("person_key", value=ibis.null("int64")).filter(ibis.literal(value=False))
        rows = rows.filter(rows[column].notnull())
    return _MEASURES[indicator.measure.kind](rows, column or "", window)


def registry_values(indicator: Indicator, people: ir.Table) -> ir.Table:
    """The indicator's value for every person whose own registry entry satisfies the filter: person_key, value (int64)."""
    kept = all_hold(people, indicator.filter)
    column = indicator.measure.column
    value = ibis.literal(1, type="int64") if column is None else kept[column].cast("int64")
    valued = kept.select("person_key", value=value)
    return valued.filter(valued.value.notnull())


def asked(indicator: Indicator, people: ir.Table) -> ir.Table:
    """The people the indicator asks about: household_key, person_key, bands (the name of the bands that apply to each)."""
    kept = all_hold(among(people, indicator), indicator.who)
    named = [name for name in indicator.bands if name != DEFAULT_BANDS]
    bands = ibis.ifelse(kept.category.isin(named), kept.category, DEFAULT_BANDS) if named else ibis.literal(DEFAULT_BANDS)
    return kept.select("household_key", "person_key", bands=bands)


def among(people: ir.Table, indicator: Indicator) -> ir.Table:
    """The living members, the dead, or both, as the indicator says."""
    if indicator.among == "anyone":
        return people
    return people.filter(people.deceased if indicator.among == "deceased" else ~people.deceased)


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


def _exists(rows: ir.Table, _column: str, _window: Window) -> ir.Table:
    return rows.select("person_key").distinct().mutate(value=ibis.literal(1, type="int64"))


def _count(rows: ir.Table, _column: str, _window: Window) -> ir.Table:
    return rows.group_by("person_key").agg(value=rows.count())


def _sum(rows: ir.Table, column: str, _window: Window) -> ir.Table:
    return rows.group_by("person_key").agg(value=exact_sum(rows[column].cast("int64")))


def _max(rows: ir.Table, column: str, _window: Window) -> ir.Table:
    return rows.group_by("person_key").agg(value=rows[column].max().cast("int64"))


def _latest(rows: ir.Table, column: str, _window: Window) -> ir.Table:
    days = rows.group_by("person_key", "event_on").agg(value=rows[column].max().cast("int64"))
    return days.group_by("person_key").agg(value=days.value.argmax(days.event_on))


def _months_since(rows: ir.Table, _column: str, window: Window) -> ir.Table:
    latest = rows.group_by("person_key").agg(ordinal=_month_ordinal(rows.event_on).max())
    return latest.select("person_key", value=ibis.literal(Month.of(window.until).ordinal, type="int64") - latest.ordinal)


def _months_without(rows: ir.Table, _column: str, window: Window) -> ir.Table:
    rows = rows.mutate(ordinal=_month_ordinal(rows.event_on))
    rows = rows.filter(rows.ordinal.isin([month.ordinal for month in window.months]))
    with_rows = rows.group_by("person_key").agg(months=rows.ordinal.nunique())
    return with_rows.select("person_key", value=ibis.literal(len(window.months), type="int64") - with_rows.months)


def _month_ordinal(day: ir.DateValue) -> ir.IntegerValue:
    return day.year().cast("int64") * 12 + day.month().cast("int64") - 1


_MEASURES: Mapping[str, Callable[[ir.Table, str, Window], ir.Table]] = {
    "exists": _exists,
    "count": _count,
    "sum": _sum,
    "max": _max,
    "latest": _latest,
    "months_since": _months_since,
    "months_without": _months_without,
}
