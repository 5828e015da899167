"""Running a month: range by range and step by step, each range written down as it ends, so that a killed run goes on where it stopped."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ClassVar

import ibis
import numpy as np
import pyarrow as pa

from minsheng.engine.backends.backend import Backend
from minsheng.engine.lake import Lake
from minsheng.engine.scoring.crossing import crossing_rows
from minsheng.engine.scoring.inputs import Register, RunInputs, Step
from minsheng.engine.scoring.manifest import Manifest, PartRecord, RangeRecord, part_path
from minsheng.engine.scoring.plan import InputFile, RunPlan
from minsheng.engine.scoring.ranges import KeyRange, Layout, cut
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
        work = _Work(Register(lake, backend, plan), manifest, layout, progress, stopwatch)
        work.every_range()
        manifest.finish(summarised(lake, plan, manifest))
    return RunResult.of(manifest)


@dataclass(frozen=True)
class _Work:
    register: Register
    manifest: Manifest
    layout: Layout
    progress: Progress
    stopwatch: Callable[[], float]

    def every_range(self) -> None:
        """Compute the ranges that do not stand yet; rows that cross between ranges are found first, and forgotten at the end."""
        register = self.register
        ranges = cut(register.backend, self.layout, register.table("households"), register.people())
        open_ranges = [one for one in ranges if one.buckets not in self.manifest.ranges]
        crossing_folder = f"{self.manifest.folder}/crossing"
        crossing = crossing_rows(register, ranges, crossing_folder) if open_ranges else {}
        register.backend.release()
        with self.progress.step(f"{register.plan.month} 计算 computing", total=len(open_ranges) * len(STEPS)) as doing:
            for one in open_ranges:
                doing.note(f"{one.position + 1}/{len(ranges)}")
                self.manifest.record(self._range(one, crossing, doing.advance))
                register.backend.release()
        for file in crossing.values():
            register.lake.remove(file.path)

    def _range(self, one: KeyRange, crossing: Mapping[str, InputFile], advance: Callable[[int], None]) -> RangeRecord:
        run = RunInputs(self.register, one, crossing)
        seconds: dict[str, float] = {}
        counts: dict[str, int] = {}
        with self._writing() as write:
            for name, step in STEPS.items():
                started = self.stopwatch()
                for table, rows in step(run).items():
                    run.tables[table] = self._done(table, rows, counts, write, one)
                seconds[name] = round(self.stopwatch() - started, 3)
                advance(1)
            parts = write.finished()
        return RangeRecord(one.buckets, parts, counts, seconds)

    def _done(self, name: str, rows: ibis.Table, counts: dict[str, int], write: "_Writer", one: KeyRange) -> ibis.Table:
        """A step's table as later steps read it; a result table is computed, counted and on its way to the lake."""
        if name not in TABLES:
            return rows
        shape = TABLES[name]
        table = self.register.backend.collect(rows, shape.schema, shape.key)
        counts.update(counted(name, table))
        write(name, table, one)
        return self.register.backend.table(table)

    @contextmanager
    def _writing(self) -> Iterator["_Writer"]:
        with ThreadPoolExecutor(1) as hand:
            yield _Writer(self.register.lake, self.manifest.folder, self.layout, hand)


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
