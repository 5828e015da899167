"""Models: read by those who see models, written by authors, decided by approvers; who moves only where households are seen."""

from collections.abc import Mapping
from typing import Any

from minsheng.domain.access.roles import May
from minsheng.domain.jobs.models import Job
from minsheng.domain.modelling.models import DraftSimulation, ModelDraft
from tests.web.drafts import a_draft, a_job, a_proposal, a_simulation
from tests.web.routes import Route
from tests.web.world import OfficeWorld

_SEE, _WRITE = May.SEE_MODELS, May.WRITE_MODELS


def _model(_: OfficeWorld) -> Mapping[str, Any]:
    return {"name": "tiny", "version": "2026.1"}


def _draft(world: OfficeWorld) -> Mapping[str, Any]:
    return {"draft": a_draft(world)}


def _proposal(world: OfficeWorld) -> Mapping[str, Any]:
    return {"draft": a_draft(world) if _proposed(world) else a_proposal(world)}


def _proposed(world: OfficeWorld) -> bool:
    return ModelDraft.objects.filter(pk=a_draft(world), steps__event="draft.proposed").exists()


def _simulation(world: OfficeWorld) -> Mapping[str, Any]:
    found = DraftSimulation.objects.order_by("-pk").first()
    draft, simulation = (found.draft_id, found.pk) if found else a_simulation(world)
    return {"draft": draft, "simulation": simulation}


def _split(world: OfficeWorld) -> Mapping[str, Any]:
    return {**_simulation(world), "split": "township"}


def _job(world: OfficeWorld) -> Mapping[str, Any]:
    found = Job.objects.filter(kind="simulate_draft").first()
    return {"draft": a_draft(world), "job": found.pk if found else a_job(world)}


def _simulated_draft(world: OfficeWorld) -> Mapping[str, Any]:
    return {"draft": _simulation(world)["draft"]}


ROUTES = {
    "office:models": Route(may=_SEE),
    "office:model": Route(may=_SEE, here=_model),
    "office:model_export": Route(may=_SEE, here=_model),
    "office:model_difference": Route(may=_SEE, here=lambda _: {"name": "tiny"}),
    "office:draft": Route(may=_SEE, here=_draft),
    "office:draft_model": Route(may=_SEE, here=_draft),
    "office:draft_export": Route(may=_SEE, here=_draft),
    "office:draft_import": Route(may=_WRITE, throughout=True),
    "office:draft_start": Route(
        may=_WRITE, here=_model, method="post", data=lambda _: {"version": "2026.7"}, answers=(302,), throughout=True
    ),
    "office:draft_edit": Route(may=_WRITE, here=_draft, throughout=True),
    "office:draft_check": Route(may=_WRITE, here=_draft, method="post", data=lambda _: {"seen_revision": "1"}),
    "office:draft_restore": Route(
        may=_WRITE,
        here=lambda world: {**_draft(world), "number": 1},
        method="post",
        data=lambda _: {"seen_revision": "1"},
        answers=(302,),
        throughout=True,
    ),
    "office:draft_simulate": Route(may=_SEE, here=_draft, method="post", data=lambda world: {"run": world.run.id}, answers=(302, 403)),
    "office:simulating": Route(may=_SEE, here=_job),
    "office:simulation": Route(may=_SEE, here=_simulation),
    "office:simulation_csv": Route(may=_SEE, here=_split),
    "office:simulation_moves": Route(may=_SEE, here=_simulation, answers=(200, 403)),
    "office:draft_propose": Route(
        may=_WRITE,
        here=_simulated_draft,
        method="post",
        data=lambda _: {"reason": "too many", "from_month": "2026-08", "seen_revision": "1"},
        answers=(302,),
        throughout=True,
    ),
    "office:draft_decide": Route(
        may=May.APPROVE_MODELS, here=_proposal, method="post", data=lambda _: {"decision": "approve"}, answers=(302,), throughout=True
    ),
    "office:draft_take_back": Route(may=_WRITE, here=_proposal, method="post", answers=(302,), throughout=True),
    "office:draft_withdraw": Route(may=_WRITE, here=_draft, method="post", answers=(302,), throughout=True),
}
