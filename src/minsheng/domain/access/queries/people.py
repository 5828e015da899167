"""People who may sign in: the list, and one person's file."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from minsheng.domain.access.models import Grant, User
from minsheng.domain.access.operations.demo import DEMO_TITLES
from minsheng.domain.access.operations.managing import NoSuchUser, demand_managing
from minsheng.domain.access.policies import DEMO
from minsheng.domain.access.queries.grants import GrantLine, grant_lines, within_area
from minsheng.domain.access.roles import May, Role
from minsheng.domain.access.second_factors import SecondFactor, second_factors_of
from minsheng.domain.access.sessions import SignedIn, sessions_of
from minsheng.domain.access.viewers import NotAllowed, Viewer
from minsheng.engine.contracts.schema import Text


@dataclass(frozen=True)
class PersonLine:
    """A person in the list, with the roles held today or ahead."""

    username: str
    display_name: str
    is_active: bool
    last_sign_in: datetime | None
    one_time: bool
    second_factor: bool
    grants: tuple[GrantLine, ...]


@dataclass(frozen=True)
class People:
    """A page of the list; `after` is where the next one begins (blank: this is the last)."""

    lines: tuple[PersonLine, ...]
    after: str


@dataclass(frozen=True)
class PersonFile:
    """Everything an administrator sees of one person."""

    username: str
    display_name: str
    email: str
    language: str
    is_active: bool
    created_by: str
    joined_at: datetime
    last_sign_in: datetime | None
    one_time_until: datetime | None
    oneself: bool
    manageable: bool
    grants: tuple[GrantLine, ...]
    sessions: tuple[SignedIn, ...]
    second_factors: tuple[SecondFactor, ...]


def people(
    *, viewer: Viewer | None, text: str = "", role: str = "", state: str = "", after: str = "", limit: int = 50, today: date | None = None
) -> People:
    """The people who hold something in the viewer's area, or nothing anywhere, by sign-in name; the owner of the installation sees all.

    `state` is active, inactive, new (never signed in) or without (holds nothing).
    """
    day = today or timezone.localdate()
    held = Grant.objects.filter(within_area(viewer, May.MANAGE_USERS), user_id=OuterRef("pk"), revoked_at__isnull=True, ends_on__gt=day)
    found = User.objects.all() if viewer is None else User.objects.filter(Exists(held) | Q(pk__in=_without_grants()))
    found = _of_state(_named(found, text), state, held)
    if role in set(Role):
        found = found.filter(Exists(held.filter(role=role)))
    rows = list(found.filter(username__gt=after).order_by("username")[: limit + 1])
    shown = rows[:limit]
    return People(tuple(_lines(shown, viewer, day)), shown[-1].username if len(rows) > limit else "")


def person(username: str, *, viewer: Viewer | None) -> PersonFile:
    """One person's file: oneself, or somebody who holds something in the viewer's area, or nothing anywhere; raises NoSuchUser."""
    user = User.objects.filter(username__iexact=username).first()
    oneself = user is not None and viewer is not None and user.pk == viewer.user_id
    if user is None or not (oneself or _in_sight(user, viewer)):
        raise NoSuchUser("Nobody in your area signs in under this name.", next_step="See the list of users for the right name.")
    grants = Grant.objects.filter(Q() if oneself else within_area(viewer, May.MANAGE_USERS), user=user)
    rows = grants.select_related("user", "organisation").order_by("-starts_on", "-pk")
    return PersonFile(
        username=user.username,
        display_name=user.display_name,
        email=user.email,
        language=user.language,
        is_active=user.is_active,
        created_by=user.created_by,
        joined_at=user.date_joined,
        last_sign_in=user.last_login,
        one_time_until=user.one_time_until,
        oneself=oneself,
        manageable=_manageable(user, viewer),
        grants=tuple(grant_lines(rows, today=timezone.localdate(), viewer=viewer)),
        sessions=tuple(sessions_of(user.pk)),
        second_factors=tuple(second_factors_of([user.pk]).get(user.pk, ())),
    )


def who_signs_in_as(username: str) -> User | None:
    """The active user of a sign-in name, if there is one: whom single sign-on vouches for."""
    return User.objects.filter(username__iexact=username.strip()[:60], is_active=True).first()


def demo_titles() -> list[tuple[str, Text]]:
    """The sign-in names of the demo's accounts with what each shows, in the order they were made; open to strangers."""
    names = User.objects.filter(created_by=DEMO, is_active=True).order_by("pk").values_list("username", flat=True)
    return [(name, DEMO_TITLES[name]) for name in names if name in DEMO_TITLES]


def _without_grants() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_without_grants()")
        return list(cursor.fetchone()[0])


def _named(found: "QuerySet[User]", text: str) -> "QuerySet[User]":
    wanted = text.strip()[:60]
    return found.filter(Q(username__icontains=wanted) | Q(display_name__icontains=wanted)) if wanted else found


def _of_state(found: "QuerySet[User]", state: str, held: "QuerySet[Grant]") -> "QuerySet[User]":
    if state in ("active", "inactive"):
        return found.filter(is_active=state == "active")
    if state == "new":
        return found.filter(last_login__isnull=True)
    return found.exclude(Exists(held)) if state == "without" else found


def _lines(users: list[User], viewer: Viewer | None, day: date) -> Iterable[PersonLine]:
    ids = [user.pk for user in users]
    standing = Grant.objects.filter(within_area(viewer, May.MANAGE_USERS), user_id__in=ids, revoked_at__isnull=True, ends_on__gt=day)
    held: dict[str, list[GrantLine]] = {}
    for line in grant_lines(standing.select_related("user", "organisation").order_by("prefix", "role"), today=day):
        held.setdefault(line.username, []).append(line)
    factors = second_factors_of(ids)
    for user in users:
        yield PersonLine(
            username=user.username,
            display_name=user.display_name,
            is_active=user.is_active,
            last_sign_in=user.last_login,
            one_time=user.one_time_until is not None,
            second_factor=user.pk in factors,
            grants=tuple(held.get(user.username, ())),
        )


def _in_sight(user: User, viewer: Viewer | None) -> bool:
    if viewer is None:
        return True
    return Grant.objects.filter(within_area(viewer, May.MANAGE_USERS), user=user).exists() or user.pk in _without_grants()


def _manageable(user: User, viewer: Viewer | None) -> bool:
    try:
        demand_managing(viewer, user)
    except NotAllowed:
        return False
    return True
