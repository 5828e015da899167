"""The sheet turned to one row per person and indicator: the tables `values` and `points`, and the reverse findings."""

from collections.abc import Iterable, Sequence

import ibis
import ibis.expr.types as ir

from minsheng.engine.indicators.grammar import Indicator
from minsheng.engine.indicators.values import bands_of, whole
from minsheng.engine.scoring.inputs import RunInputs
from minsheng.engine.scoring.steps.sheet import PERSON, carried_indicators, known_indicators
from minsheng.engine.scoring.tables import TABLES


def values(run: RunInputs) -> None:
    """Step 2: the `values` table, one row per person and known indicator with a value."""
    laid = run.earlier("sheet")
    pieces = [_piece(laid, indicator, "value", ("value",)) for indicator in known_indicators(run)]
    run.result("values", _together(run, "values", pieces))


def points(run: RunInputs) -> None:
    """Step 3: the `points` table: known values in their band, and last month's points of unknown indicators."""
    laid = run.earlier("sheet")
    fresh = [_banded(laid, i).mutate(stale_months=whole(0), unknown=ibis.literal(value=False)) for i in _scoring(known_indicators(run))]
    carried = [
        _banded(laid, i).mutate(
            stale_months=whole(run.unknown[i.id].stale_months), unknown=ibis.literal(value=run.unknown[i.id].status == "unknown")
        )
        for i in carried_indicators(run)
    ]
    run.result("points", _together(run, "points", [*fresh, *carried]))


def reverse(run: RunInputs) -> ir.Table:
    """Reverse findings of this month, without `is_new`."""
    laid = run.earlier("sheet")
    found = [_banded(laid, i) for i in known_indicators(run) if i.reverse]
    return _together(run, "reverse", found, without=("is_new",))


def _scoring(indicators: Iterable[Indicator]) -> list[Indicator]:
    return [indicator for indicator in indicators if not indicator.reverse]


def _banded(laid: ir.Table, indicator: Indicator) -> ir.Table:
    return _piece(laid, indicator, "band", ("value", "band") if indicator.reverse else ("value", "band", "points"))


def _piece(laid: ir.Table, indicator: Indicator, said: str, columns: Sequence[str]) -> ir.Table:
    name = indicator.id
    rows = laid.filter(laid[f"{said}_{name}"].notnull())
    found = {column: rows[f"{column}_{name}"] for column in columns if column != "bands"}
    bands = rows[f"bands_{name}"] if f"bands_{name}" in rows.columns else bands_of(indicator, rows)
    return rows.select(*PERSON, indicator=ibis.literal(name), bands=bands, **found)


def _together(run: RunInputs, table: str, pieces: Sequence[ir.Table], *, without: Sequence[str] = ()) -> ir.Table:
    schema = TABLES[table].schema
    names = [name for name in schema.names if name not in without]
    if not pieces:
        return run.nothing(schema).select(*names)
    return ibis.union(*(piece.select(*names) for piece in pieces), distinct=False) if len(pieces) > 1 else pieces[0].select(*names)
