"""Step 1: one row per person with anything to say, all indicators side by side: value, bands, band and points of each."""

from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from operator import or_

import ibis
import ibis.expr.types as ir

from minsheng.engine.indicators.grammar import DEFAULT_BANDS, Band, Indicator
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


def sheet(run: RunInputs) -> None:
    """The `sheet`: household_key, person_key, category, and of each indicator value_, band_ and points_<id>.

    Each feed is aggregated by person in one pass and then laid beside the register. An indicator that is unknown has last
    month's value, band and points (and bands_<id>) while its feed's tolerance lasts; then points of 0 say that they were dropped.
    """
    run.kept("sheet", _banded(run, run.kept("valued", _valued(run))))


def _valued(run: RunInputs) -> ir.Table:
    """The people with a value or with last month's points, and these."""
    known, carried = known_indicators(run), carried_indicators(run)
    people = run.people
    parts = [*_measured_feeds(run, [indicator for indicator in known if not is_registry(indicator)]), *_carried(run)]
    people = reduce(_beside, [run.kept(f"read_{number}", part) for number, part in enumerate(parts)], people)
    columns = {f"value_{i.id}": _value(i, people) for i in known}
    for indicator in carried:
        columns |= _carried_columns(indicator, people)
    laid = people.select(*PERSON, "category", **columns)
    said = [laid[f"value_{i.id}"].notnull() for i in known] + [laid[f"band_{i.id}"].notnull() for i in carried]
    return laid.filter(reduce(or_, said, ibis.literal(value=False)))


def _banded(run: RunInputs, laid: ir.Table) -> ir.Table:
    """With the band that each known value reaches, and what it is worth."""
    columns: dict[str, ir.Value] = {}
    for indicator in known_indicators(run):
        columns[f"band_{indicator.id}"] = _by_band(indicator, laid, lambda position, _: position)
        if not indicator.reverse:
            columns[f"points_{indicator.id}"] = _by_band(indicator, laid, lambda _, band: band.hundredths)
    for indicator in carried_indicators(run):
        if run.unknown[indicator.id].status == "unknown":
            columns[f"points_{indicator.id}"] = ibis.ifelse(laid[f"band_{indicator.id}"].notnull(), whole(0), whole(None))
    return laid.mutate(**columns)


def known_indicators(run: RunInputs) -> list[Indicator]:
    """The indicators with fresh values this month."""
    return [indicator for indicator in run.plan.model.indicators if indicator.id not in run.unknown]


def carried_indicators(run: RunInputs) -> list[Indicator]:
    """The unknown indicators of which last month's points are carried, or kept to say that they were dropped."""
    return [i for i in run.plan.model.scoring_indicators if i.id in run.unknown and run.unknown[i.id].stale_months is not None]


def counting_rows(indicator: Indicator, reading: Reading, rows: ir.Table) -> ir.Table:
    """Of the rows that a reading reads those that count for an indicator: in its window, and satisfying its filter."""
    rows = dated(rows, reading.window, undated_at_end=reading.undated_at_end)
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
        latest = latest_by_person(indicator, counting_rows(indicator, reading, run.ledger(feed, reading.files)))
        parts.append(latest.rename({f"read_{indicator.id}": "value"}))
    return parts


def _counts(run: RunInputs, indicator: Indicator, reading: Reading, rows: ir.Table, files: Sequence[LedgerFile]) -> ir.BooleanValue:
    """Whether a row of any of these files counts for the indicator."""
    counts = in_window(rows, reading.window) & holds_all(rows, indicator.filter)
    if set(reading.files) == set(files):
        return counts
    return counts & rows[ORIGIN].isin([run.lake.query_path(file.path) for file in reading.files])


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
        for name in _CARRIED
    }
    return [before.group_by("person_key").agg(**columns)]


def _beside(people: ir.Table, part: ir.Table) -> ir.Table:
    joined = people.left_join(part, "person_key")
    return joined.select(*people.columns, *(name for name in part.columns if name != "person_key"))


def _value(indicator: Indicator, people: ir.Table) -> ir.IntegerValue:
    """The value of each person whom the indicator asks about."""
    return ibis.ifelse(is_asked(indicator, people), _read(indicator, people), whole(None))


def _read(indicator: Indicator, people: ir.Table) -> ir.IntegerValue:
    if is_registry(indicator):
        return registry_value(indicator, people)
    name = f"read_{indicator.id}"
    return people[name] if name in people.columns else whole(None)


def _by_band(indicator: Indicator, laid: ir.Table, worth: Callable[[int, Band], int]) -> ir.IntegerValue:
    """What the highest band whose bound is reached is worth; blank if none is."""
    value = laid[f"value_{indicator.id}"]
    ladders: dict[tuple[Band, ...], list[str]] = {}
    for name, ladder in indicator.bands.items():
        ladders.setdefault(ladder, []).append(name)
    otherwise = _on_ladder(value, indicator.bands[DEFAULT_BANDS], worth)
    own = [(names, ladder) for ladder, names in ladders.items() if DEFAULT_BANDS not in names]
    if not own:
        return otherwise
    return ibis.cases(*((laid.category.isin(names), _on_ladder(value, ladder, worth)) for names, ladder in own), else_=otherwise)


def _on_ladder(value: ir.IntegerColumn, ladder: Sequence[Band], worth: Callable[[int, Band], int]) -> ir.IntegerValue:
    steps = [(value >= whole(band.bound), whole(worth(position, band))) for position, band in reversed(list(enumerate(ladder, start=1)))]
    return ibis.cases(*steps, else_=whole(None)) if steps else whole(None)


def _carried_columns(indicator: Indicator, people: ir.Table) -> dict[str, ir.Value]:
    """What last month said of a person whom the indicator is about now; nothing is asked of `who` again."""
    belongs = is_among(indicator, people)
    old = {name: people[f"old_{name}_{indicator.id}"] for name in _CARRIED}
    return {f"{name}_{indicator.id}": ibis.ifelse(belongs, column, ibis.null(column.type())) for name, column in old.items()}
