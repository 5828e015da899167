"""Running a month: named steps, each written down as it ends, so that a killed run goes on where it stopped."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

import ibis.expr.types as ir
import pyarrow as pa

from minsheng.engine.backends.backend import Backend
from minsheng.engine.lake import Lake
from minsheng.engine.scoring.inputs import RunInputs, Step
from minsheng.engine.scoring.manifest import Manifest, StepRecord, TableRecord
from minsheng.engine.scoring.plan import RunPlan
from minsheng.engine.scoring.results import RunResult, summarised
from minsheng.engine.scoring.steps.evidence import evidence
from minsheng.engine.scoring.steps.hits import hits
from minsheng.engine.scoring.steps.points import points
from minsheng.engine.scoring.steps.scores import scores
from minsheng.engine.scoring.steps.values import values
from minsheng.engine.scoring.steps.warnings import warnings
from minsheng.engine.scoring.tables import TABLES, TableShape
from minsheng.kernel.errors import Refusal
from minsheng.kernel.progress import SILENT, Progress

STEPS: Mapping[str, Step] = {
    "values": values,
    "points": points,
    "scores": scores,
    "warnings": warnings,
    "hits": hits,
    "evidence": evidence,
}


class NotTheMonthBefore(Refusal):
    """The previous run is not of the month before, so that no change can be told."""

    code: ClassVar[str] = "not-the-month-before"


def run_month(
    lake: Lake,
    backend: Backend,
    plan: RunPlan,
    progress: Progress = SILENT,
    *,
    stopwatch: Callable[[], float] = time.perf_counter,
) -> RunResult:
    """Compute a month and write its tables and manifest under `runs/<run_id>/` of the lake.

    The same plan gives the same bytes in every table, whatever the engine and its threads. Steps that an earlier, interrupted
    run of the same plan wrote whole are kept; a finished run is returned as it stands. Raises NotTheMonthBefore.
    """
    if plan.previous is not None and plan.previous.month != plan.month.plus(-1):
        raise NotTheMonthBefore(
            f"{plan.month} was to be compared with {plan.previous.month}.", next_step=f"Run {plan.month.plus(-1)} first, or run without it."
        )
    run = RunInputs(lake, f"runs/{plan.run_id}", backend, plan)
    manifest = Manifest.resumed(lake, run.folder, plan, backend.versions(), list(STEPS))
    for name, step in STEPS.items():
        if name not in manifest.steps:
            started = stopwatch()
            tables = _perform(run, name, step, progress)
            manifest.record(StepRecord(name, tables, round(stopwatch() - started, 3)))
    if manifest.result is None:
        manifest.finish(summarised(run, manifest))
    return RunResult.of(manifest)


def _perform(run: RunInputs, name: str, step: Step, progress: Progress) -> dict[str, TableRecord]:
    pieces = step(run)
    written: dict[str, TableRecord] = {}
    with progress.step(name, total=sum(len(parts) for parts in pieces.values())) as doing:
        for table, parts in pieces.items():
            rows = _collected(run.backend, parts, TABLES[table], doing.advance)
            written[table] = TableRecord(rows.num_rows, run.lake.write_table(f"{run.folder}/{table}.parquet", rows))
    return written


def _collected(backend: Backend, parts: Sequence[ir.Table], shape: TableShape, advance: Callable[[int], None]) -> pa.Table:
    """The rows of all parts, computed one by one so that memory holds one at a time, sorted by the table's key."""
    found = []
    for part in parts:
        found.append(backend.collect(part, shape.schema, shape.key if len(parts) == 1 else ()))
        advance(1)
    if len(found) == 1:
        return found[0]
    together = pa.concat_tables(found or [shape.empty()])
    return backend.collect(backend.table(together), shape.schema, shape.key)
