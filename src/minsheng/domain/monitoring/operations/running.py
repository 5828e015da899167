"""Running a month: bring identities up to date, freeze, compute, publish."""

import tempfile
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from time import perf_counter

from django.db import transaction

from minsheng.domain.feeds.operations import close_month, refresh_ledgers
from minsheng.domain.feeds.queries import in_effect
from minsheng.domain.installation import Installation, engine_of
from minsheng.domain.monitoring.in_force import model_in_force
from minsheng.domain.monitoring.operations.planning import feeds_read, months_read, plan_run
from minsheng.domain.monitoring.operations.plans import plan_from_data
from minsheng.domain.monitoring.operations.remembering import remember
from minsheng.domain.monitoring.operations.results import publish_results
from minsheng.domain.monitoring.queries import current_run
from minsheng.engine.drift.stability import Drift
from minsheng.engine.indicators.grammar import Model
from minsheng.engine.lake import Overlay
from minsheng.engine.scoring.plan import RunPlan
from minsheng.engine.scoring.results import RunResult
from minsheng.engine.scoring.runner import run_month
from minsheng.kernel.periods import Month
from minsheng.kernel.progress import Progress


@dataclass(frozen=True)
class Outcome:
    """What a run gave, and how long each of its steps took in seconds."""

    run: str
    month: str
    model: str
    households: int
    persons: int
    by_level: Mapping[str, int]
    by_change: Mapping[str, int]
    warnings: int
    suppressed: int
    unknown: Mapping[str, object]
    result_hash: str
    seconds: Mapping[str, float]
    drift: Drift | None = None
    """What moved since the twelve months before; None for a run that is no month's own (a replay)."""


def run(
    *, month: Month, model: str, dry_run: bool = False, installation: Installation, by: str, at: datetime, progress: Progress
) -> Outcome:
    """Run a month with the version of a model that counts in it, or with `name@version`; the same inputs give the same bytes.

    A dry run computes everything and touches nothing. Interrupted anywhere, running again goes on from the last finished
    step. Raises NoSuchModel or NothingRegistered.
    """
    with tempfile.TemporaryDirectory() if dry_run else nullcontext() as scratch:
        place = replace(installation, lake=Overlay(installation.lake, scratch)) if scratch else installation
        with transaction.atomic() if dry_run else nullcontext():
            outcome = _run(month, model_in_force(model, month, catalogue=place.catalogue), place, by, at, progress)
            if dry_run:
                transaction.set_rollback(True)
    return outcome


def _run(month: Month, model: Model, installation: Installation, by: str, at: datetime, progress: Progress) -> Outcome:
    seconds: dict[str, float] = {}
    started = perf_counter()
    months = months_read(model, month, installation.catalogue)
    refresh_ledgers(deliveries=in_effect(feeds_read(model), months), installation=installation, by=by, at=at, progress=progress)
    deliveries = in_effect(feeds_read(model), months)
    seconds["identities"], started = perf_counter() - started, perf_counter()
    with progress.step(f"{month} 冻结 freeze"):
        plan = plan_run(model, month, deliveries, installation=installation)
    seconds["freeze"] = perf_counter() - started
    with engine_of(installation) as backend:
        result = run_month(installation.lake, backend, plan, progress, base=_base(model, month))
    seconds |= result.seconds
    started = perf_counter()
    with progress.step(f"{month} 分布 distributions"):
        moved = remember(plan, result.run_id, installation.lake).only_moved()
    seconds["distributions"], started = perf_counter() - started, perf_counter()
    with progress.step(f"{month} 发布 publish"):
        publish_results(plan=plan, result=result, installation=installation, by=by, at=at)
        close_month(month=month, by=by, at=at)
    seconds["publish"] = perf_counter() - started
    return replace(outcome_of(result, model, month, seconds), drift=moved)


def _base(model: Model, month: Month) -> RunPlan | None:
    """The plan of the month's current run with the same model, from which whatever was not touched is taken over."""
    found = current_run(model.name, month)
    same = found is not None and found.model_id == f"{model.name}@{model.version}"
    return plan_from_data(found.summary["inputs"], model) if found and same else None


def outcome_of(result: RunResult, model: Model, month: Month, seconds: Mapping[str, float]) -> Outcome:
    """A run's result in the words of the command."""
    return Outcome(
        run=result.run_id,
        month=str(month),
        model=f"{model.name}@{model.version}",
        households=result.households,
        persons=result.persons,
        by_level=result.by_level,
        by_change=result.by_change,
        warnings=result.warnings,
        suppressed=result.suppressed,
        unknown=result.unknown,
        result_hash=result.result_hash,
        seconds={name: round(taken, 3) for name, taken in seconds.items()},
    )
