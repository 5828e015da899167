"""Every read of modelling: published versions and when they count, drafts with their history, and what simulations found."""

from minsheng.domain.modelling.queries.drafts import (
    DraftLine,
    DraftView,
    RevisionLine,
    SimulationLine,
    StepLine,
    draft_view,
    drafts,
    faults_of,
    revision_model,
)
from minsheng.domain.modelling.queries.proposals import proposals_waiting
from minsheng.domain.modelling.queries.published import (
    ModelFamily,
    Version,
    families,
    family,
    model_text,
    next_version,
    published,
    runs_to_try,
)
from minsheng.domain.modelling.queries.simulations import MovePage, MoveRow, SimulationView, Work, moves_of, simulation_view

__all__ = [
    "DraftLine",
    "DraftView",
    "ModelFamily",
    "MovePage",
    "MoveRow",
    "RevisionLine",
    "SimulationLine",
    "SimulationView",
    "StepLine",
    "Version",
    "Work",
    "draft_view",
    "drafts",
    "families",
    "family",
    "faults_of",
    "model_text",
    "moves_of",
    "next_version",
    "proposals_waiting",
    "published",
    "revision_model",
    "runs_to_try",
    "simulation_view",
]
