"""Taking up identities one after the other, so that two people never have the same one before them."""

from datetime import datetime, timedelta
from typing import ClassVar, Final

from django.db import transaction
from django.db.models import Q

from minsheng.domain.feeds import states
from minsheng.domain.feeds.models import IdentityCase
from minsheng.kernel.errors import Refusal

HELD_FOR: Final = timedelta(minutes=10)
"""So long an identity is held for whoever has it before them; then it is anybody's again."""


class CaseTaken(Refusal):
    """A colleague has this identity before them."""

    code: ClassVar[str] = "case-taken"


@transaction.atomic
def take_up_next(*, after: int, by: str, at: datetime) -> IdentityCase | None:
    """Give somebody the next identity that waits and that nobody else has before them, and hold it for them; None if there is none.

    Begins behind the case `after` and goes round to the first. What the person held before is anybody's again.
    """
    free = IdentityCase.objects.filter(Q(claimed_until__isnull=True) | Q(claimed_until__lte=at) | Q(claimed_by=by), state=states.PENDING)
    onwards = free.select_for_update(skip_locked=True).order_by("id")
    found = onwards.filter(pk__gt=after).first() or onwards.filter(pk__lte=after).first()
    let_go(by=by)
    return _hold(found, by, at) if found else None


@transaction.atomic
def take_up(*, case: int, by: str, at: datetime) -> IdentityCase | None:
    """Hold one identity for somebody, if it waits and nobody else has it before them; None otherwise."""
    found = IdentityCase.objects.select_for_update().filter(pk=case, state=states.PENDING).first()
    if found is None or is_anothers(found, by, at):
        return None
    let_go(by=by)
    return _hold(found, by, at)


def let_go(*, by: str) -> None:
    """Hold nothing any more for somebody."""
    IdentityCase.objects.filter(state=states.PENDING, claimed_by=by).update(claimed_by="", claimed_until=None)


def is_anothers(case: IdentityCase, by: str, at: datetime) -> bool:
    """Whether somebody else has an identity before them."""
    return bool(case.claimed_by) and case.claimed_by != by and case.claimed_until is not None and case.claimed_until > at


def _hold(case: IdentityCase, by: str, at: datetime) -> IdentityCase:
    case.claimed_by, case.claimed_until = by, at + HELD_FOR
    case.save(update_fields=["claimed_by", "claimed_until"])
    return case
