"""Counting a finished run into histograms: its levels, the values of its indicators by county, and the rows it was given."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from minsheng.engine.drift.counting import Counting, Edges, decile_edges
from minsheng.engine.drift.histograms import EVERYWHERE, Distributions, Histogram
from minsheng.engine.indicators.grammar import LEVELS, Model
from minsheng.engine.lake import Lake
from minsheng.engine.scoring.plan import LedgerFile, RunPlan
from minsheng.engine.scoring.results import read_result, result_buckets
from minsheng.engine.simulation.arrays import Coded, Ints, coded, ints, positions
from minsheng.kernel.divisions import CODE_DIGITS, Level

ROWS = "rows"
REACHED = "with"
_SAMPLED = 200_000
"""From so many values, evenly taken, the edges of an indicator are set when it is first counted."""


def measured(lake: Lake, run_id: str, plan: RunPlan, *, edges: Edges) -> Distributions:
    """The histograms of a finished run. Subjects with `edges` keep them; others get the deciles of this run."""
    places = _Places.of(lake, plan)
    counting = Counting({**_value_edges(lake, run_id, plan, edges), **edges})
    _levels(counting, lake, run_id, places)
    _values(counting, lake, run_id, plan, places)
    fed = {feed: histogram for name in sorted(plan.used_feeds()) for feed, histogram in _feed(lake, name, plan, edges)}
    return Distributions(plan.month, places.persons(lake, plan), {**counting.histograms, **fed})


@dataclass(frozen=True)
class _Places:
    """The county of every household of the register."""

    households: Ints
    county: Coded

    @classmethod
    def of(cls, lake: Lake, plan: RunPlan) -> "_Places":
        table = lake.read_table(plan.registry.households.path, ["household_key", "division"])
        division = coded(table, "division")
        larger = {name: name[: Level.COUNTY.digits].ljust(CODE_DIGITS, "0") for name in division.names}
        names = tuple(sorted(set(larger.values())))
        numbers = {name: at for at, name in enumerate(names)}
        codes = division.translated({name: numbers[place] for name, place in larger.items()}, -1)
        return cls(ints(table, "household_key"), Coded(codes.astype(np.int32), names))

    def counties(self, households: Ints) -> Coded:
        """The county of each of these households; blank where the register names none."""
        at = positions(self.households, households)
        return Coded(np.where(at >= 0, np.append(self.county.codes, -1)[at], -1).astype(np.int32), self.county.names)

    def persons(self, lake: Lake, plan: RunPlan) -> Mapping[str, int]:
        """How many living people are registered, by county and everywhere."""
        counties = self.counties(ints(lake.read_table(plan.registry.members.path, ["household_key"]), "household_key"))
        counted = np.bincount(counties.codes[counties.codes >= 0], minlength=len(counties.names))
        return {EVERYWHERE: len(counties.codes), **dict(zip(counties.names, map(int, counted), strict=True))}


def _levels(counting: Counting, lake: Lake, run_id: str, places: _Places) -> None:
    for bucket in result_buckets(lake, run_id):
        scores = read_result(lake, run_id, "scores", ["household_key", "level"], bucket=bucket)
        levels = Coded(ints(scores, "level").astype(np.int32), LEVELS)
        counting.codes("levels", "", levels, places.counties(ints(scores, "household_key")))


def _values(counting: Counting, lake: Lake, run_id: str, plan: RunPlan, places: _Places) -> None:
    """How many people have a value of each known indicator, and which; `exists` says nothing more than that."""
    valued = _valued(plan)
    for table in _stored_values(lake, run_id):
        indicator, value, county = coded(table, "indicator"), ints(table, "value"), places.counties(ints(table, "household_key"))
        for number, name in enumerate(indicator.names):
            rows = np.flatnonzero(indicator.codes == number)
            counting.codes("reach", name, Coded(np.zeros(len(rows), dtype=np.int32), (REACHED,)), county.at(rows))
            if name in valued:
                counting.numbers("value", name, value[rows], county.at(rows))


def _value_edges(lake: Lake, run_id: str, plan: RunPlan, known: Edges) -> dict[str, tuple[int, ...]]:
    """The edges of the indicators that are counted for the first time."""
    fresh = [name for name in _valued(plan) if f"value/{name}" not in known]
    if not fresh:
        return {}
    found: dict[str, list[Ints]] = {name: [] for name in fresh}
    most = _SAMPLED // len(result_buckets(lake, run_id))
    for table in _stored_values(lake, run_id):
        indicator, value = coded(table, "indicator"), ints(table, "value")
        for name in set(fresh) & set(indicator.names):
            own = value[indicator.codes == indicator.names.index(name)]
            found[name].append(own[:: max(1, len(own) // max(1, most))])
    return {f"value/{name}": decile_edges(np.concatenate(parts)) for name, parts in found.items() if parts}


def _stored_values(lake: Lake, run_id: str) -> Iterator[pa.Table]:
    for bucket in result_buckets(lake, run_id):
        yield read_result(lake, run_id, "values", ["household_key", "indicator", "value"], bucket=bucket)


def _valued(plan: RunPlan) -> list[str]:
    return [indicator.id for indicator in plan.model.indicators if indicator.measure.kind != "exists"]


def _feed(lake: Lake, feed: str, plan: RunPlan, edges: Edges) -> Iterator[tuple[str, Histogram]]:
    """The rows of registered people in the month's delivery, and the columns of it that the model reads; nothing, if it is absent."""
    files = _month_files(feed, plan)
    if files is None:
        return
    rows = Histogram("rows", feed, {EVERYWHERE: {ROWS: sum(lake.row_count(file.path) for file in files)}})
    yield rows.subject, rows
    for column in _columns_read(plan.model, feed):
        parts = [lake.read_table(file.path, [column]) for file in files if column in lake.schema(file.path).names]
        if parts:
            counted = _column(f"{feed}.{column}", column, pa.concat_tables(parts), edges)
            yield counted.subject, counted


def _month_files(feed: str, plan: RunPlan) -> list[LedgerFile] | None:
    """What was delivered for the month; of a snapshot the latest that was due. None: it is missing or held, or nothing is due."""
    given = plan.feeds[feed]
    expected = [month for month, state in given.months.items() if state in ("present", "missing", "held") and month <= plan.month]
    if not expected or (given.kind == "events" and max(expected) != plan.month) or given.months[max(expected)] != "present":
        return None
    return list(given.ledgers.get(max(expected), ()))


def _columns_read(model: Model, feed: str) -> list[str]:
    indicators = [indicator for indicator in model.indicators if indicator.source == feed]
    filtered = {condition.column for indicator in indicators for condition in indicator.filter}
    measured_by = {indicator.measure.column for indicator in indicators if indicator.measure.column}
    return sorted(filtered | measured_by)


def _column(name: str, column: str, table: pa.Table, edges: Edges) -> Histogram:
    """A column of codes, or of whole numbers (blank cells left out)."""
    kind = table.schema.field(column).type
    nowhere = Coded(np.full(table.num_rows, -1, dtype=np.int32), ())
    if not pa.types.is_integer(kind):
        counting = Counting({})
        counting.codes("column", name, coded(table, column) if pa.types.is_string(kind) else _as_text(table, column), nowhere)
        return counting.histograms[f"column/{name}"]
    values = ints(table.select([column]).drop_null(), column)
    subject = f"column/{name}"
    counting = Counting({subject: edges[subject] if subject in edges else decile_edges(values)})
    counting.numbers("column", name, values, nowhere.at(np.arange(len(values))))
    return counting.histograms[subject]


def _as_text(table: pa.Table, column: str) -> Coded:
    return coded(pa.Table.from_arrays([table[column].cast(pa.string())], names=[column]), column)
