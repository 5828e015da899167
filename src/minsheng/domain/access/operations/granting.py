"""Roles: giving them for a place and a time, taking them back, and looking at them again."""

from datetime import date, datetime
from typing import ClassVar

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from minsheng.domain.access.models import Grant, User
from minsheng.domain.access.operations.managing import acting, demand_another, known
from minsheng.domain.access.policies import DEFAULT_RULES, ORGANISATION_KINDS, AccessRules, months_later
from minsheng.domain.access.roles import FOR_AN_ORGANISATION, NEEDS_SECOND_PERSON, May, Role
from minsheng.domain.access.viewers import demand
from minsheng.domain.audit.operations import record
from minsheng.domain.places import queries as places
from minsheng.domain.places.models import Organisation
from minsheng.kernel.divisions import DivisionCode
from minsheng.kernel.errors import Refusal


class NoSuchRole(Refusal):
    """There is no such role."""

    code: ClassVar[str] = "no-such-role"


class NoSuchGrant(Refusal):
    """No grant of this number is in one's area."""

    code: ClassVar[str] = "no-such-grant"


class GrantOutOfTime(Refusal):
    """The time of a grant runs backwards, or too long."""

    code: ClassVar[str] = "grant-out-of-time"


class OrganisationNeeded(Refusal):
    """The role is held for an organisation, and none of the right kind was named."""

    code: ClassVar[str] = "organisation-needed"


class AlreadyHeld(Refusal):
    """The person holds this role there in that time."""

    code: ClassVar[str] = "already-held"


class AlreadyRevoked(Refusal):
    """The grant was taken back before."""

    code: ClassVar[str] = "already-revoked"


class UserInactive(Refusal):
    """Nothing is given to somebody who cannot sign in."""

    code: ClassVar[str] = "user-inactive"


@transaction.atomic
def grant_role(
    *,
    username: str,
    role: str,
    division: str,
    ends_on: date,
    by: str,
    at: datetime,
    organisation: int | None = None,
    reason: str = "",
    rules: AccessRules = DEFAULT_RULES,
) -> int:
    """Give a role at a place from today until another day, half-open; returns the grant's number.

    Nobody gives themselves anything, and an administrator gives within their own area. What needs a second person waits for one; what the
    owner of the installation gives counts at once. Raises NoSuchUser, NoSuchRole, NotAllowed,
    UnknownDivision, GrantOutOfTime, OrganisationNeeded, AlreadyHeld, UserInactive.
    """
    viewer, user, wanted, place = acting(by), known(username), _role(role), places.division(division)
    if viewer is not None:
        demand_another(viewer, user)
        demand(viewer, May.MANAGE_USERS, place.code)
    if not user.is_active:
        raise UserInactive("This person cannot sign in.", next_step="Activate the account first.")
    begins = timezone.localdate(at)
    _check_time(begins, ends_on, rules)
    holder = _organisation(wanted, organisation, place.code)
    prefix = DivisionCode(place.code).prefix
    _check_not_held(user, wanted, prefix, holder, begins, ends_on)
    given = Grant.objects.create(
        user=user,
        role=wanted.value,
        division=place,
        prefix=prefix,
        organisation=holder,
        starts_on=begins,
        ends_on=ends_on,
        reason=reason.strip()[:400],
        granted_by=by,
        granted_at=at,
        awaiting=viewer is not None and wanted in NEEDS_SECOND_PERSON,
    )
    detail = {**described(given), "starts_on": str(begins), "ends_on": str(ends_on), "awaiting": given.awaiting}
    record("grant.given", by=by, at=at, subject=f"user:{user.username}", detail=detail, purpose=given.reason, division=place.code)
    return int(given.pk)


@transaction.atomic
def revoke_role(*, grant: int, by: str, at: datetime, reason: str = "") -> None:
    """Take a role back at once; raises NoSuchGrant (also for those beyond one's area), NotAllowed, AlreadyRevoked."""
    found = _standing(grant, by)
    revoke(found, by, at)
    purpose, place = reason.strip()[:400], found.division_id
    record("grant.revoked", by=by, at=at, subject=f"user:{found.user.username}", detail=described(found), purpose=purpose, division=place)


@transaction.atomic
def review_grant(*, grant: int, keep: bool, by: str, at: datetime, note: str = "") -> None:
    """Look at a grant again: confirm that it is still needed, or take it back. Nobody reviews their own.

    Raises NoSuchGrant, NotAllowed, AlreadyRevoked.
    """
    found = _standing(grant, by)
    if not keep:
        revoke(found, by, at)
    Grant.objects.filter(pk=found.pk).update(reviewed_by=by, reviewed_at=at, review=note.strip()[:400])
    purpose, place, detail = note.strip()[:400], found.division_id, {**described(found), "kept": keep}
    record("grant.reviewed", by=by, at=at, subject=f"user:{found.user.username}", detail=detail, purpose=purpose, division=place)


def _role(role: str) -> Role:
    try:
        return Role(role)
    except ValueError:
        raise NoSuchRole("There is no such role.", next_step=f"Choose one of: {', '.join(Role)}.") from None


def _check_time(begins: date, ends: date, rules: AccessRules) -> None:
    latest = months_later(begins, rules.grant_months)
    if not begins < ends <= latest:
        raise GrantOutOfTime(
            f"A role ends after it begins, and is held for {rules.grant_months} months at most.",
            next_step=f"Choose an end after {begins} and not after {latest}; it can be given anew before it ends.",
        )


def _organisation(role: Role, organisation: int | None, division: str) -> Organisation | None:
    if role not in FOR_AN_ORGANISATION:
        return None
    prefix = DivisionCode(division).prefix
    found = Organisation.objects.filter(pk=organisation, kind=ORGANISATION_KINDS[role]).first() if organisation else None
    if found is None or not (found.division_id.startswith(prefix) or division.startswith(DivisionCode(found.division_id).prefix)):
        raise OrganisationNeeded(
            "This role is held for an organisation that answers for the place.", next_step="Choose one of the organisations of the place."
        )
    return found


def _check_not_held(user: User, role: Role, prefix: str, holder: Organisation | None, begins: date, ends: date) -> None:
    same = Q(user=user, role=role.value, prefix=prefix, organisation=holder, revoked_at__isnull=True)
    if Grant.objects.filter(same, starts_on__lt=ends, ends_on__gt=begins).exists():
        raise AlreadyHeld("The person holds this role there in that time.", next_step="Nothing more is needed, or choose another time.")


def _standing(grant: int, by: str) -> Grant:
    viewer = acting(by)
    found = Grant.objects.filter(pk=grant).select_related("user").first()
    if found is not None:
        if viewer is not None:
            demand_another(viewer, found.user)
            demand(viewer, May.MANAGE_USERS, found.division_id)
        found = Grant.objects.select_for_update(of=("self",)).filter(pk=grant).select_related("user").first()
    if found is None:
        raise NoSuchGrant("There is no such grant in your area.", next_step="See the person's page for what they hold.")
    if found.revoked_at is not None:
        raise AlreadyRevoked("This was taken back before.", next_step="Nothing more is needed.")
    return found


def revoke(grant: Grant, by: str, at: datetime) -> None:
    """Let a grant count no more."""
    Grant.objects.filter(pk=grant.pk).update(revoked_by=by, revoked_at=at)


def described(grant: Grant) -> dict[str, object]:
    """What entries of the log say of a grant."""
    return {"grant": grant.pk, "role": grant.role, "organisation": grant.organisation_id}
