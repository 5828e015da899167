"""Running a month: named steps over ranges of households, each range written down as it ends."""

import time
from collections.abc import Callable
from typing import ClassVar

from minsheng.engine.backends.backend import Backend
from minsheng.engine.lake import Lake
from minsheng.engine.scoring.inputs import RunInputs
from minsheng.engine.scoring.manifest import Manifest
from minsheng.engine.scoring.plan import RunPlan
from minsheng.engine.scoring.ranges import EVERYTHING, Layout, cut
from minsheng.engine.scoring.results import RunResult, summarised
from minsheng.engine.scoring.steps import STEPS, script_of
from minsheng.engine.scoring.touched import Base, touched_households
from minsheng.engine.scoring.working import Work
from minsheng.kernel.errors import Refusal
from minsheng.kernel.progress import SILENT, Progress

__all__ = ["STEPS", "USUAL", "NotTheMonthBefore", "run_month", "script_of"]

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
    base: RunPlan | None = None,
    layout: Layout = USUAL,
    stopwatch: Callable[[], float] = time.perf_counter,
) -> RunResult:
    """Compute a month and write its tables and manifest under `runs/<run_id>/` of the lake.

    The same plan gives the same bytes in every table, whatever the engine, its threads and how many buckets are worked on at a time.
    Ranges that an earlier, interrupted run of the same plan wrote whole are kept; a finished run is returned as it stands. With a
    `base`, the plan of a finished run of the same month and model, only households that the difference of the two plans touches are
    computed again, and the others' rows are taken over: the same bytes again. Raises NotTheMonthBefore.
    """
    if plan.previous is not None and plan.previous.month != plan.month.plus(-1):
        raise NotTheMonthBefore(
            f"{plan.month} was to be compared with {plan.previous.month}.", next_step=f"Run {plan.month.plus(-1)} first, or run without it."
        )
    manifest = Manifest.resumed(lake, f"runs/{plan.run_id}", plan, backend.versions(), layout.kept)
    if manifest.result is None:
        _compute(lake, backend, plan, manifest, Base.of(lake, base, plan, layout) if base else None, layout, progress, stopwatch)
        manifest.finish(summarised(lake, plan, manifest))
    return RunResult.of(manifest)


def _compute(
    lake: Lake,
    backend: Backend,
    plan: RunPlan,
    manifest: Manifest,
    base: Base | None,
    layout: Layout,
    progress: Progress,
    stopwatch: Callable[[], float],
) -> None:
    """Compute the ranges that do not stand yet."""
    register = RunInputs(lake, plan)
    households, people = register.register("households"), register.everybody()
    register.bind(backend, EVERYTHING, {})
    ranges = cut(backend, layout, households, people)
    touched = touched_households(backend, lake, plan, base) if base else None
    run = RunInputs(lake, plan, only_touched=touched is not None)
    script_of(run)
    Work(run, backend, manifest, base if touched is not None else None, touched, layout, progress, stopwatch).every_range(ranges)
