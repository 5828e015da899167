"""Showing a field in clear, and opening a household beyond one's area: by whom, what for, and what is written down."""

from datetime import UTC, datetime, timedelta

import pytest

from minsheng.domain.access.models import OpenedHousehold, User
from minsheng.domain.access.policies import AccessRules
from minsheng.domain.access.roles import Role
from minsheng.domain.access.row_security.acting import bound_to
from minsheng.domain.access.viewers import NotAllowed, viewer_of
from minsheng.domain.audit.models import Event
from minsheng.domain.registry import operations, queries
from minsheng.domain.registry.models import Household, Membership
from minsheng.domain.registry.operations import NothingToReveal, PurposeNeeded, ReasonNeeded, TooManyOpened
from tests import factories
from tests.staff import grant, somebody

pytestmark = pytest.mark.django_db
HERE, THERE = "999001001201", "999002001201"
NOW = datetime.now(UTC)
REASON = "the family came to our counter for help"


@pytest.fixture(autouse=True)
def two_counties() -> None:
    factories.apply_month(
        "2026-09",
        [
            factories.household("H1", division=HERE, phone="13800000001", address="江南路12号3单元"),
            factories.household("H2", division=THERE, phone="13800000002"),
            factories.household("H3", division=None),
        ],
        [factories.member("H1", 1, name="甲一", phone="13900000001"), factories.member("H2", 2, relation="self")],
    )


def key_of(number: str) -> int:
    return Household.objects.get(number=number).key


def person_of(number: str) -> int:
    return Membership.objects.get(household__number=number).person_id


def reveal(who: User, kind: str, key: int, field: str, *, purpose: str = "visit", note: str = "") -> str:
    with bound_to(who.pk):
        return operations.reveal_field(
            viewer=viewer_of(who), kind=kind, key=key, field=field, purpose=purpose, note=note, keys=factories.KEYS, origin="here", at=NOW
        )


def test_a_field_is_shown_in_clear_and_on_record_without_what_it_says() -> None:
    who, person, household = somebody(Role.TOWNSHIP_OFFICER, "999001001"), person_of("H1"), key_of("H1")
    shown = [reveal(who, "person", person, field) for field in ("name", "number", "phone")]
    assert shown == ["甲一", factories.identity_number(1), "13900000001"]
    assert reveal(who, "household", household, "phone") == "13800000001"
    assert reveal(who, "household", household, "address") == "江南路12号3单元"
    assert reveal(who, "household", household, "account", purpose="other", note="call back 13812345678") == ""
    events = Event.objects.filter(name="field.revealed").order_by("pk")
    assert {event.subject for event in events} == {f"household:{household}"}
    assert [event.detail["field"] for event in events] == ["name", "number", "phone", "phone", "address", "account"]
    written = str(list(events.values()))
    assert not [said for said in ("甲一", "13900000001", "138", factories.identity_number(1)) if said in written]


@pytest.mark.parametrize(("purpose", "note"), [("", ""), ("curiosity", ""), ("other", " ")])
def test_nothing_is_shown_without_a_purpose(purpose: str, note: str) -> None:
    with pytest.raises(PurposeNeeded):
        reveal(somebody(Role.MONITOR, "999001"), "person", person_of("H1"), "name", purpose=purpose, note=note)


def test_what_is_out_of_sight_or_no_field_is_not_there() -> None:
    who, far, near = somebody(Role.MONITOR, "999001"), key_of("H2"), key_of("H1")
    for kind, key, field in (
        ("household", far, "phone"),
        ("person", person_of("H2"), "name"),
        ("household", near, "division"),
        ("person", 999, "name"),
        ("animal", near, "phone"),
    ):
        with pytest.raises(NothingToReveal):
            reveal(who, kind, key, field)
    assert not Event.objects.filter(name="field.revealed").exists()


def test_a_role_that_may_look_but_not_reveal_shows_nothing_even_with_revealing_elsewhere() -> None:
    auditor = somebody(Role.AUDITOR, "999001")
    with pytest.raises(NotAllowed):
        reveal(auditor, "household", key_of("H1"), "phone")
    grant(auditor, Role.MONITOR, "999002")
    with pytest.raises(NotAllowed):
        reveal(auditor, "household", key_of("H1"), "phone")
    assert reveal(auditor, "household", key_of("H2"), "phone") == "13800000002"


def open_it(who: User, number: str, reason: str = REASON, rules: AccessRules | None = None) -> operations.Opening:
    with bound_to(who.pk):
        return operations.open_household(
            viewer=viewer_of(who), number=number, reason=reason, origin="here", at=NOW, rules=rules or AccessRules()
        )


def test_a_household_beyond_the_area_is_opened_for_some_hours_and_shown_to_its_supervisor() -> None:
    who, supervisor = somebody(Role.TOWNSHIP_OFFICER, "999001001"), somebody(Role.MONITOR, "999002")
    opened = open_it(who, "H2")
    assert (opened.found, opened.already, opened.closes_at) == (True, False, NOW + timedelta(hours=4))
    assert reveal(who, "household", key_of("H2"), "phone") == "13800000002"
    event = Event.objects.get(name="household.opened")
    assert (event.by, event.subject, event.purpose) == (who.acts_as, f"household:{key_of('H2')}", REASON)
    with bound_to(supervisor.pk):
        viewer = viewer_of(supervisor)
        [line] = queries.opened_households(viewer=viewer, at=NOW)
        assert (line.username, line.household, line.reason, line.open_now, line.mine) == (who.username, "H2", REASON, True, False)
        assert queries.openings_to_review(viewer=viewer) == 1
    OpenedHousehold.objects.update(closes_at=NOW - timedelta(seconds=1), opened_at=NOW - timedelta(hours=4))
    with pytest.raises(NothingToReveal):
        reveal(who, "household", key_of("H2"), "phone")


def test_what_is_in_sight_needs_no_opening() -> None:
    assert open_it(somebody(Role.MONITOR, "999001"), "H1", "").already
    assert not OpenedHousehold.objects.exists()


def test_a_household_without_a_place_is_shown_to_the_openers_own_supervisor() -> None:
    open_it(somebody(Role.TOWNSHIP_OFFICER, "999001001"), "H3")
    assert OpenedHousehold.objects.get().division == "999001001000"


def test_opening_needs_a_reason_and_a_role_that_may() -> None:
    with pytest.raises(ReasonNeeded):
        open_it(somebody(Role.MONITOR, "999001"), "H2", "because")
    for role in (Role.GRID_WORKER, Role.AUDITOR, Role.ADMINISTRATOR, Role.SOCIAL_WORKER):
        with pytest.raises(NotAllowed):
            open_it(somebody(role, "999001"), "H2")


def test_numbers_cannot_be_guessed_without_end() -> None:
    who, rules = somebody(Role.MONITOR, "999001"), AccessRules(openings_a_day=2)
    assert not open_it(who, "X1", rules=rules).found
    assert open_it(who, "H2", rules=rules).found
    with pytest.raises(TooManyOpened):
        open_it(who, "X2", rules=rules)
    missed = Event.objects.get(name="household.not_found")
    assert missed.subject == "household:?"
    assert "X1" not in str(missed.detail)


def test_the_database_names_a_household_to_nobody_who_may_not_open_one() -> None:
    from django.db import connection

    for who, expected in ((somebody(Role.ADMINISTRATOR, "99"), 0), (somebody(Role.MONITOR, "999001"), 1)):
        with bound_to(who.pk), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM registry_household_of_number('H2')")
            assert cursor.fetchone() == (expected,)
