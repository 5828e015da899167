"""What a change of the model would have done to a month that was run; reads everything and writes nothing."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl
import pyarrow as pa

from minsheng.domain.installation import Installation, engine_of
from minsheng.domain.monitoring.exports import shown_points
from minsheng.domain.monitoring.operations.planning import completed, verdicts_known
from minsheng.domain.monitoring.operations.plans import plan_from_data
from minsheng.domain.monitoring.queries import FinishedRun, model_named
from minsheng.domain.places.queries import full_names
from minsheng.domain.registry.queries import household_names
from minsheng.engine.indicators.grammar import LEVELS, Model
from minsheng.engine.lake import Lake, Overlay
from minsheng.engine.scoring.plan import InputFile, RunPlan
from minsheng.engine.scoring.runner import run_month
from minsheng.engine.simulation.capacity import Capacity
from minsheng.engine.simulation.changes import Difference, changed_model, differences
from minsheng.engine.simulation.needs import Need, unstored
from minsheng.engine.simulation.reading import stored_month
from minsheng.engine.simulation.simulating import Simulation, compared, simulate
from minsheng.engine.simulation.summary import Figures, figures, queued
from minsheng.kernel.progress import Progress


@dataclass(frozen=True)
class WhatIf:
    """A change tried out on a month.

    `computed_again`: the indicators whose values nobody had stored, so that the month was computed from the departments' rows;
    empty if the stored values were enough. `simulation` holds the lists, `figures` what they come to, `places` the names of the
    townships and counties.
    """

    run: FinishedRun
    model: Model
    changes: list[Difference]
    computed_again: list[Need]
    capacity: Capacity
    simulation: Simulation
    figures: Figures
    places: dict[str, str]


def what_if(*, run: FinishedRun, change: Path, capacity: Capacity, installation: Installation, progress: Progress) -> WhatIf:
    """Try a change of the model, or another model, on a finished run; nothing is written.

    Last month and the register stay as they were. Raises NoSuchModel, ModelFaults, or LakeMissing where the run is no longer there.
    """
    before = model_named(run.model_id, catalogue=installation.catalogue)
    after = changed_model(change, before, catalogue=installation.catalogue)
    plan = plan_from_data(run.summary["inputs"], before)
    needs = unstored(plan, after)
    with _beside(plan, after, installation) as (lake, known):
        simulation = _computed(run, known, after, lake, installation, progress) if needs else _stored(run, known, after, lake, progress)
    found = figures(simulation, capacity)
    codes = {group.group for split in ("county", "township") for group in found.splits[split]} | {work.township for work in found.work}
    places = full_names({code for code in codes if code})
    return WhatIf(run, before, differences(before, after), needs, capacity, simulation, found, places)


def moved_list(found: WhatIf) -> pl.DataFrame:
    """The households that move, upwards first, as people read them: numbers, places, levels, points, and what made it."""
    moved = found.simulation.movements.listed()
    return _named(moved).select(
        "household",
        "division",
        "place",
        before=_level("before"),
        after=_level("after"),
        points_before=_points("score_before"),
        points_after=_points("score_after"),
        indicators="indicators",
        because="because",
    )


def deferred_list(found: WhatIf) -> pl.DataFrame:
    """The households that the capacity defers under the change, by township, with their place in its queue and the reason."""
    waiting = queued(found.simulation.warnings_after, found.capacity).filter("deferred").with_columns(division=pl.col("township"))
    return _named(waiting).select(
        "household", "township", "place", "reason", "capacity", level=_level("level"), points=_points("score"), queue_place="queue_place"
    )


def _named(frame: pl.DataFrame) -> pl.DataFrame:
    if "place" in frame.columns:
        frame = frame.rename({"place": "queue_place"})
    numbers = {key: name.number for key, name in household_names(frame["household_key"]).items()}
    places = full_names({code for code in frame["division"].unique() if code})
    return frame.with_columns(
        household=pl.col("household_key").replace_strict(numbers, default="", return_dtype=pl.String),
        place=pl.col("division").replace_strict(places, default="", return_dtype=pl.String),
    )


def _level(column: str) -> pl.Expr:
    return pl.col(column).replace_strict(dict(enumerate(LEVELS)), return_dtype=pl.String)


def _points(column: str) -> pl.Expr:
    return pl.col(column).map_elements(shown_points, return_dtype=pl.String)


def _stored(run: FinishedRun, plan: RunPlan, after: Model, lake: Lake, progress: Progress) -> Simulation:
    with progress.step(f"{run.month} 推演 simulate"):
        return simulate(plan.model, after, plan.month, stored_month(lake, run.id, plan))


def _computed(run: FinishedRun, plan: RunPlan, after: Model, lake: Lake, installation: Installation, progress: Progress) -> Simulation:
    changed = completed(replace(plan, model=after), installation=installation)
    with engine_of(installation) as backend:
        again = run_month(lake, backend, changed, progress)
    return compared(plan.model, after, stored_month(lake, run.id, plan), stored_month(lake, again.run_id, changed))


@contextmanager
def _beside(plan: RunPlan, after: Model, installation: Installation) -> Iterator[tuple[Lake, RunPlan]]:
    """A lake that keeps every write to itself, and the plan with the verdicts that the changed model's quiet months ask for."""
    with tempfile.TemporaryDirectory() as scratch:
        lake = Overlay(installation.lake, scratch)
        if plan.model.suppression == after.suppression:
            yield lake, plan
            return
        tables = verdicts_known(after.model_copy(update={"name": plan.model.name}), plan.month)
        files = {name: _put(lake, f"verdicts/{name}.parquet", table) for name, table in tables.items()}
        yield lake, replace(plan, registry=replace(plan.registry, **files))


def _put(lake: Lake, path: str, table: pa.Table) -> InputFile:
    return InputFile(path, lake.write_table(path, table))
