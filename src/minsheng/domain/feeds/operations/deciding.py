"""Deciding who a delivered identity is: once, for good, for every delivery that ever brought it; and taking a decision back.

A decision is written at once. Bringing the ledgers up to date with it is heavy, and done once for many decisions (`catch_up`).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from django.db import transaction
from django.utils.timezone import localtime

from minsheng.domain.audit.operations import changing_as, record
from minsheng.domain.feeds import states
from minsheng.domain.feeds.models import IdentityCase, IdentityDecision
from minsheng.domain.feeds.operations.catching_up import catch_up
from minsheng.domain.feeds.operations.claiming import CaseTaken, is_anothers
from minsheng.domain.feeds.operations.remembering import bump_epoch
from minsheng.domain.installation import Installation
from minsheng.domain.registry.queries import people_within, person_exists
from minsheng.kernel.errors import Refusal
from minsheng.kernel.progress import Progress
from minsheng.kernel.states import event_of


class NoSuchCase(Refusal):
    """There is no such question of identity."""

    code: ClassVar[str] = "no-such-case"


class NoSuchCandidate(Refusal):
    """The registry has no person of that key."""

    code: ClassVar[str] = "no-such-person"


class AlreadyDecided(Refusal):
    """Somebody else decided it meanwhile; their decision stands."""

    code: ClassVar[str] = "already-decided"


class NotYoursAlone(Refusal):
    """Some of the candidates live where the person does not decide, so that nobody can be said."""

    code: ClassVar[str] = "not-yours-alone"


class NothingToReopen(Refusal):
    """The identity waits for a decision already."""

    code: ClassVar[str] = "already-waiting"


class ReopenReasonMissing(Refusal):
    """Whoever takes somebody else's decision back says why."""

    code: ClassVar[str] = "reason-missing"


def decide_identity(
    *, case: int, person_key: int | None, reason: str, installation: Installation, by: str, at: datetime, progress: Progress
) -> list[str]:
    """Decide one identity: it is this registry person, or (None) nobody in the registry; returns the deliveries whose ledgers changed.

    A decision can be replaced by a later one; every one is kept. Raises NoSuchCase or NoSuchCandidate.
    """
    asked = IdentityCase.objects.filter(pk=case).first()
    if asked is None:
        raise NoSuchCase(f"There is no identity case {case}.", next_step="See: minsheng identity pending")
    if person_key is not None and not person_exists(person_key):
        raise NoSuchCandidate(
            f"The registry has no person {person_key}.", next_step="Choose a candidate shown by: minsheng identity pending"
        )
    with transaction.atomic():
        _decide(asked, person_key, reason, by, at)
    return [one.delivery for one in catch_up(installation=installation, by=by, at=at, progress=progress) if one.changed]


@transaction.atomic
def settle_case(*, case: int, person_key: int | None, reason: str, within: Sequence[str] | None, by: str, at: datetime) -> IdentityCase:
    """Decide an identity that waits, between its candidates or (None) as nobody in the registry; the ledgers follow with `catch_up`.

    `within` are the places (telling digits) where the person decides; None: everywhere. The same decision twice is one.
    Raises NoSuchCase, AlreadyDecided, CaseTaken, NoSuchCandidate, or NotYoursAlone.
    """
    asked = _held(case)
    if asked.state != states.PENDING:
        if (asked.decided_by, asked.person_key) == (by, person_key):
            return asked
        when = f"{localtime(asked.decided_at):%Y-%m-%d %H:%M}" if asked.decided_at else ""
        raise AlreadyDecided(f"This identity was decided by {asked.decided_by} on {when}.", next_step="Look at what was decided.")
    if is_anothers(asked, by, at):
        raise CaseTaken(f"{asked.claimed_by} has this identity before them now.", next_step="Go on to the next one.")
    ours = people_within(asked.candidate_keys, within)
    if person_key is not None and person_key not in ours:
        raise NoSuchCandidate(f"Person {person_key} is no candidate here.", next_step="Choose one of the candidates shown.")
    if person_key is None and ours < set(asked.candidate_keys):
        raise NotYoursAlone(
            "One of the candidates lives outside your area, so that you cannot say it is nobody.",
            next_step="Leave it for whoever answers for both areas.",
        )
    _decide(asked, person_key, reason, by, at)
    return asked


@transaction.atomic
def reopen_case(*, case: int, reason: str, by: str, at: datetime) -> IdentityCase:
    """Take a decision back, so that the identity waits again and is held for whoever took it back; the ledgers follow with `catch_up`.

    One's own decision needs no reason. Raises NoSuchCase, NothingToReopen, or ReopenReasonMissing.
    """
    asked = _held(case)
    if asked.state == states.PENDING:
        raise NothingToReopen("This identity waits for a decision already.", next_step="Look at it again.")
    if asked.decided_by != by and not reason.strip():
        raise ReopenReasonMissing("Taking back a colleague's decision needs a reason.", next_step="Say why.")
    event = event_of(states.CASE_TRANSITIONS, asked.state, states.PENDING)
    IdentityDecision.objects.filter(subject=asked.subject, replaced_at__isnull=True).update(replaced_at=at)
    detail = {"was": asked.state, "person_key": asked.person_key, "decided_by": asked.decided_by, "reason": reason.strip()[:400]}
    changing_as(by=by, at=at)
    asked.state, asked.person_key, asked.decided_at, asked.decided_by = states.PENDING, None, None, ""
    asked.save(update_fields=["state", "person_key", "decided_at", "decided_by"])
    bump_epoch()
    record(event, by=by, at=at, subject=f"identity:{asked.pk}", detail=detail)
    return asked


def _held(case: int) -> IdentityCase:
    found = IdentityCase.objects.select_for_update().filter(pk=case).first()
    if found is None:
        raise NoSuchCase(f"There is no identity case {case}.", next_step="Go back to the list.")
    return found


def _decide(asked: IdentityCase, person_key: int | None, reason: str, by: str, at: datetime) -> None:
    after = states.OUTSIDE if person_key is None else states.LINKED
    if asked.state == after and asked.person_key == person_key:
        return
    event = event_of(states.CASE_TRANSITIONS, asked.state, after)
    IdentityDecision.objects.filter(subject=asked.subject, replaced_at__isnull=True).update(replaced_at=at)
    IdentityDecision.objects.create(
        subject=asked.subject, person_key=person_key, method="person", reason=reason[:400], decided_at=at, decided_by=by
    )
    changing_as(by=by, at=at)
    asked.state, asked.person_key, asked.decided_at, asked.decided_by = after, person_key, at, by
    asked.claimed_by, asked.claimed_until = "", None
    asked.save(update_fields=["state", "person_key", "decided_at", "decided_by", "claimed_by", "claimed_until"])
    bump_epoch()
    record(event, by=by, at=at, subject=f"identity:{asked.pk}", detail={"person_key": person_key, "delivery": asked.delivery_id})
