"""People and rights: for administrators of the place; fields in clear and opened households for those who see households."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from minsheng.domain.access.models import Grant, OpenedHousehold, User
from minsheng.domain.access.roles import May, Role
from minsheng.domain.registry.models import Membership
from tests.staff import grant, user
from tests.web.routes import Arguments, Route
from tests.web.world import HERE, HERE_COUNTY, THERE, THERE_COUNTY, OfficeWorld


def _someone(code: str) -> User:
    """Somebody else of a county, who is managed by its administrators."""
    name = f"someone-{code}"
    return User.objects.filter(username=name).first() or grant(user(name), Role.GRID_WORKER, code).user


def _of(code: str) -> Arguments:
    def arguments(_: OfficeWorld) -> Mapping[str, Any]:
        return {"username": _someone(code).username}

    return arguments


def _grant_of(code: str) -> Arguments:
    def arguments(_: OfficeWorld) -> Mapping[str, Any]:
        held = _someone(code).grants.filter(revoked_at__isnull=True).first()
        return {"grant": (held or grant(_someone(code), Role.GRID_WORKER, code)).pk}

    return arguments


def _waiting_of(code: str) -> Arguments:
    """A grant that waits for a second person."""

    def arguments(_: OfficeWorld) -> Mapping[str, Any]:
        holder = _someone(f"{code}001")
        waiting = Grant.objects.filter(user=holder, awaiting=True).first()
        if waiting is None:
            waiting = grant(holder, Role.SOCIAL_WORKER, code)
            Grant.objects.filter(pk=waiting.pk).update(awaiting=True)
        return {"grant": waiting.pk}

    return arguments


def _said(**words: str) -> Arguments:
    return lambda _: words


def _opening_of(code: str, number: str) -> Arguments:
    def arguments(world: OfficeWorld) -> Mapping[str, Any]:
        at, key = timezone.now(), world.key(number)
        found = OpenedHousehold.objects.filter(household_key=key, reviewed_at__isnull=True).first() or OpenedHousehold.objects.create(
            user=_someone("999003"),
            household_key=key,
            division=code,
            reason="asked for help",
            opened_at=at,
            closes_at=at + timedelta(hours=1),
        )
        return {"opening": found.pk}

    return arguments


def _person_of(number: str) -> Arguments:
    def arguments(_: OfficeWorld) -> Mapping[str, Any]:
        line = Membership.objects.filter(household__number=number).order_by("person_id").first()
        assert line is not None
        return {"kind": "person", "key": line.person_id, "field": "number"}

    return arguments


def _managed(method: str = "get", answers: tuple[int, ...] = (200,)) -> Route:
    return Route(may=May.MANAGE_USERS, here=_of(HERE_COUNTY), there=_of(THERE_COUNTY), method=method, answers=answers)


def _judged(answers: tuple[int, ...] = (302,), **data: str) -> Route:
    grants = {"here": _grant_of(HERE_COUNTY), "there": _grant_of(THERE_COUNTY)}
    return Route(may=May.MANAGE_USERS, **grants, method="post", data=lambda _: data, answers=answers)


ROUTES = {
    "office:users": Route(may=May.MANAGE_USERS, query=lambda _: {"text": "", "state": "active"}),
    "office:user_add": Route(may=May.MANAGE_USERS),
    "office:users_review": Route(may=May.MANAGE_USERS),
    "office:user_places": Route(may=May.MANAGE_USERS, query=lambda _: {"place": "地"}),
    "office:user_role": Route(may=May.MANAGE_USERS, query=lambda _: {"role": "department_partner", "division": HERE_COUNTY}),
    "office:user": _managed(),
    "office:user_give": _managed(),
    "office:user_reset": _managed("post"),
    "office:user_deactivate": _managed("post", (302,)),
    "office:user_activate": _managed("post", (302,)),
    "office:user_end_sessions": _managed("post", (302,)),
    "office:grant_revoke": _judged(reason="moved"),
    "office:grant_review": _judged(decision="keep"),
    "office:users_confirmations": Route(may=None, answers=(200, 403)),
    "office:grant_confirm": Route(
        may=None,
        here=_waiting_of(HERE_COUNTY),
        there=_waiting_of(THERE_COUNTY),
        method="post",
        data=_said(decision="confirm"),
        answers=(302, 403),
    ),
    "office:reveal": Route(
        may=May.REVEAL,
        here=_person_of("here-1"),
        there=_person_of("there-1"),
        method="post",
        data=lambda _: {"purpose": "visit"},
        elsewhere=(400, 403, 404),
    ),
    "office:break_glass": Route(may=May.BREAK_GLASS),
    "office:openings": Route(may=May.SUPERVISE),
    "office:opening_review": Route(
        may=May.SUPERVISE,
        here=_opening_of(HERE, "here-1"),
        there=_opening_of(THERE, "there-1"),
        method="post",
        data=lambda _: {"justified": "yes", "review": "seen"},
        answers=(302,),
    ),
}
