"""Deciding who a delivered identity is: once, for good, for every delivery that ever brought it."""

from datetime import datetime
from typing import ClassVar

from django.db import transaction

from minsheng.domain.audit.operations import record
from minsheng.domain.feeds import states
from minsheng.domain.feeds.models import Delivery, IdentityCase, IdentityDecision
from minsheng.domain.feeds.operations.remembering import bump_epoch
from minsheng.domain.feeds.operations.resolving import refresh_ledgers
from minsheng.domain.installation import Installation
from minsheng.domain.registry.queries import person_exists
from minsheng.kernel.errors import Refusal
from minsheng.kernel.progress import Progress


class NoSuchCase(Refusal):
    """There is no such question of identity."""

    code: ClassVar[str] = "no-such-case"


class NoSuchCandidate(Refusal):
    """The registry has no person of that key."""

    code: ClassVar[str] = "no-such-person"


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
    _decide(asked, person_key, reason, by, at)
    standing = Delivery.objects.filter(status__in=(states.RECEIVED, states.HELD)).order_by("month", "feed", "id")
    done = refresh_ledgers(deliveries=list(standing), installation=installation, by=by, at=at, progress=progress)
    return [one.delivery for one in done if one.changed]


@transaction.atomic
def _decide(asked: IdentityCase, person_key: int | None, reason: str, by: str, at: datetime) -> None:
    after = states.OUTSIDE if person_key is None else states.LINKED
    if asked.state == after and asked.person_key == person_key:
        return
    event = states.event_of(states.CASE_TRANSITIONS, asked.state, after)
    IdentityDecision.objects.filter(subject=asked.subject, replaced_at__isnull=True).update(replaced_at=at)
    IdentityDecision.objects.create(
        subject=asked.subject, person_key=person_key, method="person", reason=reason[:400], decided_at=at, decided_by=by
    )
    asked.state, asked.person_key = after, person_key
    asked.save(update_fields=["state", "person_key"])
    bump_epoch()
    record(event, by=by, at=at, subject=f"identity:{asked.pk}", detail={"person_key": person_key, "delivery": asked.delivery_id})
