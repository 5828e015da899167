"""Breaking the glass: opening a household beyond one's area, for a limited time and with a reason that a supervisor reads."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import connection, transaction
from django.utils import timezone

from minsheng.domain.access.models import OpenedHousehold
from minsheng.domain.access.policies import DEFAULT_RULES, AccessRules
from minsheng.domain.access.roles import May
from minsheng.domain.access.viewers import Viewer, demand
from minsheng.domain.audit.models import Event
from minsheng.domain.audit.operations import record
from minsheng.domain.registry.models import Household
from minsheng.kernel.divisions import CODE_DIGITS
from minsheng.kernel.errors import Refusal

SHORTEST_REASON = 10
_NOT_FOUND = "household.not_found"


class ReasonNeeded(Refusal):
    """Nobody opens a household beyond their area without saying why."""

    code: ClassVar[str] = "reason-needed"


class TooManyOpened(Refusal):
    """As many numbers were tried today as may be."""

    code: ClassVar[str] = "too-many-opened"


@dataclass(frozen=True)
class Opening:
    """What came of it: `found` tells whether there is such a household, `already` whether it was in sight anyway."""

    number: str
    found: bool
    already: bool = False
    closes_at: datetime | None = None


@transaction.atomic
def open_household(*, viewer: Viewer, number: str, reason: str, origin: str, at: datetime, rules: AccessRules = DEFAULT_RULES) -> Opening:
    """Open a household by its exact number for some hours; its supervisor is shown who did so and why.

    A number of no household counts against the day's limit too, lest numbers be guessed. Raises NotAllowed, ReasonNeeded, TooManyOpened.
    """
    demand(viewer, May.BREAK_GLASS)
    wanted, said = number.strip()[:60], reason.strip()[:400]
    if Household.objects.filter(number=wanted).exists():
        return Opening(wanted, found=True, already=True)
    if len(said) < SHORTEST_REASON:
        raise ReasonNeeded(
            "Opening a household beyond your area needs a reason that your supervisor understands.",
            next_step=f"Write at least {SHORTEST_REASON} characters.",
        )
    _check_limit(viewer, at, rules)
    with connection.cursor() as cursor:
        cursor.execute("SELECT key, division FROM registry_household_of_number(%s)", [wanted])
        found = cursor.fetchone()
    if found is None:
        record(_NOT_FOUND, by=viewer.acts_as, at=at, subject="household:?", origin=origin)
        return Opening(wanted, found=False)
    key, division = found
    closes = at + timedelta(hours=rules.opening_hours)
    place = division or viewer.where(May.BREAK_GLASS)[0].ljust(CODE_DIGITS, "0")
    OpenedHousehold.objects.create(
        user_id=viewer.user_id,
        household_key=key,
        division=place,
        reason=said,
        opened_at=at,
        closes_at=closes,
    )
    until = {"closes_at": closes.isoformat()}
    record(
        "household.opened", by=viewer.acts_as, at=at, subject=f"household:{key}", detail=until, purpose=said, origin=origin, division=place
    )
    return Opening(wanted, found=True, closes_at=closes)


def openings_left(*, viewer: Viewer, at: datetime, rules: AccessRules = DEFAULT_RULES) -> int:
    """How many numbers the viewer may still try today."""
    midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    opened = OpenedHousehold.objects.filter(user_id=viewer.user_id, opened_at__gte=midnight).count()
    missed = Event.objects.filter(name=_NOT_FOUND, by=viewer.acts_as, at__gte=midnight).count()
    return max(0, rules.openings_a_day - opened - missed)


def _check_limit(viewer: Viewer, at: datetime, rules: AccessRules) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('opened_households'), %s)", [viewer.user_id])
    if not openings_left(viewer=viewer, at=at, rules=rules):
        raise TooManyOpened(
            f"You have opened {rules.openings_a_day} households beyond your area today.",
            next_step="Ask a colleague who answers for the place, or go on tomorrow.",
        )
