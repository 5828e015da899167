"""Step 1: the value of every known indicator for every person it asks about."""

import ibis
import ibis.expr.types as ir

from minsheng.engine.indicators.grammar import Indicator
from minsheng.engine.indicators.values import all_hold, asked, is_registry, registry_values, rows_in_window, values_by_person
from minsheng.engine.scoring.availability import Reading
from minsheng.engine.scoring.inputs import Pieces, RunInputs


def values(run: RunInputs) -> Pieces:
    """The `values` table: one row per person and known indicator with a value; an indicator that is unknown has none."""
    known = [indicator for indicator in run.plan.model.indicators if indicator.id not in run.unknown]
    pieces = (_piece(run, indicator, run.reading(indicator)) for indicator in known)
    return {"values": [piece for piece in pieces if piece is not None]}


def counting_rows(run: RunInputs, indicator: Indicator, reading: Reading) -> ir.Table:
    """The department rows that count for an indicator: in its window, and satisfying its filter."""
    rows = rows_in_window(run.ledger(reading.files), reading.window, undated_at_end=reading.undated_at_end)
    return all_hold(rows, indicator.filter)


def _piece(run: RunInputs, indicator: Indicator, reading: Reading) -> ir.Table | None:
    if is_registry(indicator):
        valued = registry_values(indicator, run.people)
    elif reading.files:
        rows = counting_rows(run, indicator, reading)
        valued = values_by_person(indicator, rows, reading.window)
    else:
        return None
    people = asked(indicator, run.people)
    joined = people.inner_join(valued, "person_key")
    return joined.select("household_key", "person_key", "bands", "value", indicator=ibis.literal(indicator.id))
