"""What administrators and officers do on the pages of people and rights, as a browser sends it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from minsheng.domain.access.models import Grant, OpenedHousehold, User
from minsheng.domain.access.roles import May, Role
from minsheng.domain.audit.models import Event
from minsheng.domain.registry.models import Household, Membership
from minsheng.web.office.users.words import MAY
from tests import factories
from tests.staff import grant, place, somebody, user

pytestmark = pytest.mark.django_db
HERE, THERE = "999001001201", "999002001201"


@pytest.fixture(autouse=True)
def quiet(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False


def signed_in(who: User) -> Client:
    client = Client()
    client.force_login(who)
    return client


@pytest.fixture
def administrator() -> User:
    return somebody(Role.ADMINISTRATOR, "999001")


@pytest.fixture
def two_counties(monkeypatch: pytest.MonkeyPatch) -> None:
    factories.apply_month(
        "2026-09",
        [factories.household("H1", division=HERE, phone="13800000001"), factories.household("H2", division=THERE, phone="13800000002")],
        [factories.member("H1", 1), factories.member("H2", 2, relation="self")],
    )
    monkeypatch.setattr("minsheng.web.office.users.revealing.installation", lambda: type("Kept", (), {"keys": factories.KEYS}))


def test_a_new_person_gets_a_password_that_is_shown_once_and_never_stored_by_the_browser(administrator: User) -> None:
    client = signed_in(administrator)
    answer = client.post("/users/add/", {"username": "wangli", "display_name": "王丽", "language": "zh"})
    shown = answer.context["given"].password
    assert shown in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert User.objects.get(username="wangli").check_password(shown)
    again = client.post("/users/add/", {"username": "WangLi", "display_name": "王立", "language": "zh"})
    assert (again.status_code, "已有人使用" in again.content.decode(), 'value="王立"' in again.content.decode()) == (400, True, True)


def test_a_role_is_given_and_what_was_typed_wrongly_is_kept(administrator: User) -> None:
    user("wangli"), place("999001001")
    client = signed_in(administrator)
    today = timezone.localdate()
    typed = {"role": "monitor", "division": "999001001000", "ends_on": today + timedelta(days=900), "reason": "new post"}
    wrong = client.post("/users/of/wangli/give/", typed)
    assert wrong.status_code == 400
    assert "结束日期" in wrong.content.decode()
    assert 'value="new post"' in wrong.content.decode()
    assert 'value="999001001000" checked' in wrong.content.decode()
    right = client.post("/users/of/wangli/give/", typed | {"ends_on": today + timedelta(days=90)})
    assert right["Location"] == "/users/of/wangli/"
    assert client.post("/users/of/wangli/give/", typed | {"ends_on": today + timedelta(days=90)}).status_code == 409
    assert Grant.objects.get(user__username="wangli").prefix == "999001001"


def test_places_are_found_by_name_and_only_in_the_area(administrator: User) -> None:
    place("999001001"), place("999002001")
    page = signed_in(administrator).get("/users/places/", {"place": "地9990"}, headers={"HX-Request": "true"}).content.decode()
    assert "999001001000" in page
    assert "999002001000" not in page
    assert signed_in(administrator).get("/users/places/", {"place": "9" * 10_000}).status_code == 200


def test_a_role_is_explained_before_it_is_given(administrator: User) -> None:
    page = signed_in(administrator).get("/users/role/", {"role": "monitor"}).content.decode()
    assert "导出名单" in page
    assert "第二步验证" in page
    assert signed_in(administrator).get("/users/role/", {"role": "king"}).status_code == 200


def test_every_permission_is_said_in_words() -> None:
    assert set(MAY) == set(May)


def test_a_county_does_not_give_beyond_itself_and_the_try_is_on_record(administrator: User) -> None:
    user("wangli"), place("999002")
    ends_on = timezone.localdate() + timedelta(days=30)
    answer = signed_in(administrator).post("/users/of/wangli/give/", {"role": "monitor", "division": "999002000000", "ends_on": ends_on})
    assert answer.status_code == 403
    assert Event.objects.filter(name="page.refused", by=administrator.acts_as).count() == 1


def test_a_reset_and_a_deactivation_end_the_persons_sessions(administrator: User) -> None:
    other = somebody(Role.GRID_WORKER, "999001001001", username="village")
    theirs = signed_in(other)
    client = signed_in(administrator)
    reset = client.post("/users/of/village/reset/", {"second_factors": "on"})
    assert reset.context["given"].password in reset.content.decode()
    assert theirs.get("/").status_code == 302
    client.post("/users/of/village/deactivate/", {"reason": "left"})
    assert "已停用" in client.get("/users/of/village/").content.decode()
    client.post("/users/of/village/activate/")
    assert User.objects.get(username="village").is_active


def test_the_list_costs_the_same_for_two_people_and_for_thirty(administrator: User) -> None:
    client, counts = signed_in(administrator), []
    client.get("/users/")  # the first page of a session notes when it began
    for number in range(30):
        grant(user(f"worker-{number:02}"), Role.GRID_WORKER, "999001001001")
        if number in (1, 29):
            with CaptureQueriesContext(connection) as asked:
                assert client.get("/users/").content.decode().count("worker-") >= number
            counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_field_takes_the_place_of_its_mask(two_counties: None) -> None:
    client = signed_in(somebody(Role.TOWNSHIP_OFFICER, "999001001"))
    person = Membership.objects.get(household__number="H1").person_id
    address = f"/reveal/person/{person}/number/"
    shown = client.post(address, {"purpose": "visit"}, headers={"HX-Request": "true"})
    assert factories.identity_number(1) in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert client.post(address, {}, headers={"HX-Request": "true"}).status_code == 400
    assert client.get(address).status_code == 405
    household = Household.objects.get(number="H2").key
    assert client.post(f"/reveal/household/{household}/phone/", {"purpose": "visit"}).status_code == 400
    assert Event.objects.filter(name="field.revealed").count() == 1


def test_a_household_beyond_the_area_is_opened_reviewed_and_closed(two_counties: None) -> None:
    officer, supervisor = somebody(Role.TOWNSHIP_OFFICER, "999001001"), somebody(Role.MONITOR, "999002")
    client = signed_in(officer)
    assert 'value="H2"' in client.get("/break-glass/", {"number": "H2"}).content.decode()
    assert client.post("/break-glass/", {"number": "H2", "reason": "because"}).status_code == 400
    assert client.post("/break-glass/", {"number": "nobody", "reason": "asked for help at our counter"}).status_code == 404
    assert client.post("/break-glass/", {"number": "H2", "reason": "asked for help at our counter"}).status_code == 302
    watching = signed_in(supervisor)
    assert "asked for help at our counter" in watching.get("/openings/").content.decode()
    opening = OpenedHousehold.objects.get()
    watching.post(f"/openings/{opening.pk}/review/", {"justified": "no", "review": "never moved"})
    opening.refresh_from_db()
    assert opening.closes_at <= timezone.now()
    assert "never moved" in client.get("/accounts/mine/").content.decode()
    assert client.post(f"/openings/{opening.pk}/review/", {"justified": "yes", "review": "mine"}).status_code == 403
