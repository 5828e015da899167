"""Grants as lines to read, and those that somebody should look at again."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from minsheng.domain.access.models import Grant
from minsheng.domain.access.policies import DEFAULT_RULES, ORGANISATION_KINDS, AccessRules, months_later
from minsheng.domain.access.roles import May, Role
from minsheng.domain.access.viewers import Viewer
from minsheng.domain.places import queries as places
from minsheng.domain.places.models import Organisation
from minsheng.kernel.divisions import DivisionCode


@dataclass(frozen=True)
class GrantLine:
    """A role held somewhere for a time. `state` is awaiting (a second person), standing, ahead, over or revoked.

    `why` says why it waits for review, `given_by_me` whether the viewer gave it.
    """

    number: int
    username: str
    display_name: str
    role: Role
    division: str
    place: str
    organisation: str
    starts_on: date
    ends_on: date
    reason: str
    granted_by: str
    granted_at: datetime
    revoked_by: str
    revoked_at: datetime | None
    confirmed_by: str
    confirmed_at: datetime | None
    reviewed_by: str
    reviewed_at: datetime | None
    review: str
    state: str
    mine: bool = False
    given_by_me: bool = False
    why: str = ""


@dataclass(frozen=True)
class Organised:
    """An organisation that a role can be held for."""

    number: int
    name: str
    place: str


def grants_to_review(*, viewer: Viewer, at: datetime, rules: AccessRules = DEFAULT_RULES, limit: int = 200) -> list[GrantLine]:
    """The standing grants in the viewer's area that nobody confirmed for long, or that end soon; those that end first come first.

    One's own are shown, for another to review.
    """
    today = timezone.localdate(at)
    _, soon = _waiting(at, rules)
    rows = list(_to_review(viewer, at, rules).select_related("user", "organisation").order_by("ends_on", "pk")[:limit])
    lines = grant_lines(rows, today=today, viewer=viewer)
    return [replace(line, why="ending" if line.ends_on <= soon else "unconfirmed") for line in lines]


def grants_to_review_count(*, viewer: Viewer, at: datetime, rules: AccessRules = DEFAULT_RULES) -> int:
    """How many grants wait for this viewer's review: one's own do not count."""
    return _to_review(viewer, at, rules).exclude(user_id=viewer.user_id).count()


def grants_to_confirm(*, viewer: Viewer, at: datetime, limit: int = 200) -> list[GrantLine]:
    """The grants at the viewer's places that wait for a second person, the oldest first.

    Those that the viewer gave or would get are shown, for another to confirm.
    """
    today = timezone.localdate(at)
    rows = list(_to_confirm(viewer, today).select_related("user", "organisation").order_by("granted_at", "pk")[:limit])
    return grant_lines(rows, today=today, viewer=viewer)


def grants_to_confirm_count(*, viewer: Viewer, at: datetime) -> int:
    """How many grants this viewer could confirm: not those they gave or would get."""
    return _to_confirm(viewer, timezone.localdate(at)).exclude(user_id=viewer.user_id).exclude(granted_by=viewer.acts_as).count()


def organisations_for(role: str, division: str) -> list[Organised]:
    """The organisations at, below or above a place that a role can be held for; raises NotADivisionCode."""
    code = DivisionCode.parse(division)
    kind = ORGANISATION_KINDS.get(Role(role)) if role in set(Role) else None
    if kind is None:
        return []
    here = Q(division__code__startswith=code.prefix) | Q(division__in=[above.text for above in code.ancestors])
    found = list(Organisation.objects.filter(here, kind=kind).order_by("division", "name")[:100])
    names = places.full_names({one.division_id for one in found})
    return [Organised(one.pk, one.name, names.get(one.division_id, one.division_id)) for one in found]


def grant_lines(rows: Iterable[Grant], *, today: date, viewer: Viewer | None = None) -> list[GrantLine]:
    """Grants (with users and organisations at hand) as lines, their places named in one query."""
    held = list(rows)
    names = places.full_names({row.division_id for row in held})
    return [
        GrantLine(
            number=row.pk,
            username=row.user.username,
            display_name=row.user.display_name,
            role=Role(row.role),
            division=row.division_id,
            place=names.get(row.division_id, row.division_id),
            organisation=row.organisation.name if row.organisation else "",
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            reason=row.reason,
            granted_by=row.granted_by,
            granted_at=row.granted_at,
            revoked_by=row.revoked_by,
            revoked_at=row.revoked_at,
            confirmed_by=row.confirmed_by,
            confirmed_at=row.confirmed_at,
            reviewed_by=row.reviewed_by,
            reviewed_at=row.reviewed_at,
            review=row.review,
            state=_state(row, today),
            mine=viewer is not None and row.user_id == viewer.user_id,
            given_by_me=viewer is not None and row.granted_by == viewer.acts_as,
        )
        for row in held
    ]


def within_area(viewer: Viewer | None, may: May) -> Q:
    """The grants at places where the viewer may do something; for the owner of the installation (None), all."""
    if viewer is None:
        return Q()
    return reduce(or_, (Q(prefix__startswith=prefix) for prefix in viewer.where(may)), Q(pk__in=[]))


def _to_confirm(viewer: Viewer, today: date) -> "QuerySet[Grant]":
    where = within_area(viewer, May.MANAGE_USERS) | within_area(viewer, May.SUPERVISE)
    return Grant.objects.filter(where, awaiting=True, revoked_at__isnull=True, ends_on__gt=today)


def _to_review(viewer: Viewer, at: datetime, rules: AccessRules) -> "QuerySet[Grant]":
    today = timezone.localdate(at)
    stale, soon = _waiting(at, rules)
    standing = Grant.objects.filter(within_area(viewer, May.MANAGE_USERS), revoked_at__isnull=True, ends_on__gt=today, awaiting=False)
    confirmed = standing.annotate(looked_at=Coalesce("reviewed_at", "confirmed_at", "granted_at"))
    return confirmed.filter(Q(looked_at__lt=stale) | Q(ends_on__lte=soon), user__is_active=True)


def _waiting(at: datetime, rules: AccessRules) -> tuple[datetime, date]:
    today = timezone.localdate(at)
    age = today - months_later(today, -rules.review_months)
    return at - age, today + timedelta(days=rules.ending_days)


def _state(row: Grant, today: date) -> str:
    if row.revoked_at is not None:
        return "revoked"
    if row.ends_on <= today:
        return "over"
    if row.awaiting:
        return "awaiting"
    return "standing" if row.starts_on <= today else "ahead"
