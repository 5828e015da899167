"""What a draft would have done to a month that was run."""

import tempfile
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from django.db import transaction

from minsheng.domain.installation import Installation
from minsheng.domain.modelling.models import DraftSimulation, ModelDraft, SimulatedMove
from minsheng.domain.modelling.operations.drafting import NoSuchDraft
from minsheng.domain.monitoring.queries import run_named
from minsheng.domain.monitoring.simulating import WhatIf, what_if
from minsheng.engine.simulation.capacity import Capacity
from minsheng.kernel.progress import Progress


def simulate_draft(
    *, draft: int, run: str, capacity: Capacity, installation: Installation, by: str, at: datetime, progress: Progress
) -> tuple[int, WhatIf]:
    """Try a draft as it stands on a finished run; keeps the figures and returns their id with everything that was found.

    Raises NoSuchDraft, NoSuchRun, NoSuchModel, or LakeMissing where the run is no longer there.
    """
    found = ModelDraft.objects.filter(pk=draft).first()
    if found is None:
        raise NoSuchDraft(f"There is no draft {draft}.", next_step="Go back to the list.")
    standing = run_named(run)
    with tempfile.TemporaryDirectory() as folder:
        change = Path(folder, "draft.yaml")
        change.write_text(found.document, encoding="utf-8")
        outcome = what_if(run=standing, change=change, capacity=capacity, installation=installation, progress=progress)
    with transaction.atomic():
        kept = DraftSimulation.objects.create(
            draft=found,
            revision=found.revision,
            run_id=standing.id,
            figures=asdict(outcome.figures) | {"places": outcome.places},
            simulated_by=by,
            simulated_at=at,
        )
        _keep_moves(kept, outcome)
    return kept.pk, outcome


def _keep_moves(kept: DraftSimulation, outcome: WhatIf) -> None:
    """Keep who moves for the newest simulation of a draft; of earlier ones the figures are enough."""
    SimulatedMove.objects.filter(simulation__draft=kept.draft).delete()
    moved = outcome.simulation.movements.listed()
    rows = moved.select("household_key", "division", "before", "after", "score_before", "score_after", "indicators")
    SimulatedMove.objects.bulk_create((SimulatedMove(simulation=kept, **row) for row in rows.iter_rows(named=True)), batch_size=5_000)
