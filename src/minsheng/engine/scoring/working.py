"""Carrying out a run's script, range by range: compute, take over what was not touched, write down."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from ibis.expr.operations import UnboundTable

from minsheng.engine.backends.backend import Backend
from minsheng.engine.lake import Lake
from minsheng.engine.scoring.crossing import crossing_rows
from minsheng.engine.scoring.inputs import TOUCHED, RunInputs, Statement
from minsheng.engine.scoring.manifest import Manifest, PartRecord, RangeRecord, part_path
from minsheng.engine.scoring.plan import InputFile
from minsheng.engine.scoring.ranges import KeyRange, Layout
from minsheng.engine.scoring.results import counted
from minsheng.engine.scoring.tables import TABLES
from minsheng.engine.scoring.touched import Base
from minsheng.kernel.progress import Progress


@dataclass(frozen=True)
class Task:
    """A statement in the engine's own language: kept if a later one reads it, fetched if it is a result.

    `last_of` are the names that nothing after it reads.
    """

    statement: Statement
    keeping: str | None
    fetching: str | None
    last_of: tuple[str, ...]


def tasks_of(run: RunInputs, backend: Backend) -> list[Task]:
    """A script in the engine's own language."""
    last: dict[str, int] = {}
    for at, statement in enumerate(run.script):
        last |= dict.fromkeys((name for name in _reads(statement) if name in {one.name for one in run.script}), at)
    return [
        Task(
            one,
            backend.compile(one.rows) if one.name in last else None,
            backend.compile(_ordered(one, kept=one.name in last)) if one.is_result else None,
            tuple(name for name, use in last.items() if use == at),
        )
        for at, one in enumerate(run.script)
    ]


def _reads(statement: Statement) -> set[str]:
    return {table.name for table in statement.rows.op().find(UnboundTable)}


def _ordered(statement: Statement, *, kept: bool) -> ir.Table:
    rows = ibis.table(statement.rows.schema(), name=statement.name) if kept else statement.rows
    return rows.order_by(list(TABLES[statement.name].key))


@dataclass(frozen=True)
class Work:
    """One run under way. With a base, `touched` (household_key) are computed and the other households' rows taken over from it."""

    run: RunInputs
    backend: Backend
    manifest: Manifest
    base: Base | None
    touched: pa.Table | None
    layout: Layout
    progress: Progress
    stopwatch: Callable[[], float]

    def every_range(self, ranges: Sequence[KeyRange]) -> None:
        """Compute the ranges that do not stand yet; rows that cross between ranges are found first, and forgotten at the end."""
        tasks = tasks_of(self.run, self.backend)
        todo = [one for one in ranges if one.buckets not in self.manifest.ranges]
        if self.touched is not None:
            self.backend.table(TOUCHED, self.touched)
        with self.progress.step(f"{self.run.plan.month} 计算 computing", total=len(todo) * len(tasks)) as doing:
            crossing = self._crossing(ranges) if todo else {}
            for one in todo:
                doing.note(f"{one.position + 1}/{len(ranges)}")
                self.manifest.record(self._range(one, tasks, crossing, doing.advance))
        for path in self.run.lake.list(self._crossing_folder):
            self.run.lake.remove(path)

    @property
    def _crossing_folder(self) -> str:
        return f"{self.manifest.folder}/crossing"

    def _crossing(self, ranges: Sequence[KeyRange]) -> Mapping[str, InputFile]:
        return crossing_rows(self.backend, self.run, self.run.everybody(), ranges, self._crossing_folder)

    def _range(
        self, one: KeyRange, tasks: Sequence[Task], crossing: Mapping[str, InputFile], advance: Callable[[int], None]
    ) -> RangeRecord:
        with self._writing(one) as write:
            if self.base is not None and not self._is_touched(one):
                advance(len(tasks))
                return RangeRecord(one.buckets, write.taken_over(), {})
            self.run.bind(self.backend, one, crossing)
            self.backend.release()
            seconds: dict[str, float] = {}
            for task in tasks:
                started, step = self.stopwatch(), task.statement.step
                self._perform(task, write)
                seconds[step] = round(seconds.get(step, 0.0) + self.stopwatch() - started, 3)
                self.backend.release(task.last_of)
                advance(1)
            return RangeRecord(one.buckets, write.finished(), seconds)

    def _is_touched(self, one: KeyRange) -> bool:
        buckets = np.unique(_keys(self.touched) // self.layout.bucket_households)
        return bool(np.isin(buckets, one.buckets).any())

    def _perform(self, task: Task, write: "_Writer") -> None:
        """Compute one statement; a result is on its way to the lake."""
        name = task.statement.name
        if task.keeping is not None:
            self.backend.keep(name, task.keeping)
        if task.fetching is not None:
            write(name, self.backend.fetch(task.fetching, TABLES[name].schema))

    @contextmanager
    def _writing(self, one: KeyRange) -> Iterator["_Writer"]:
        with ThreadPoolExecutor(1) as hand:
            yield _Writer(self.run.lake, self.manifest.folder, one, self.layout, hand, self.base, _keys(self.touched))


@dataclass
class _Writer:
    """Writes a range's tables bucket by bucket while the next step is computed."""

    lake: Lake
    folder: str
    range: KeyRange
    layout: Layout
    hand: ThreadPoolExecutor
    base: Base | None
    touched: "np.ndarray[tuple[int], np.dtype[np.int64]]"

    def __post_init__(self) -> None:
        self._begun: list[Future[PartRecord]] = []

    def __call__(self, name: str, table: pa.Table) -> None:
        """Have a result table of the range written."""
        for bucket, rows in zip(self.range.buckets, _by_bucket(table, self.range.buckets, self.layout.bucket_households), strict=True):
            self._begun.append(self.hand.submit(self._write, name, bucket, rows))

    def finished(self) -> tuple[PartRecord, ...]:
        """Every part, once all are written."""
        return tuple(one.result() for one in self._begun)

    def taken_over(self) -> tuple[PartRecord, ...]:
        """Every part of a range that nothing touched, as the base has it."""
        assert self.base is not None
        parts = []
        for part in (part for name in TABLES for part in self.base.manifest.parts(name) if part.bucket in self.range.buckets):
            source = part_path(self.base.manifest.folder, part.table, part.bucket)
            self.lake.copy(source, part_path(self.folder, part.table, part.bucket))
            parts.append(part)
        return tuple(parts)

    def _write(self, name: str, bucket: int, rows: pa.Table) -> PartRecord:
        if self.base is not None:
            rows = self._with_untouched(name, bucket, rows)
        sha256 = self.lake.write_table(part_path(self.folder, name, bucket), rows, group=self.layout.row_group)
        return PartRecord(name, bucket, rows.num_rows, sha256, counted(name, rows))

    def _with_untouched(self, name: str, bucket: int, rows: pa.Table) -> pa.Table:
        """The computed rows, and those of households that were not touched, in order."""
        assert self.base is not None
        before = self.base.manifest.read(name, bucket=bucket)
        kept = before.filter(pc.invert(pc.is_in(before["household_key"], pa.array(self.touched))))
        together = pa.concat_tables([rows, kept])
        return together.sort_by([(column, "ascending") for column in TABLES[name].key]).combine_chunks()


def _keys(touched: pa.Table | None) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    return np.empty(0, dtype=np.int64) if touched is None else touched["household_key"].to_numpy()


def _by_bucket(table: pa.Table, buckets: Sequence[int], width: int) -> list[pa.Table]:
    """A table sorted by household, cut where buckets end."""
    ends = np.searchsorted(table["household_key"].to_numpy(), [(bucket + 1) * width for bucket in buckets]).tolist()
    return [table.slice(start, end - start) for start, end in zip([0, *ends[:-1]], ends, strict=True)]
