"""Every test of a page is also a test that it asks the database as often for many rows as for one; here, that such a page is caught."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from zeal.errors import NPlusOneError
from zeal.middleware import zeal_middleware

from minsheng.domain.access.models import Grant
from minsheng.domain.access.roles import Role
from tests.repeating import MOST, AskedAgain, SaidOnce
from tests.staff import somebody


def asking(times: int) -> Callable[[HttpRequest], HttpResponse]:
    """A page that puts the same statement so often, with other parameters each time."""

    def answer(_: HttpRequest) -> HttpResponse:
        with connection.cursor() as cursor:
            for number in range(times):
                cursor.execute("SELECT %s::int", [number])
        return HttpResponse()

    return answer


def test_a_page_that_asks_for_each_row_is_caught(db: None) -> None:
    with pytest.raises(AskedAgain, match=f"asked {MOST + 1} times: SELECT"):
        SaidOnce(asking(MOST + 1))(RequestFactory().get("/"))


def test_a_fixed_few_are_let_through_and_so_is_what_is_written(db: None) -> None:
    assert SaidOnce(asking(MOST))(RequestFactory().get("/")).status_code == 200
    assert SaidOnce(asking(MOST + 1))(RequestFactory().post("/")).status_code == 200


def test_relations_followed_row_by_row_are_caught(db: None) -> None:
    for number in range(3):
        somebody(Role.MONITOR, username=f"monitor-{number}")

    def answer(_: HttpRequest) -> HttpResponse:
        return HttpResponse(", ".join(held.user.username for held in Grant.objects.all()))

    with pytest.raises(NPlusOneError, match=r"access\.Grant\.user"):
        zeal_middleware(answer)(RequestFactory().get("/"))
