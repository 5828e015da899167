"""Route × role × jurisdiction, generated from the URL configuration itself: a new route without an entry fails."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.http import urlencode

from minsheng.domain.access.models import User
from minsheng.domain.access.roles import ALLOWED, Role
from tests.web.routes import Route, all_routes, described
from tests.web.world import BOTH, HERE_COUNTY, TELLING_OF_THERE, THERE_COUNTY, WHOLE, OfficeWorld

ROUTES = described()


def ask(route: str, spec: Route, world: OfficeWorld, who: User | None, *, there: bool = False) -> tuple[int, str]:
    """Ask a route as somebody (None: a stranger); returns the status and what was said."""
    client = Client()
    if who is not None:
        client.force_login(who)
    arguments = spec.there if there and spec.there else spec.here
    address = reverse(route, kwargs=dict(arguments(world)))
    query = spec.query(world)
    answer = getattr(client, spec.method)(f"{address}?{urlencode(query, doseq=True)}" if query else address, dict(spec.data(world)))
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer.status_code, answer["Location"] if answer.status_code == 302 else content.decode(errors="replace")


def test_every_route_has_an_entry() -> None:
    assert all_routes() - set(ROUTES) == set()
    assert set(ROUTES) - all_routes() == set()


@pytest.mark.parametrize("route", sorted(ROUTES))
def test_a_route_is_open_to_the_roles_that_may_and_to_nobody_else(world: OfficeWorld, route: str) -> None:
    spec = ROUTES[route]
    for role in Role:
        may = spec.public or spec.may is None or spec.may in ALLOWED[role]
        status, said = ask(route, spec, world, world.staff(role, WHOLE if spec.throughout else HERE_COUNTY))
        assert status in (spec.answers if may else (403,)), (role, status, said[:300])


@pytest.mark.parametrize("route", sorted(name for name, spec in ROUTES.items() if spec.throughout))
def test_what_concerns_the_whole_installation_is_closed_to_who_answers_for_a_part(world: OfficeWorld, route: str) -> None:
    for role in Role:
        for code in (HERE_COUNTY, BOTH):
            assert ask(route, ROUTES[route], world, world.staff(role, code))[0] == 403, (role, code)


@pytest.mark.parametrize("route", sorted(ROUTES))
def test_a_stranger_is_sent_to_sign_in(world: OfficeWorld, route: str) -> None:
    spec = ROUTES[route]
    status, said = ask(route, spec, world, None)
    if spec.public:
        assert status in spec.answers
    else:
        assert status == 302
        assert said.startswith("/accounts/login/")


@pytest.mark.parametrize("route", sorted(ROUTES))
def test_nothing_of_another_county_is_told(world: OfficeWorld, route: str) -> None:
    spec = ROUTES[route]
    for role in Role:
        _, said = ask(route, spec, world, world.staff(role, HERE_COUNTY))
        assert not [word for word in TELLING_OF_THERE if word in said], role


@pytest.mark.parametrize("route", sorted(ROUTES))
def test_arguments_that_point_elsewhere_lead_nowhere_unless_one_answers_there(world: OfficeWorld, route: str) -> None:
    spec = ROUTES[route]
    if spec.there is None:
        return
    named = str(spec.there(world))
    for role in (role for role in Role if spec.may in ALLOWED[role]):
        status, said = ask(route, spec, world, world.staff(role, HERE_COUNTY), there=True)
        assert status in spec.elsewhere, (role, status)
        assert not [word for word in TELLING_OF_THERE if word in said and word not in named], role
        for code in (BOTH, THERE_COUNTY):
            status, said = ask(route, spec, world, world.staff(role, code), there=True)
            assert status in spec.answers, (role, code, status, said[:300])
