"""What was said of people turned to one row per person and indicator: `values`, `points`, and the reverse findings."""

from collections.abc import Callable, Iterable, Sequence

import ibis
import ibis.expr.types as ir

from minsheng.engine.indicators.grammar import DEFAULT_BANDS, Band, Indicator
from minsheng.engine.indicators.values import bands_of, whole
from minsheng.engine.scoring.inputs import RunInputs
from minsheng.engine.scoring.steps.feeds import PERSON, carried_indicators, known_indicators, said
from minsheng.engine.scoring.tables import TABLES


def values(run: RunInputs) -> None:
    """Step 2: the `values` table, one row per person and known indicator with a value."""
    pieces = [_valued(run, indicator) for indicator in known_indicators(run)]
    run.result("values", _together(run, "values", pieces))


def points(run: RunInputs) -> None:
    """Step 3: the `points` table: known values in their band, and last month's points of unknown indicators."""
    fresh = [_banded(run, i) for i in known_indicators(run) if not i.reverse]
    pieces = [*fresh, *(_carried(run, i) for i in carried_indicators(run))]
    run.kept("pointed", _together(run, "points", pieces, besides=("category",)))
    run.result("points", run.earlier("pointed"))


def reverse(run: RunInputs) -> ir.Table:
    """Reverse findings of this month, without `is_new`."""
    found = [_banded(run, i) for i in known_indicators(run) if i.reverse]
    return _together(run, "reverse", found, without=("is_new",))


def _valued(run: RunInputs, indicator: Indicator) -> ir.Table:
    rows = said(run, indicator)
    rows = rows.select(*PERSON, "category", value=rows[f"value_{indicator.id}"])
    rows = rows.filter(rows.value.notnull())
    return rows.mutate(indicator=ibis.literal(indicator.id), bands=bands_of(indicator, rows))


def _banded(run: RunInputs, indicator: Indicator) -> ir.Table:
    """With the band that each value reaches, and what it is worth; who reaches none is left out, most of them by one comparison."""
    rows = _valued(run, indicator)
    bounds = [band.bound for ladder in indicator.bands.values() for band in ladder]
    rows = rows.filter(rows.value >= whole(min(bounds, default=None)))
    rows = rows.mutate(band=_by_band(indicator, rows, lambda position, _: position))
    rows = rows.filter(rows.band.notnull())
    worth = _by_band(indicator, rows, lambda _, band: band.hundredths) if not indicator.reverse else whole(None)
    return rows.mutate(points=worth, stale_months=whole(0), unknown=ibis.literal(value=False))


def _carried(run: RunInputs, indicator: Indicator) -> ir.Table:
    """What is carried from last month; once beyond the tolerance it is worth nothing, and only says that it was dropped."""
    rows, name, state = said(run, indicator), indicator.id, run.unknown[indicator.id]
    rows = rows.filter(rows[f"band_{name}"].notnull())
    dropped = state.status == "unknown"
    return rows.select(
        *PERSON,
        "category",
        indicator=ibis.literal(name),
        **{column: rows[f"{column}_{name}"] for column in ("bands", "value", "band")},
        points=whole(0) if dropped else rows[f"points_{name}"],
        stale_months=whole(state.stale_months),
        unknown=ibis.literal(value=dropped),
    )


def _by_band(indicator: Indicator, rows: ir.Table, worth: Callable[[int, Band], int]) -> ir.IntegerValue:
    """What the highest band whose bound is reached is worth; blank if none is."""
    ladders: dict[tuple[Band, ...], list[str]] = {}
    for name, ladder in indicator.bands.items():
        ladders.setdefault(ladder, []).append(name)
    otherwise = _on_ladder(rows.value, indicator.bands[DEFAULT_BANDS], worth)
    own = [(names, ladder) for ladder, names in ladders.items() if DEFAULT_BANDS not in names]
    if not own:
        return otherwise
    return ibis.cases(*((rows.category.isin(names), _on_ladder(rows.value, ladder, worth)) for names, ladder in own), else_=otherwise)


def _on_ladder(value: ir.IntegerColumn, ladder: Sequence[Band], worth: Callable[[int, Band], int]) -> ir.IntegerValue:
    steps = [(value >= whole(band.bound), whole(worth(position, band))) for position, band in reversed(list(enumerate(ladder, start=1)))]
    return ibis.cases(*steps, else_=whole(None)) if steps else whole(None)


def _together(
    run: RunInputs, table: str, pieces: Iterable[ir.Table], *, without: Sequence[str] = (), besides: Sequence[str] = ()
) -> ir.Table:
    schema = TABLES[table].schema
    names = [*(name for name in schema.names if name not in without), *besides]
    found = [piece.select(*names) for piece in pieces]
    if not found:
        return run.nothing(schema).mutate(**dict.fromkeys(besides, ibis.null("string"))).select(*names)
    return ibis.union(*found, distinct=False) if len(found) > 1 else found[0]
