"""From a draft to a model that counts: proposed by one person, approved by another, in force from a month."""

from datetime import datetime
from typing import ClassVar

from django.db import transaction

from minsheng.domain.installation import Installation
from minsheng.domain.modelling import states
from minsheng.domain.modelling.models import DraftSimulation, ModelDraft
from minsheng.domain.modelling.operations.drafting import DraftChanged, locked, move
from minsheng.domain.monitoring.operations import activate_model, publish_model, refuse_months_run
from minsheng.kernel.errors import Refusal
from minsheng.kernel.periods import Month

LONGEST = 1000
"""Characters of a reason."""


class NotSimulated(Refusal):
    """Nobody has tried the draft on a month yet."""

    code: ClassVar[str] = "draft-not-simulated"


class OwnProposal(Refusal):
    """Whoever wrote or proposed a draft does not decide it."""

    code: ClassVar[str] = "own-proposal"


class ReasonTooLong(Refusal):
    """What was said does not fit into the record."""

    code: ClassVar[str] = "reason-too-long"


class ReasonNeeded(Refusal):
    """A proposal and a refusal say why."""

    code: ClassVar[str] = "reason-missing"


@transaction.atomic
def propose_draft(*, draft: int, reason: str, from_month: Month, seen_revision: int, by: str, at: datetime) -> None:
    """Propose a draft for approval, to count from a month.

    It must have been simulated as it stands. Raises NoSuchDraft, NotInThatState, DraftChanged, ReasonNeeded, NotSimulated, or
    MonthAlreadyRun where that month has been run.
    """
    found = locked(draft, states.DRAFT)
    if found.revision != seen_revision:
        raise DraftChanged(found, found.document)
    _say_why(reason)
    _refuse_long(reason)
    if not DraftSimulation.objects.filter(draft=found, revision=found.revision).exists():
        raise NotSimulated(
            "The draft as it stands has not been tried on any month.", next_step="Simulate it first, and look at whom it moves."
        )
    refuse_months_run(model_name=found.name, from_month=from_month)
    found.reason, found.from_month, found.proposed_by, found.proposed_at = reason.strip(), str(from_month), by, at
    found.decided_by, found.decided_at, found.decision = "", None, ""
    move(found, states.PROPOSED, by=by, at=at, detail={"revision": found.revision, "from_month": str(from_month)}, said=found.reason)


@transaction.atomic
def decide_draft(*, draft: int, approve: bool, note: str, by: str, at: datetime, installation: Installation) -> str | None:
    """Approve a proposal, which publishes the version and lets it count from its month, or refuse it with a reason.

    Returns `name@version` if it was published. Raises NoSuchDraft, NotInThatState, OwnProposal, ReasonNeeded, or MonthAlreadyRun.
    """
    found = locked(draft, states.PROPOSED)
    _refuse_own(found, by)
    if not approve:
        _say_why(note)
    _refuse_long(note)
    found.decided_by, found.decided_at, found.decision = by, at, note.strip()
    if not approve:
        move(found, states.REFUSED, by=by, at=at, detail={}, said=found.decision)
        return None
    month = Month.parse(found.from_month)
    refuse_months_run(model_name=found.name, from_month=month)
    published = publish_model(text=found.document, origin=f"draft:{found.pk}", installation=installation, by=by, at=at)
    activate_model(model=published, from_month=month, by=by, at=at)
    found.published_id = published
    move(found, states.APPROVED, by=by, at=at, detail={"from_month": found.from_month}, said=found.decision)
    return published


@transaction.atomic
def take_back(*, draft: int, by: str, at: datetime) -> None:
    """Take a proposal back, or take up a refused one again, to write on; raises NoSuchDraft or NotInThatState."""
    move(locked(draft, states.PROPOSED, states.REFUSED), states.DRAFT, by=by, at=at, detail={})


@transaction.atomic
def withdraw_draft(*, draft: int, by: str, at: datetime) -> None:
    """Give a draft up; it is kept, and its version is free again. Raises NoSuchDraft or NotInThatState."""
    move(locked(draft, states.DRAFT, states.REFUSED), states.WITHDRAWN, by=by, at=at, detail={})


def _refuse_own(draft: ModelDraft, by: str) -> None:
    hands = set(draft.revisions.values_list("saved_by", flat=True)) | {draft.author, draft.proposed_by}
    if by in hands:
        raise OwnProposal("You wrote or proposed this draft yourself.", next_step="Ask another approver of your area to decide it.")


def _say_why(reason: str) -> None:
    if not reason.strip():
        raise ReasonNeeded("Say why.", next_step="The reason is kept with the draft and in the audit log.")


def _refuse_long(said: str) -> None:
    if len(said.strip()) > LONGEST:
        raise ReasonTooLong(f"The reason has {len(said.strip())} characters.", next_step=f"Say it in {LONGEST} characters or fewer.")
