"""Households that were opened by breaking the glass, for those who opened them and for their supervisors."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from minsheng.domain.access.models import OpenedHousehold
from minsheng.domain.access.roles import May
from minsheng.domain.access.viewers import Viewer
from minsheng.domain.places import queries as places
from minsheng.domain.registry.models import Household


@dataclass(frozen=True)
class OpenedLine:
    """One opening: who, which household, why, for how long, and what the supervisor said of it."""

    opening: int
    username: str
    display_name: str
    household: str
    place: str
    reason: str
    opened_at: datetime
    closes_at: datetime
    open_now: bool
    mine: bool
    reviewed_by: str
    reviewed_at: datetime | None
    review: str


def opened_households(*, viewer: Viewer, at: datetime, mine: bool = False, limit: int = 200) -> list[OpenedLine]:
    """The openings that the viewer supervises, or their own; those that wait for a review come first, then the newest."""
    rows = OpenedHousehold.objects.filter(user_id=viewer.user_id) if mine else OpenedHousehold.objects.filter(_supervised(viewer))
    shown = sorted(rows.select_related("user").order_by("-opened_at")[:limit], key=lambda row: row.reviewed_at is not None)
    numbers = dict(Household.objects.filter(key__in=[row.household_key for row in shown]).values_list("key", "number"))
    names = places.full_names({row.division for row in shown})
    return [
        OpenedLine(
            opening=row.pk,
            username=row.user.username,
            display_name=row.user.display_name,
            household=numbers.get(row.household_key, ""),
            place=names.get(row.division, row.division),
            reason=row.reason,
            opened_at=row.opened_at,
            closes_at=row.closes_at,
            open_now=row.closes_at > at,
            mine=row.user_id == viewer.user_id,
            reviewed_by=row.reviewed_by,
            reviewed_at=row.reviewed_at,
            review=row.review,
        )
        for row in shown
    ]


def openings_to_review(*, viewer: Viewer) -> int:
    """How many opened households wait for this supervisor."""
    return OpenedHousehold.objects.filter(_supervised(viewer), reviewed_at__isnull=True).exclude(user_id=viewer.user_id).count()


def _supervised(viewer: Viewer) -> Q:
    condition = Q(pk__in=[])
    for prefix in viewer.where(May.SUPERVISE):
        condition |= Q(division__startswith=prefix)
    return condition
