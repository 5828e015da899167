"""Bringing one run's rows from the lake into the roll by COPY, a bucket of households at a time."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from typing import Final, cast

import polars as pl
import psycopg
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.db import connection
from psycopg import sql

from minsheng.domain.monitoring.models import Evidence, Hit, HouseholdLevel, Warning
from minsheng.domain.monitoring.operations.partitions import ROLL, MonthTables, RollTable, month_for_loading
from minsheng.engine.lake import Lake
from minsheng.engine.scoring.results import read_result, result_buckets
from minsheng.kernel.periods import Month

Frames = Mapping[str, pl.DataFrame]
Contents = Mapping[RollTable, bytes]
Telling = Callable[[Frames], pl.DataFrame]
"""From one bucket's tables to the sentences of its warnings: household_key, indicators, reason_zh, reason_en."""

_OURS: Final = ("run_id", "month")
_COLUMNS: Final[Mapping[RollTable, Sequence[str]]] = {
    model: [str(field.column) for field in model._meta.concrete_fields if field.column not in _OURS] for model in ROLL
}
_PERSON: Final = ("household_key", "person_key", "relation", "sex", "age", "category")
_REGISTER: Final = {"households": ("household_key", "division"), "members": _PERSON, "deceased": _PERSON}
"""What is read of the register: where a household lives, and what its people are called by."""


@dataclass(frozen=True)
class RunInLake:
    """A finished run and the register it was frozen with (table → path), from which its rows are made."""

    lake: Lake
    run_id: str
    month: Month
    register: Mapping[str, str]

    def rows(self, bucket: int, tell: Telling) -> dict[RollTable, pl.DataFrame]:
        """What the roll holds of a bucket's households, beside month and run; evidence only of those warned, the rest stays in the lake."""
        scores, warnings = (self._result(table, bucket) for table in ("scores", "warnings"))
        placed = scores.join(self._registered("households", scores), on="household_key").with_columns(pl.col("division").fill_null(""))
        hits, evidence = self._result("hits", bucket), _of(warnings, self._result("evidence", bucket))
        told = tell(
            {
                "scores": _of(warnings, scores),
                "warnings": warnings,
                "hits": _of(warnings, hits),
                "points": _of(warnings, self._result("points", bucket, ("household_key", "indicator", "unknown")).filter("unknown")),
                "evidence": evidence,
                **{name: _of(warnings, self._registered(name, warnings)) for name in ("members", "deceased") if name in self.register},
            }
        )
        warned = warnings.join(placed.select("household_key", "score", "division"), on="household_key").join(told, on="household_key")
        frames: dict[RollTable, pl.DataFrame] = {
            HouseholdLevel: placed,
            Warning: _as_warnings(warned),
            Hit: hits,
            Evidence: _as_evidence(evidence),
        }
        return {model: frame.select(_COLUMNS[model]) for model, frame in frames.items()}

    def _result(self, table: str, bucket: int, columns: Sequence[str] | None = None) -> pl.DataFrame:
        return _frame(read_result(self.lake, self.run_id, table, columns, bucket=bucket))

    def _registered(self, table: str, households: pl.DataFrame) -> pl.DataFrame:
        """The register's rows from the first to the last of these households; it is sorted by them."""
        key, keys = pc.field("household_key"), households["household_key"].to_arrow()
        first, last = (pc.min_max(keys)[end] for end in ("min", "max"))
        with self.lake.open_reader(self.register[table]) as stream:
            return _frame(pq.read_table(stream, columns=list(_REGISTER[table]), filters=(key >= first) & (key <= last)))


def load_run(run: RunInLake, tell: Telling) -> None:
    """Bring a run's levels, warnings, hits and evidence into the roll, in the caller's transaction.

    While PostgreSQL takes in one bucket, the next is read and written out as CSV, so that no more than two are in memory.
    """

    with month_for_loading(run.month, run.run_id) as tables:
        ours = [] if tables.fresh else [pl.lit(run.run_id).alias("run_id"), pl.lit(str(run.month)).alias("month")]

        def prepared(bucket: int) -> Contents:
            return {model: _as_csv(frame.with_columns(ours)) for model, frame in run.rows(bucket, tell).items()}

        for contents in _one_ahead(prepared, result_buckets(run.lake, run.run_id)):
            for model, content in contents.items():
                _copy(tables, model, content)


def _copy(tables: MonthTables, model: RollTable, content: bytes) -> None:
    columns = sql.SQL(", ").join(map(sql.Identifier, [*_COLUMNS[model], *(() if tables.fresh else _OURS)]))
    form = sql.SQL("FORMAT csv, FREEZE" if tables.fresh else "FORMAT csv")
    statement = sql.SQL("COPY {} ({}) FROM STDIN ({})").format(sql.Identifier(tables.names[model]), columns, form)
    with connection.cursor() as cursor, cast("psycopg.Cursor[tuple[object, ...]]", cursor).copy(statement) as copy:
        copy.write(content)


def _one_ahead(prepare: Callable[[int], Contents], buckets: Sequence[int]) -> Iterator[Contents]:
    """What is prepared of each bucket; while one is used, the next is being prepared."""
    with ThreadPoolExecutor(1) as beside:
        coming: Future[Contents] | None = None
        for bucket in buckets:
            ready, coming = coming, beside.submit(prepare, bucket)
            if ready is not None:
                yield ready.result()
        if coming is not None:
            yield coming.result()


def _as_csv(frame: pl.DataFrame) -> bytes:
    content = BytesIO()
    frame.write_csv(content, include_header=False)
    return content.getvalue()


def _of(households: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    return rows.join(households.select("household_key"), on="household_key", how="semi", maintain_order="left")


def _as_warnings(warned: pl.DataFrame) -> pl.DataFrame:
    """Warnings as PostgreSQL takes them: arrays as literals, blanks as empty texts."""
    quoted = pl.concat_str([pl.lit("{"), pl.col("indicators").list.join(","), pl.lit("}")])
    return warned.with_columns(quoted.alias("indicators"), pl.col("suppressed_by").fill_null(""))


def _as_evidence(evidence: pl.DataFrame) -> pl.DataFrame:
    numbered = evidence.with_columns(pl.int_range(1, pl.len() + 1).over("household_key").alias("position"))
    return numbered.with_columns(
        pl.col("detail").fill_null("{}"), pl.col("delivery", "feed").fill_null(""), pl.col("row_number").fill_null(0)
    )


def _frame(table: pa.Table) -> pl.DataFrame:
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return frame
