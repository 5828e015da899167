"""Running a month: range by range and step by step, each range written down as it ends, so that a killed run goes on where it stopped."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ClassVar

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from ibis.expr.operations import UnboundTable

from minsheng.engine.backends.backend import Backend
from minsheng.engine.lake import Lake
from minsheng.engine.scoring.crossing import crossing_rows
from minsheng.engine.scoring.inputs import RunInputs, Statement, Step
from minsheng.engine.scoring.manifest import Manifest, PartRecord, RangeRecord, part_path
from minsheng.engine.scoring.plan import RunPlan
from minsheng.engine.scoring.ranges import EVERYTHING, KeyRange, Layout, cut
from minsheng.engine.scoring.results import RunResult, counted, summarised
from minsheng.engine.scoring.steps.evidence import evidence
from minsheng.engine.scoring.steps.hits import hits
from minsheng.engine.scoring.steps.long import points, values
from minsheng.engine.scoring.steps.scores import scores
from minsheng.engine.scoring.steps.sheet import sheet
from minsheng.engine.scoring.steps.warnings import warnings
from minsheng.engine.scoring.tables import TABLES
from minsheng.kernel.errors import Refusal
from minsheng.kernel.progress import SILENT, Progress

STEPS: Mapping[str, Step] = {
    "sheet": sheet,
    "values": values,
    "points": points,
    "scores": scores,
    "warnings": warnings,
    "hits": hits,
    "evidence": evidence,
}
USUAL = Layout()


class NotTheMonthBefore(Refusal):
    """The previous run is not of the month before, so that no change can be told."""

    code: ClassVar[str] = "not-the-month-before"


def run_month(
    lake: Lake,
    backend: Backend,
    plan: RunPlan,
    progress: Progress = SILENT,
    *,
    layout: Layout = USUAL,
    stopwatch: Callable[[], float] = time.perf_counter,
) -> RunResult:
    """Compute a month and write its tables and manifest under `runs/<run_id>/` of the lake.

    The same plan gives the same bytes in every table, whatever the engine, its threads and how many buckets are worked on at a time.
    Ranges that an earlier, interrupted run of the same plan wrote whole are kept; a finished run is returned as it stands. Raises
    NotTheMonthBefore.
    """
    if plan.previous is not None and plan.previous.month != plan.month.plus(-1):
        raise NotTheMonthBefore(
            f"{plan.month} was to be compared with {plan.previous.month}.", next_step=f"Run {plan.month.plus(-1)} first, or run without it."
        )
    folder = f"runs/{plan.run_id}"
    manifest = Manifest.resumed(lake, folder, plan, backend.versions())
    if manifest.result is None:
        _Work(RunInputs(lake, plan), backend, manifest, layout, progress, stopwatch).every_range()
        manifest.finish(summarised(lake, plan, manifest))
    return RunResult.of(manifest)


def script_of(run: RunInputs) -> list[Statement]:
    """Write the run's script: the statements of all steps, in order, the same for every range."""
    for name, step in STEPS.items():
        run.step = name
        step(run)
    return run.script


@dataclass(frozen=True)
class _Task:
    """A statement in the engine's own language, and the names that nothing after it reads."""

    statement: Statement
    keeping: str
    fetching: str
    last_of: tuple[str, ...]


def _tasks(run: RunInputs, backend: Backend) -> list[_Task]:
    script = script_of(run)
    last: dict[str, int] = {}
    for at, statement in enumerate(script):
        last |= dict.fromkeys([statement.name, *(name for name in _reads(statement) if name in last)], at)
    return [
        _Task(one, backend.compile(one.rows), backend.compile(_ordered(one)), tuple(name for name, use in last.items() if use == at))
        for at, one in enumerate(script)
    ]


def _reads(statement: Statement) -> set[str]:
    return {table.name for table in statement.rows.op().find(UnboundTable)}


def _ordered(statement: Statement) -> ir.Table:
    kept = ibis.table(statement.rows.schema(), name=statement.name)
    return kept.order_by(list(TABLES[statement.name].key)) if statement.is_result else kept


@dataclass(frozen=True)
class _Work:
    run: RunInputs
    backend: Backend
    manifest: Manifest
    layout: Layout
    progress: Progress
    stopwatch: Callable[[], float]

    def every_range(self) -> None:
        """Compute the ranges that do not stand yet; rows that cross between ranges are found first, and forgotten at the end."""
        tasks = _tasks(self.run, self.backend)
        people = next(statement.rows for statement in self.run.script if statement.name == "people")
        self.run.bind(self.backend, EVERYTHING, {})
        ranges = cut(self.backend, self.layout, self.run.register("households"), people)
        todo = [one for one in ranges if one.buckets not in self.manifest.ranges]
        crossing = crossing_rows(self.backend, self.run, people, ranges, f"{self.manifest.folder}/crossing") if todo else {}
        with self.progress.step(f"{self.run.plan.month} 计算 computing", total=len(todo) * len(tasks)) as doing:
            for one in todo:
                doing.note(f"{one.position + 1}/{len(ranges)}")
                self.run.bind(self.backend, one, crossing)
                self.manifest.record(self._range(one, tasks, doing.advance))
        for file in crossing.values():
            self.run.lake.remove(file.path)

    def _range(self, one: KeyRange, tasks: Sequence[_Task], advance: Callable[[int], None]) -> RangeRecord:
        seconds, counts = dict.fromkeys(STEPS, 0.0), dict[str, int]()
        self.backend.release()
        with self._writing() as write:
            for task in tasks:
                started = self.stopwatch()
                self._perform(task, one, counts, write)
                seconds[task.statement.step] = round(seconds[task.statement.step] + self.stopwatch() - started, 3)
                self.backend.release(task.last_of)
                advance(1)
            return RangeRecord(one.buckets, write.finished(), counts, seconds)

    def _perform(self, task: _Task, one: KeyRange, counts: dict[str, int], write: "_Writer") -> None:
        """Compute one statement; a result is counted and on its way to the lake."""
        name = task.statement.name
        self.backend.keep(name, task.keeping)
        if task.statement.is_result:
            table = self.backend.fetch(task.fetching, TABLES[name].schema)
            counts.update(counted(name, table))
            write(name, table, one)

    @contextmanager
    def _writing(self) -> Iterator["_Writer"]:
        with ThreadPoolExecutor(1) as hand:
            yield _Writer(self.run.lake, self.manifest.folder, self.layout, hand)


class _Writer:
    """Writes tables bucket by bucket while the next step is computed."""

    def __init__(self, lake: Lake, folder: str, layout: Layout, hand: ThreadPoolExecutor) -> None:
        self._lake, self._folder, self._layout, self._hand = lake, folder, layout, hand
        self._begun: list[Future[PartRecord]] = []

    def __call__(self, name: str, table: pa.Table, one: KeyRange) -> None:
        for bucket, rows in zip(one.buckets, _by_bucket(table, one.buckets, self._layout.bucket_households), strict=True):
            self._begun.append(self._hand.submit(self._write, name, bucket, rows))

    def finished(self) -> tuple[PartRecord, ...]:
        """Every part, once all are written."""
        return tuple(one.result() for one in self._begun)

    def _write(self, name: str, bucket: int, rows: pa.Table) -> PartRecord:
        return PartRecord(name, bucket, rows.num_rows, self._lake.write_table(part_path(self._folder, name, bucket), rows))


def _by_bucket(table: pa.Table, buckets: Sequence[int], width: int) -> list[pa.Table]:
    """A table sorted by household, cut where buckets end."""
    ends = np.searchsorted(table["household_key"].to_numpy(), [(bucket + 1) * width for bucket in buckets]).tolist()
    return [table.slice(start, end - start) for start, end in zip([0, *ends[:-1]], ends, strict=True)]
