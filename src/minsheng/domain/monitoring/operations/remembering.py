"""Keeping what a run looked like, so that later months can be compared with it."""

from minsheng.domain.monitoring.queries import current_runs
from minsheng.engine.drift.histograms import Distributions, keep, kept
from minsheng.engine.drift.measuring import measured
from minsheng.engine.drift.stability import MONTHS, Drift, drift, known_edges
from minsheng.engine.lake import Lake
from minsheng.engine.scoring.plan import RunPlan
from minsheng.kernel.periods import Month, window


def remember(plan: RunPlan, run_id: str, lake: Lake) -> Drift:
    """Keep a finished run's histograms beside its manifest, and compare them with the twelve months before.

    Kept ones are not counted again. They are no part of the run's identity or result.
    """
    before = months_before(plan.model.name, plan.month, lake)
    found = kept(lake, run_id)
    if found is None:
        found = measured(lake, run_id, plan, edges=known_edges(before))
        keep(lake, run_id, found)
    return drift(found, before)


def months_before(model_name: str, month: Month, lake: Lake) -> list[Distributions]:
    """The histograms kept of the twelve months before, of the runs that count for them, newest first."""
    runs = current_runs(model_name, window(month.plus(-1), MONTHS))
    found = (kept(lake, run.id) for run in reversed(runs))
    return [one for one in found if one is not None]
