"""Drafts of the office world's model, as its staff would have made them."""

from datetime import UTC, datetime

from minsheng.domain.jobs import operations as jobs
from minsheng.domain.modelling import operations
from minsheng.domain.modelling.models import ModelDraft
from minsheng.engine.simulation.capacity import Capacity
from minsheng.kernel.periods import Month
from minsheng.kernel.progress import SILENT
from tests.operations.monitoring.district import MODEL
from tests.web.world import OfficeWorld

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
AUTHOR = "user:somebody"
LIGHTER = MODEL.replace("points: 20}", "points: 5}")
"""Being out of work is worth 5 points instead of 20: a household here and one there lose their level."""


def a_draft(world: OfficeWorld, *, version: str = "2026.2", text: str = LIGHTER, by: str = AUTHOR) -> int:
    """A draft; the same one again for the same version."""
    found = ModelDraft.objects.filter(version=version).first()
    if found is not None:
        return int(found.pk)
    return operations.start_draft(base="tiny@2026.1", version=version, by=by, at=AT, installation=world.installation, text=text)


def a_simulation(world: OfficeWorld, *, version: str = "2026.2", capacity: Capacity | None = None) -> tuple[int, int]:
    """A draft and what it would do to the newest month."""
    draft = a_draft(world, version=version)
    kept, _ = operations.simulate_draft(
        draft=draft, run=world.run.id, capacity=capacity or Capacity(), installation=world.installation, by=AUTHOR, at=AT, progress=SILENT
    )
    return draft, kept


def a_proposal(world: OfficeWorld, *, version: str = "2026.2") -> int:
    """A draft that waits for approval, to count from August."""
    draft, _ = a_simulation(world, version=version)
    operations.propose_draft(draft=draft, reason="too many found", from_month=Month(2026, 8), seen_revision=1, by=AUTHOR, at=AT)
    return draft


def a_job(world: OfficeWorld) -> int:
    """A simulation that waits for the worker."""
    arguments = {"draft": a_draft(world), "model": "tiny@2026.2", "month": world.run.month, "run": world.run.id}
    return jobs.ask_job(kind="simulate_draft", arguments=arguments, by=AUTHOR, at=AT)
