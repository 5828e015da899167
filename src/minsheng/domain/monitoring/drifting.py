"""Whether a month looks like the months before it, and everything else that the page of a run tells."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from minsheng.domain.feeds.queries import FeedStatus, month_status
from minsheng.domain.installation import Installation
from minsheng.domain.monitoring.operations.plans import plan_from_data
from minsheng.domain.monitoring.operations.remembering import months_before
from minsheng.domain.monitoring.queries import FinishedRun, current_runs, model_named, warnings_by_township
from minsheng.domain.places.queries import full_names
from minsheng.engine.contracts.loading import Catalogue
from minsheng.engine.drift.histograms import EVERYWHERE, Distributions, kept
from minsheng.engine.drift.measuring import measured
from minsheng.engine.drift.stability import MONTHS, Drift, Picture, drift, known_edges, picture
from minsheng.engine.indicators.grammar import Model
from minsheng.kernel.periods import Month, window

_PICTURES = 6


@dataclass(frozen=True)
class Moves:
    """A run's drift with what its words need: the model, the contracts, the names of the counties; and pictures of what moved most."""

    run: str
    model: Model
    catalogue: Catalogue
    drift: Drift
    places: dict[str, str]
    pictures: Sequence[Picture] = ()


@dataclass(frozen=True)
class RunFacts:
    """What the page of a run tells: the runs of the months up to it, warnings by township and level, where every feed stands, what moved.

    `townships` is None when the month was retired: its warnings stand in the lake alone.
    """

    run: FinishedRun
    moves: Moves
    history: Sequence[FinishedRun]
    townships: list[tuple[str, dict[int, int]]] | None
    places: dict[str, str]
    feeds: list[FeedStatus]


def drift_of(run: FinishedRun, *, installation: Installation) -> Moves:
    """How a published run compares with the months before it.

    A run that kept no histograms is counted for the answer, and none are kept. Raises NoSuchModel or LakeMissing.
    """
    model = model_named(run.model_id, catalogue=installation.catalogue)
    before = months_before(run.model_name, Month.parse(run.month), installation.lake)
    now = _histograms(run, model, before, installation)
    found = drift(now, before)
    shown = [shift for shift in found.moved if shift.kind != "rows"][:_PICTURES]
    moves = named_moves(found, run=run.id, model=run.model_id, installation=installation)
    return replace(moves, pictures=[picture(shift, now, before) for shift in shown])


def named_moves(found: Drift, *, run: str, model: str, installation: Installation) -> Moves:
    """A drift with what its words need."""
    places = full_names({shift.place for shift in found.shifts if shift.place != EVERYWHERE})
    return Moves(run, model_named(model, catalogue=installation.catalogue), installation.catalogue, found, places)


def run_facts(run: FinishedRun, *, installation: Installation) -> RunFacts:
    """Everything that the page of a run tells; raises NoSuchModel or LakeMissing."""
    month = Month.parse(run.month)
    townships = None if run.retired else warnings_by_township(run)
    return RunFacts(
        run=run,
        moves=drift_of(run, installation=installation),
        history=[*current_runs(run.model_name, window(month.plus(-1), MONTHS)), run],
        townships=townships,
        places=full_names({code for code, _ in townships or () if code}),
        feeds=month_status(catalogue=installation.catalogue, month=month, today=installation.today),
    )


def _histograms(run: FinishedRun, model: Model, before: Sequence[Distributions], installation: Installation) -> Distributions:
    found = kept(installation.lake, run.id)
    if found is not None:
        return found
    plan = plan_from_data(run.summary["inputs"], model)
    return measured(installation.lake, run.id, plan, edges=known_edges(before))
