"""Step 1: what the feeds say of whom: each feed aggregated by person in one pass, and laid beside the people it speaks of.

Most people are not spoken of by most feeds, so that nobody is carried through the feeds one after another.
"""

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_

import ibis
import ibis.expr.types as ir

from minsheng.engine.indicators.grammar import Indicator
from minsheng.engine.indicators.values import (
    dated,
    holds_all,
    in_window,
    is_among,
    is_asked,
    is_registry,
    latest_by_person,
    measured,
    registry_value,
    whole,
)
from minsheng.engine.scoring.availability import Reading
from minsheng.engine.scoring.inputs import ORIGIN, RunInputs
from minsheng.engine.scoring.plan import LedgerFile

PERSON = ("household_key", "person_key")
_CARRIED = ("value", "bands", "band", "points")
_LAST_MONTH = "said_last_month"


def feeds(run: RunInputs) -> None:
    """The `said_` tables: household_key, person_key, category, and value_<id> of the indicators that are read together.

    Of unknown indicators `said_last_month` has last month's value_, bands_, band_ and points_<id>.
    """
    together: dict[str, list[Indicator]] = {}
    for indicator in known_indicators(run):
        together.setdefault(_table_of(indicator), []).append(indicator)
    for name, indicators in together.items():
        people = run.people if is_registry(indicators[0]) else _spoken_of(run, name, indicators)
        _keep_said(run, name, people, {f"value_{i.id}": _value(i, people) for i in indicators})
    if carried := carried_indicators(run):
        people = run.people.inner_join(_said_last_month(run, carried), "person_key")
        _keep_said(run, _LAST_MONTH, people, {name: c for i in carried for name, c in _carried_columns(i, people).items()})


def said(run: RunInputs, indicator: Indicator) -> ir.Table:
    """The table that has a known indicator's values, or last month's points of an unknown one."""
    return run.earlier(_LAST_MONTH if indicator.id in run.unknown else _table_of(indicator))


def known_indicators(run: RunInputs) -> list[Indicator]:
    """The indicators with fresh values this month: known, and with anything to read."""
    known = [indicator for indicator in run.plan.model.indicators if indicator.id not in run.unknown]
    return [indicator for indicator in known if is_registry(indicator) or run.reading(indicator).files]


def carried_indicators(run: RunInputs) -> list[Indicator]:
    """The unknown indicators of which last month's points are carried, or kept to say that they were dropped."""
    return [i for i in run.plan.model.scoring_indicators if i.id in run.unknown and run.unknown[i.id].stale_months is not None]


def counting_rows(indicator: Indicator, reading: Reading, rows: ir.Table) -> ir.Table:
    """Of the rows that a reading reads those that count for an indicator: in its window, and satisfying its filter."""
    rows = dated(rows, reading.window, undated_at_end=reading.undated_at_end)
    return rows.filter(in_window(rows, reading.window) & holds_all(rows, indicator.filter))


def _table_of(indicator: Indicator) -> str:
    """Indicators of one feed are read in one pass, but each `latest` in one of its own."""
    apart = f"_{indicator.id}" if indicator.measure.kind == "latest" else ""
    return f"said_{indicator.source}{apart}"


def _spoken_of(run: RunInputs, name: str, indicators: Sequence[Indicator]) -> ir.Table:
    """The people of whom a feed says anything, with read_<id>."""
    read = run.kept(f"read_for_{name}", _read(run, indicators))
    return run.people.inner_join(read, "person_key")


def _read(run: RunInputs, indicators: Sequence[Indicator]) -> ir.Table:
    """By person the values that a feed gives: person_key, read_<id>."""
    first, feed = indicators[0], indicators[0].source
    readings = {indicator.id: run.reading(indicator) for indicator in indicators}
    files = list(dict.fromkeys(file for reading in readings.values() for file in reading.files))
    if first.measure.kind == "latest":
        latest = latest_by_person(first, counting_rows(first, readings[first.id], run.ledger(feed, files)))
        return latest.rename({f"read_{first.id}": "value"})
    rows = dated(run.ledger(feed, files), readings[first.id].window, undated_at_end=readings[first.id].undated_at_end)
    values = {f"read_{i.id}": measured(i, rows, _counts(run, i, readings[i.id], rows, files), readings[i.id].window) for i in indicators}
    return rows.group_by("person_key").agg(**values)


def _counts(run: RunInputs, indicator: Indicator, reading: Reading, rows: ir.Table, files: Sequence[LedgerFile]) -> ir.BooleanValue:
    """Whether a row of any of these files counts for the indicator."""
    counts = in_window(rows, reading.window) & holds_all(rows, indicator.filter)
    if set(reading.files) == set(files):
        return counts
    return counts & rows[ORIGIN].isin([run.lake.query_path(file.path) for file in reading.files])


def _value(indicator: Indicator, people: ir.Table) -> ir.IntegerValue:
    """The value of each person whom the indicator asks about."""
    value = registry_value(indicator, people) if is_registry(indicator) else people[f"read_{indicator.id}"]
    return ibis.ifelse(is_asked(indicator, people), value, whole(None))


def _said_last_month(run: RunInputs, carried: Sequence[Indicator]) -> ir.Table:
    """By person what last month said of some indicators: person_key, and old_value_, old_bands_, old_band_, old_points_<id>."""
    before = run.last_month("points")
    before = before.filter(before.indicator.isin([indicator.id for indicator in carried]))
    columns = {
        f"old_{name}_{i.id}": ibis.ifelse(before.indicator == i.id, before[name], ibis.null(before[name].type())).max()
        for i in carried
        for name in _CARRIED
    }
    return before.group_by("person_key").agg(**columns)


def _carried_columns(indicator: Indicator, people: ir.Table) -> dict[str, ir.Value]:
    """What last month said of a person whom the indicator is about now; nothing is asked of `who` again."""
    belongs = is_among(indicator, people)
    old = {name: people[f"old_{name}_{indicator.id}"] for name in _CARRIED}
    return {f"{name}_{indicator.id}": ibis.ifelse(belongs, column, ibis.null(column.type())) for name, column in old.items()}


def _keep_said(run: RunInputs, name: str, people: ir.Table, columns: Mapping[str, ir.Value]) -> None:
    """Keep these columns of the people for whom any of them says something."""
    rows = people.select(*PERSON, "category", **columns)
    run.kept(name, rows.filter(reduce(or_, [rows[column].notnull() for column in columns])))
