"""The second person: a role that sees households or money counts once somebody else has looked at it too."""

from datetime import datetime
from typing import ClassVar

from django.db import transaction

from minsheng.domain.access import states
from minsheng.domain.access.models import Grant
from minsheng.domain.access.operations.granting import AlreadyRevoked, NoSuchGrant, described, revoke
from minsheng.domain.access.operations.managing import acting, demand_another
from minsheng.domain.access.roles import May
from minsheng.domain.access.viewers import NotAllowed, Viewer
from minsheng.domain.audit.operations import record
from minsheng.kernel.errors import Refusal
from minsheng.kernel.states import event_of


class NeedsSecondPerson(NotAllowed):
    """Who gave a role does not confirm it."""

    code: ClassVar[str] = "needs-second-person"


class NothingToConfirm(Refusal):
    """The grant waits for nobody."""

    code: ClassVar[str] = "nothing-to-confirm"


@transaction.atomic
def confirm_grant(*, grant: int, confirm: bool, by: str, at: datetime, note: str = "") -> None:
    """Let a grant that waits for a second person count, or decline it.

    For another administrator or a supervisor of the place: neither who gave it nor who gets it. The owner of the installation may, too.
    Raises NoSuchGrant (also for those beyond one's area), NotAllowed, NeedsSecondPerson, AlreadyRevoked, NothingToConfirm.
    """
    found = _waiting(grant, acting(by), by)
    said = note.strip()[:400]
    if confirm:
        Grant.objects.filter(pk=found.pk).update(awaiting=False, confirmed_by=by, confirmed_at=at)
    else:
        revoke(found, by, at)
    event = event_of(states.GRANT_TRANSITIONS, states.AWAITING, states.COUNTING if confirm else states.REVOKED)
    detail, place = described(found) | {"given_by": found.granted_by}, found.division_id
    record(event, by=by, at=at, subject=f"user:{found.user.username}", detail=detail, purpose=said, division=place)


def may_confirm(viewer: Viewer, division: str) -> bool:
    """Whether somebody may be the second person for grants at a place."""
    return viewer.may(May.MANAGE_USERS, division) or viewer.may(May.SUPERVISE, division)


def _waiting(grant: int, viewer: Viewer | None, by: str) -> Grant:
    found = Grant.objects.filter(pk=grant).select_related("user").first()
    if found is None or (viewer is not None and not may_confirm(viewer, found.division_id)):
        raise NoSuchGrant("There is no such grant in your area.", next_step="See the list of roles that wait for a second person.")
    demand_another(viewer, found.user)
    locked = Grant.objects.select_for_update(of=("self",)).select_related("user").get(pk=grant)
    if locked.revoked_at is not None:
        raise AlreadyRevoked("This was taken back before.", next_step="Nothing more is needed.")
    if not locked.awaiting:
        raise NothingToConfirm("This grant waits for nobody.", next_step="Nothing more is needed.")
    if found.granted_by == by:
        raise NeedsSecondPerson(
            "Who gave a role does not confirm it: two people do this together.",
            next_step="Ask another administrator, or a supervisor of the place.",
        )
    return locked
