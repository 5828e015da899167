"""Step 2: the points of each value, and those carried from last month where the value is unknown."""

from collections.abc import Iterable, Iterator

import ibis
import ibis.expr.types as ir

from minsheng.engine.indicators.grammar import Indicator
from minsheng.engine.scoring.inputs import Pieces, RunInputs


def points(run: RunInputs) -> Pieces:
    """The `points` table: known values in their band, then last month's points of unknown indicators."""
    fresh = banded(run, run.result("values"), run.plan.model.scoring_indicators)
    fresh = fresh.mutate(stale_months=ibis.literal(0, type="int64"), unknown=ibis.literal(value=False))
    return {"points": [fresh, _carried(run)]}


def banded(run: RunInputs, values: ir.Table, indicators: Iterable[Indicator]) -> ir.Table:
    """Values of these indicators with `band` and `points`: the highest band whose bound is reached; none reached, no row."""
    bands = run.small("bands", list(_band_rows(indicators)))
    same_bands = (values.indicator == bands.indicator) & (values.bands == bands.bands)
    reached = (values.value >= bands.lower) & (bands.upper.isnull() | (values.value < bands.upper))
    joined = values.inner_join(bands, same_bands & reached)
    return joined.select("household_key", "person_key", "indicator", "bands", "value", "band", "points")


def _band_rows(indicators: Iterable[Indicator]) -> Iterator[tuple[object, ...]]:
    for indicator in indicators:
        for name, bands in indicator.bands.items():
            ends = [band.bound for band in bands[1:]] + [None]
            for band, (entry, end) in enumerate(zip(bands, ends, strict=True), start=1) if bands else ():
                yield indicator.id, name, band, entry.bound, end, entry.hundredths


def _carried(run: RunInputs) -> ir.Table:
    """Last month's points of unknown indicators, for people who still belong to a household; worth nothing once dropped."""
    unknown = run.small("unknown", list(_unknown_rows(run)))
    before = run.last_month("points").drop("household_key", "stale_months", "unknown")
    kept = before.inner_join(unknown, "indicator")
    people = run.people.select("household_key", "person_key", "deceased")
    placed = kept.inner_join(people, "person_key")
    placed = placed.filter((placed.deceased & placed.of_dead) | (~placed.deceased & placed.of_living))
    return placed.group_by("household_key", "person_key", "indicator").agg(
        bands=placed.bands.min(),
        value=placed.value.max(),
        band=placed.band.max(),
        points=ibis.ifelse(placed.dropped, 0, placed.points).max().cast("int64"),
        stale_months=placed.stale_months.max(),
        unknown=placed.dropped.any(),
    )


def _unknown_rows(run: RunInputs) -> Iterator[tuple[object, ...]]:
    for indicator in run.plan.model.scoring_indicators:
        state = run.unknown.get(indicator.id)
        if state is not None and state.stale_months is not None:
            living, dead = indicator.among != "deceased", indicator.among != "members"
            yield indicator.id, state.stale_months, state.status == "unknown", living, dead
