"""Reading a stored month from the lake, range by range, and only the columns that a simulation needs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from minsheng.engine.lake import Lake
from minsheng.engine.scoring.plan import InputFile, RunPlan
from minsheng.engine.scoring.results import read_result, result_buckets
from minsheng.engine.scoring.tables import INPUTS, TABLES
from minsheng.engine.simulation.arrays import ints
from minsheng.engine.simulation.stored import StoredMonth, StoredRange, merging

_TEXTS = ("indicator", "bands", "division", "residence", "category", "relation", "sex", "ethnicity", "tag")
_MEMBERS = ("household_key", "person_key", "category", "relation", "sex", "age", "disability_level", "ethnicity")
_SCORES = (
    "household_key",
    "raw",
    "dimensions",
    "overlap_percent",
    "identity_percent",
    "score",
    "score_level",
    "held_by_hysteresis",
    "trigger_level",
    "level",
    "previous_score",
    "previous_level",
)
_POINTS = ("household_key", "person_key", "indicator", "band", "points", "stale_months")


def stored_month(lake: Lake, run_id: str, plan: RunPlan) -> StoredMonth:
    """A finished run as a simulation reads it; `plan` is the run's, of which the register and last month's tables are taken.

    The plan may hold other verdicts than the run had. Raises UnknownRun or LakeMissing.
    """
    reader = _Reader(lake, run_id, plan)
    redirects = plan.registry.redirects
    merged = merging(lake.read_table(redirects.path) if redirects else None)
    return StoredMonth(reader.ranges, reader.last_points, merged)


@dataclass(frozen=True)
class _Reader:
    lake: Lake
    run_id: str
    plan: RunPlan

    def ranges(self) -> Iterator[StoredRange]:
        """The ranges of the run's households, in the order of their keys."""
        for bucket in result_buckets(self.lake, self.run_id):
            yield self._range(bucket)

    def last_points(self) -> Iterator[pa.Table]:
        """Whose indicators had points last month, file by file."""
        for file in self.plan.previous.points if self.plan.previous else ():
            yield self._read(file, ["person_key", "indicator", "points"])

    def _range(self, bucket: int) -> StoredRange:
        scores = self._result("scores", _SCORES, bucket)
        keys = ints(scores, "household_key")
        within = (int(keys[0]), int(keys[-1])) if len(keys) else (0, -1)
        return StoredRange(
            scores=scores,
            values=self._result("values", None, bucket),
            carried=self._carried(bucket),
            warnings=self._result("warnings", None, bucket),
            hits=self._result("hits", ("household_key", "points", "is_new"), bucket),
            last_scores=self._last_scores(within),
            households=self._registered("households", within),
            members=self._registered("members", within, _MEMBERS),
            deceased=self._registered("deceased", within, _MEMBERS),
            tags=self._registered("tags", within),
            verdicts=self._registered("verdicts", within),
            verdict_hits=self._registered("verdict_hits", within),
        )

    def _result(self, table: str, columns: Sequence[str] | None, bucket: int) -> pa.Table:
        return read_result(self.lake, self.run_id, table, columns, bucket=bucket)

    def _carried(self, bucket: int) -> pa.Table:
        points = self._result("points", _POINTS, bucket)
        return points.filter(pc.field("stale_months") > 0)

    def _last_scores(self, within: tuple[int, int]) -> pa.Table:
        columns = ["household_key", "score_level"]
        files = self.plan.previous.scores if self.plan.previous else ()
        parts = [self._read(file, columns, within) for file in files]
        return pa.concat_tables([TABLES["scores"].empty().select(columns), *parts])

    def _registered(self, name: str, within: tuple[int, int], columns: Sequence[str] | None = None) -> pa.Table:
        file = self.plan.registry.given().get(name)
        chosen = list(columns or INPUTS[name].names)
        if file is None:
            return INPUTS[name].empty_table().select(chosen)
        return self._read(file, chosen, within)

    def _read(self, file: InputFile, columns: Sequence[str], within: tuple[int, int] | None = None) -> pa.Table:
        """Columns of a file, texts as dictionaries, of the households between two keys; a column that the file lacks is blank."""
        with self.lake.open_reader(file.path) as stream:
            known = pq.read_schema(stream).names
            present = [name for name in columns if name in known]
            stream.seek(0)
            parquet = pq.ParquetFile(stream, read_dictionary=[name for name in present if name in _TEXTS])
            rows = parquet.read_row_groups(_row_groups(parquet, within), columns=present)
        for name in set(columns) - set(present):
            rows = rows.append_column(name, pa.nulls(rows.num_rows, INPUTS["members"].field(name).type))
        if within is None:
            return rows
        keys = ints(rows, "household_key")
        inside = (keys >= within[0]) & (keys <= within[1])
        return rows if inside.all() else rows.filter(pa.array(inside))


def _row_groups(parquet: pq.ParquetFile, within: tuple[int, int] | None) -> list[int]:
    """The row groups that may hold households between two keys."""
    groups = range(parquet.metadata.num_row_groups)
    if within is None:
        return list(groups)
    place = parquet.schema_arrow.names.index("household_key")
    return [at for at in groups if _overlaps(parquet.metadata.row_group(at).column(place).statistics, *within)]


def _overlaps(statistics: pq.Statistics | None, first: int, last: int) -> bool:
    if statistics is None or statistics.min is None or statistics.max is None:
        return True
    return int(statistics.max) >= first and int(statistics.min) <= last
