"""Step 1: one row per person with anything to say, all indicators side by side: value, bands, band and points of each."""

from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from operator import or_

import ibis
import ibis.expr.types as ir

from minsheng.engine.indicators.grammar import Band, Indicator
from minsheng.engine.indicators.values import (
    bands_of,
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


def sheet(run: RunInputs) -> dict[str, ir.Table]:
    """The `sheet`: household_key, person_key, category, and of each indicator value_, bands_, band_ and points_<id>.

    Each feed is aggregated by person in one pass and then laid beside the register. An indicator that is unknown has last
    month's value, band and points while its feed's tolerance lasts; then points of 0 say that they were dropped.
    """
    model = run.plan.model
    known = [indicator for indicator in model.indicators if indicator.id not in run.unknown]
    parts = [*_measured_feeds(run, [indicator for indicator in known if not is_registry(indicator)]), *_carried(run)]
    people = reduce(_beside, parts, run.people)
    columns: dict[str, ir.Value] = {}
    for indicator in known:
        columns |= _known_columns(indicator, people)
    for indicator in carried_indicators(run):
        columns |= _carried_columns(run, indicator, people)
    laid = people.select(*PERSON, "category", **columns)
    said = [laid[f"value_{i.id}"].notnull() for i in known] + [laid[f"band_{i.id}"].notnull() for i in carried_indicators(run)]
    return {"sheet": run.backend.kept(laid.filter(reduce(or_, said, ibis.literal(value=False))))}


def known_indicators(run: RunInputs) -> list[Indicator]:
    """The indicators with fresh values this month."""
    return [indicator for indicator in run.plan.model.indicators if indicator.id not in run.unknown]


def carried_indicators(run: RunInputs) -> list[Indicator]:
    """The unknown indicators of which last month's points are carried, or kept to say that they were dropped."""
    return [i for i in run.plan.model.scoring_indicators if i.id in run.unknown and run.unknown[i.id].stale_months is not None]


def counting_rows(run: RunInputs, indicator: Indicator, reading: Reading) -> ir.Table:
    """The department rows that count for an indicator: in its window, and satisfying its filter."""
    rows = dated(run.ledger(indicator.source, reading.files), reading.window, undated_at_end=reading.undated_at_end)
    return rows.filter(in_window(rows, reading.window) & holds_all(rows, indicator.filter))


def _measured_feeds(run: RunInputs, indicators: Iterable[Indicator]) -> list[ir.Table]:
    """Per feed the values of its indicators by person: person_key, read_<id>."""
    by_feed: dict[str, list[tuple[Indicator, Reading]]] = {}
    for indicator in indicators:
        reading = run.reading(indicator)
        if reading.files:
            by_feed.setdefault(indicator.source, []).append((indicator, reading))
    return [part for feed, asked in by_feed.items() for part in _measured_feed(run, feed, asked)]


def _measured_feed(run: RunInputs, feed: str, asked: Sequence[tuple[Indicator, Reading]]) -> list[ir.Table]:
    together = [(indicator, reading) for indicator, reading in asked if indicator.measure.kind != "latest"]
    apart = [(indicator, reading) for indicator, reading in asked if indicator.measure.kind == "latest"]
    parts = []
    if together:
        first = together[0][1]
        files = list(dict.fromkeys(file for _, reading in together for file in reading.files))
        rows = dated(run.ledger(feed, files), first.window, undated_at_end=first.undated_at_end)
        values = {f"read_{i.id}": measured(i, rows, _counts(run, i, reading, rows, files), reading.window) for i, reading in together}
        parts.append(rows.group_by("person_key").agg(**values))
    for indicator, reading in apart:
        latest = latest_by_person(indicator, counting_rows(run, indicator, reading), ibis.literal(value=True))
        parts.append(latest.rename({f"read_{indicator.id}": "value"}))
    return parts


def _counts(run: RunInputs, indicator: Indicator, reading: Reading, rows: ir.Table, files: Sequence[LedgerFile]) -> ir.BooleanValue:
    """Whether a row of any of these files counts for the indicator."""
    counts = in_window(rows, reading.window) & holds_all(rows, indicator.filter)
    if set(reading.files) == set(files):
        return counts
    return counts & rows[ORIGIN].isin([run.register.lake.query_path(file.path) for file in reading.files])


def _carried(run: RunInputs) -> list[ir.Table]:
    """By person what last month said of the unknown indicators: person_key, and old_value_, old_bands_, old_band_, old_points_<id>."""
    carried = carried_indicators(run)
    if not carried:
        return []
    before = run.last_month("points")
    before = before.filter(before.indicator.isin([indicator.id for indicator in carried]))
    columns = {
        f"old_{name}_{i.id}": ibis.ifelse(before.indicator == i.id, before[name], ibis.null(before[name].type())).max()
        for i in carried
        for name in ("value", "bands", "band", "points")
    }
    return [before.group_by("person_key").agg(**columns)]


def _beside(people: ir.Table, part: ir.Table) -> ir.Table:
    joined = people.left_join(part, "person_key")
    return joined.select(*people.columns, *(name for name in part.columns if name != "person_key"))


def _known_columns(indicator: Indicator, people: ir.Table) -> dict[str, ir.Value]:
    name = indicator.id
    if is_registry(indicator):
        read = registry_value(indicator, people)
    else:
        read = people[f"read_{name}"] if f"read_{name}" in people.columns else whole(None)
    value = ibis.ifelse(is_asked(indicator, people), read, whole(None))
    bands = bands_of(indicator, people)
    return {
        f"value_{name}": value,
        f"bands_{name}": bands,
        f"band_{name}": _by_band(indicator, bands, value, lambda position, _: position),
        f"points_{name}": _by_band(indicator, bands, value, lambda _, band: band.hundredths),
    }


def _by_band(indicator: Indicator, bands: ir.StringValue, value: ir.IntegerValue, worth: Callable[[int, Band], int]) -> ir.IntegerValue:
    """What the highest band whose bound is reached is worth; blank if none is."""
    branches = [
        ((bands == name) & (value >= whole(band.bound)), whole(worth(position, band)))
        for name, ladder in indicator.bands.items()
        for position, band in reversed(list(enumerate(ladder, start=1)))
    ]
    return ibis.cases(*branches, else_=whole(None)) if branches else whole(None)


def _carried_columns(run: RunInputs, indicator: Indicator, people: ir.Table) -> dict[str, ir.Value]:
    """What last month said of a person whom the indicator asks about now; nothing is asked of `who` again."""
    name, dropped = indicator.id, run.unknown[indicator.id].status == "unknown"
    belongs = is_among(indicator, people)
    columns = {
        f"{column}_{name}": ibis.ifelse(belongs, people[f"old_{column}_{name}"], ibis.null(people[f"old_{column}_{name}"].type()))
        for column in ("value", "bands", "band", "points")
    }
    if dropped:
        columns[f"points_{name}"] = ibis.ifelse(columns[f"band_{name}"].notnull(), whole(0), whole(None))
    return columns
