"""Replaying a past month on its kept inputs, and comparing two runs."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from minsheng.domain.installation import Installation, engine_of
from minsheng.domain.monitoring.operations.planning import completed
from minsheng.domain.monitoring.operations.plans import plan_from_data
from minsheng.domain.monitoring.operations.results import publish_results
from minsheng.domain.monitoring.operations.running import Outcome, outcome_of
from minsheng.domain.monitoring.queries import model_named, run_named
from minsheng.engine.indicators.grammar import LEVELS
from minsheng.engine.lake import Overlay
from minsheng.engine.scoring.results import layout_of, read_result
from minsheng.engine.scoring.runner import USUAL, run_month
from minsheng.kernel.progress import Progress

_LISTED = 50


@dataclass(frozen=True)
class Comparison:
    """How levels differ between two runs: (level before, level after) → households, and the first households that moved."""

    before: str
    after: str
    same_bytes: bool
    households: int
    moved: int
    movements: Mapping[str, int]
    examples: list[dict[str, object]]


@dataclass(frozen=True)
class Replay:
    """A run computed again: of which run, whether every byte came out the same, and what came out."""

    original: str
    same_bytes: bool
    outcome: Outcome


def replay(*, run: str, model: str | None, installation: Installation, by: str, at: datetime, progress: Progress) -> Replay:
    """Compute a finished run again from the very inputs it had, with its own model or with another published one.

    Everything is computed afresh, beside the lake; with the run's own model, and laid out as it was, the result must have the same
    hash. Under another model the outcome is kept as a run of its own, to be compared, and never becomes current; feeds that only
    this model reads are taken as they stand now. Raises NoSuchRun or NoSuchModel.
    """
    original = run_named(run)
    chosen = model_named(model or original.model_id, catalogue=installation.catalogue)
    plan = plan_from_data(original.summary["inputs"], chosen, same_line=chosen.name == original.model_name)
    if f"{chosen.name}@{chosen.version}" != original.model_id:
        plan = completed(plan, installation=installation)
    same = plan.run_id == original.id
    with tempfile.TemporaryDirectory() as scratch, engine_of(installation) as backend:
        lake = Overlay(installation.lake, scratch, unseen=f"runs/{plan.run_id}") if same else installation.lake
        result = run_month(lake, backend, plan, progress, layout=layout_of(installation.lake, original.id) if same else USUAL)
    if not same:
        publish_results(plan=plan, result=result, installation=installation, by=by, at=at, current=False)
    return Replay(
        original.id, same_bytes=result.result_hash == original.result_hash, outcome=outcome_of(result, chosen, plan.month, result.seconds)
    )


def compare(*, before: str, after: str, installation: Installation) -> Comparison:
    """Compare the levels of two runs household by household; raises NoSuchRun or LakeMissing."""
    first, second = run_named(before), run_named(after)
    both = _levels(first.id, installation).join(
        _levels(second.id, installation), on="household_key", how="full", coalesce=True, suffix="_after"
    )
    both = both.with_columns(pl.col("level", "level_after").fill_null(0)).sort("household_key")
    moved = both.filter(pl.col("level") != pl.col("level_after"))
    counts = both.group_by("level", "level_after").len().sort("level", "level_after")
    return Comparison(
        before=first.id,
        after=second.id,
        same_bytes=first.result_hash == second.result_hash,
        households=both.height,
        moved=moved.height,
        movements={f"{LEVELS[a]} → {LEVELS[b]}": int(n) for a, b, n in counts.iter_rows()},
        examples=moved.head(_LISTED).to_dicts(),
    )


def _levels(run: str, installation: Installation) -> pl.DataFrame:
    frame = pl.from_arrow(read_result(installation.lake, run, "scores", ("household_key", "level", "score")))
    assert isinstance(frame, pl.DataFrame)
    return frame
