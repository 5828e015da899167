"""Drafts: the list, one with everything that happened to it, its revisions, and what is wrong with a text."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from minsheng.domain.installation import Installation
from minsheng.domain.modelling import states
from minsheng.domain.modelling.models import DraftRevision, DraftSimulation, DraftStep, ModelDraft
from minsheng.domain.modelling.operations.drafting import NoSuchDraft, NoSuchRevision
from minsheng.engine.contracts.documents import Fault
from minsheng.engine.contracts.schema import Text
from minsheng.engine.indicators.grammar import Model
from minsheng.engine.indicators.loading import ModelFaults, load_model


@dataclass(frozen=True)
class DraftLine:
    """A draft in a list."""

    number: int
    name: str
    version: str
    state: str
    author: str
    changed_by: str
    changed_at: datetime
    from_month: str

    @property
    def label(self) -> Text:
        """The state's words."""
        label = states.STATES[self.state]
        return Text(zh=label.zh, en=label.en)


@dataclass(frozen=True)
class RevisionLine:
    """One saved state of a draft."""

    number: int
    saved_by: str
    saved_at: datetime


@dataclass(frozen=True)
class SimulationLine:
    """A simulation in a draft's list; `of_this` says whether the draft still stands as it was simulated."""

    number: int
    revision: int
    month: str
    up: int
    down: int
    simulated_by: str
    simulated_at: datetime
    of_this: bool


@dataclass(frozen=True)
class StepLine:
    """Something that happened to a draft."""

    event: str
    revision: int
    by: str
    at: datetime
    note: str


@dataclass(frozen=True)
class DraftView:
    """A draft with its model as it stands, its base, and its history; `hands` are those who wrote or proposed it."""

    line: DraftLine
    base: str
    model: Model
    base_model: Model
    revision: int
    reason: str
    proposed_by: str
    proposed_at: datetime | None
    decided_by: str
    decided_at: datetime | None
    decision: str
    published: str
    revisions: tuple[RevisionLine, ...]
    simulations: tuple[SimulationLine, ...]
    steps: tuple[StepLine, ...]
    hands: frozenset[str]

    @property
    def simulated(self) -> bool:
        """Whether the draft as it stands has been tried on a month."""
        return any(one.of_this for one in self.simulations)


def drafts(*, name: str = "", in_states: Sequence[str] = ()) -> list[DraftLine]:
    """Drafts, the last changed first: of one model, in some states, or all."""
    found = ModelDraft.objects.order_by("-changed_at", "-pk")
    if name:
        found = found.filter(name=name)
    if in_states:
        found = found.filter(state__in=in_states)
    return [_line(one) for one in found]


def draft_view(draft: int) -> DraftView:
    """One draft; raises NoSuchDraft."""
    found = ModelDraft.objects.select_related("base").filter(pk=draft).first()
    if found is None:
        raise NoSuchDraft(f"There is no draft {draft}.", next_step="Go back to the list.")
    revisions = tuple(RevisionLine(one.number, one.saved_by, one.saved_at) for one in found.revisions.defer("document").order_by("-number"))
    steps = DraftStep.objects.filter(draft=found).order_by("-pk")
    return DraftView(
        line=_line(found),
        base=found.base_id,
        model=Model.model_validate_json(found.document),
        base_model=Model.model_validate_json(found.base.document),
        revision=found.revision,
        reason=found.reason,
        proposed_by=found.proposed_by,
        proposed_at=found.proposed_at,
        decided_by=found.decided_by,
        decided_at=found.decided_at,
        decision=found.decision,
        published=found.published_id or "",
        revisions=revisions,
        simulations=tuple(_simulations(found)),
        steps=tuple(StepLine(one.event, one.revision, one.by, one.at, one.note) for one in steps),
        hands=frozenset({one.saved_by for one in revisions} | {found.author, found.proposed_by}) - {""},
    )


def revision_model(draft: int, number: int) -> Model:
    """A draft as it stood at a revision; raises NoSuchRevision."""
    found = DraftRevision.objects.filter(draft_id=draft, number=number).first()
    if found is None:
        raise NoSuchRevision(f"The draft has no revision {number}.", next_step="Choose one of the list.")
    return Model.model_validate_json(found.document)


def faults_of(text: str, *, installation: Installation) -> tuple[Fault, ...]:
    """What is wrong with a model's text; nothing where it can be used."""
    try:
        load_model(text, catalogue=installation.catalogue)
    except ModelFaults as refused:
        return refused.faults
    return ()


def _line(draft: ModelDraft) -> DraftLine:
    return DraftLine(draft.pk, draft.name, draft.version, draft.state, draft.author, draft.changed_by, draft.changed_at, draft.from_month)


def _simulations(draft: ModelDraft) -> list[SimulationLine]:
    rows = DraftSimulation.objects.filter(draft=draft).select_related("run").order_by("-pk")
    return [
        SimulationLine(
            number=one.pk,
            revision=one.revision,
            month=one.run.month,
            up=one.figures["all"]["up"],
            down=one.figures["all"]["down"],
            simulated_by=one.simulated_by,
            simulated_at=one.simulated_at,
            of_this=one.revision == draft.revision,
        )
        for one in rows
    ]
