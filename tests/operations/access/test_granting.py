"""Giving roles, taking them back, looking at them again; nobody for themselves, everybody within their area."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from minsheng.domain.access import operations, queries
from minsheng.domain.access.models import Grant, User
from minsheng.domain.access.operations.granting import (
    AlreadyHeld,
    AlreadyRevoked,
    GrantOutOfTime,
    NoSuchGrant,
    NoSuchRole,
    OrganisationNeeded,
    UserInactive,
)
from minsheng.domain.access.operations.managing import NotOneself
from minsheng.domain.access.policies import months_later
from minsheng.domain.access.roles import Role
from minsheng.domain.access.row_security.acting import bound_to
from minsheng.domain.access.viewers import NotAllowed, viewer_of
from minsheng.domain.audit.models import Event
from minsheng.domain.places.models import Organisation, OrganisationKind
from minsheng.domain.places.queries import UnknownDivision
from tests.staff import grant, place, somebody, user

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)
BY = "cli:tester"


def until(months: int = 6) -> date:
    return months_later(timezone.localdate(), months)


def give(to: User, role: str = Role.MONITOR, division: str = "999001", *, by: str = BY, ends_on: date | None = None, **more: object) -> int:
    return operations.grant_role(
        username=to.username,
        role=role,
        division=division,
        ends_on=ends_on or until(),
        by=by,
        at=NOW,
        **more,  # type: ignore[arg-type]
    )


def test_a_role_is_given_at_a_place_from_today_until_a_day() -> None:
    place("999001"), (who := user())
    number = give(who, reason="new post")
    held = Grant.objects.get(pk=number)
    assert (held.role, held.prefix, held.starts_on, held.ends_on) == ("monitor", "999001", timezone.localdate(NOW), until())
    event = Event.objects.get(name="grant.given")
    assert (event.by, event.subject, event.detail["role"], event.division) == (BY, "user:zhang", "monitor", "999001000000")


def test_nobody_gives_themselves_anything() -> None:
    administrator = somebody(Role.ADMINISTRATOR, "999001")
    with bound_to(administrator.pk), pytest.raises(NotOneself):
        give(administrator, by=administrator.acts_as)


def test_an_administrator_gives_within_the_area_only() -> None:
    administrator, who = somebody(Role.ADMINISTRATOR, "999001"), user()
    place("999002"), place("999001002")
    with bound_to(administrator.pk), pytest.raises(NotAllowed):
        give(who, division="999002", by=administrator.acts_as)
    with bound_to(administrator.pk):
        give(who, division="999001002", by=administrator.acts_as)
    assert [held.prefix for held in who.grants.all()] == ["999001002"]


@pytest.mark.parametrize("ends_on", [date(2020, 1, 1), until(0), until(13)], ids=["past", "today", "too long"])
def test_a_grant_ends_after_it_begins_and_within_a_year(ends_on: date) -> None:
    place("999001")
    with pytest.raises(GrantOutOfTime):
        give(user(), ends_on=ends_on)


def test_what_is_held_is_not_given_twice() -> None:
    place("999001"), (who := user())
    give(who)
    with pytest.raises(AlreadyHeld):
        give(who)
    give(who, division="9990")


def test_roles_of_organisations_name_one_of_the_place() -> None:
    here, elsewhere, who = place("999001"), place("999002"), user()
    insurer = Organisation.objects.create(name="医保局", kind=OrganisationKind.DEPARTMENT, division=here, department="medical_insurance")
    other = Organisation.objects.create(name="医保局", kind=OrganisationKind.DEPARTMENT, division=elsewhere, department="medical_insurance")
    for wrong in (None, other.pk):
        with pytest.raises(OrganisationNeeded):
            give(who, Role.DEPARTMENT_PARTNER, organisation=wrong)
    give(who, Role.DEPARTMENT_PARTNER, organisation=insurer.pk)
    assert [one.name for one in queries.organisations_for("department_partner", "999001")] == ["医保局"]


@pytest.mark.parametrize(
    ("failure", "attempt"),
    [
        (NoSuchRole, lambda who: give(who, "king")),
        (UnknownDivision, lambda who: give(who, division="999009")),
        (NoSuchGrant, lambda _: operations.revoke_role(grant=0, by=BY, at=NOW)),
    ],
)
def test_what_does_not_exist_is_refused(failure: type[Exception], attempt: Callable[[User], object]) -> None:
    place("999001"), (who := user())
    with pytest.raises(failure):
        attempt(who)


def test_nothing_is_given_to_somebody_who_cannot_sign_in() -> None:
    place("999001")
    with pytest.raises(UserInactive):
        give(user(is_active=False))


def test_a_role_is_taken_back_at_once_and_once() -> None:
    administrator, who = somebody(Role.ADMINISTRATOR, "999001"), user()
    held = grant(who, Role.MONITOR, "999001")
    with bound_to(administrator.pk):
        operations.revoke_role(grant=held.pk, reason="moved", by=administrator.acts_as, at=NOW)
    assert viewer_of(who).held == ()
    assert Event.objects.get(name="grant.revoked").purpose == "moved"
    with bound_to(administrator.pk), pytest.raises(AlreadyRevoked):
        operations.revoke_role(grant=held.pk, by=administrator.acts_as, at=NOW)


def test_a_grant_beyond_the_area_is_nowhere_and_ones_own_is_anothers_to_judge() -> None:
    administrator = somebody(Role.ADMINISTRATOR, "999001")
    far = grant(user(), Role.MONITOR, "999002")
    with bound_to(administrator.pk), pytest.raises(NoSuchGrant):
        operations.revoke_role(grant=far.pk, by=administrator.acts_as, at=NOW)
    with bound_to(administrator.pk), pytest.raises(NotOneself):
        operations.review_grant(grant=administrator.grants.get().pk, keep=True, by=administrator.acts_as, at=NOW)


def test_a_review_confirms_or_takes_back() -> None:
    administrator, who = somebody(Role.ADMINISTRATOR, "999001"), user()
    kept, dropped = grant(who, Role.MONITOR, "999001"), grant(who, Role.AUDITOR, "999001")
    with bound_to(administrator.pk):
        operations.review_grant(grant=kept.pk, keep=True, note="same post", by=administrator.acts_as, at=NOW)
        operations.review_grant(grant=dropped.pk, keep=False, by=administrator.acts_as, at=NOW)
    assert viewer_of(who).roles == {Role.MONITOR}
    again = Grant.objects.get(pk=kept.pk)
    assert (again.reviewed_by, again.reviewed_at, again.review) == (administrator.acts_as, NOW, "same post")
    assert [event.detail["kept"] for event in Event.objects.filter(name="grant.reviewed").order_by("pk")] == [True, False]


def test_what_nobody_confirmed_for_long_or_ends_soon_waits_for_review() -> None:
    administrator, who, today = somebody(Role.ADMINISTRATOR, "999001"), user(), timezone.localdate()
    stale, soon = grant(who, Role.MONITOR, "999001"), grant(who, Role.AUDITOR, "999001", ends_on=today + timedelta(days=10))
    fresh, far = grant(who, Role.FUND_OFFICER, "999001"), grant(who, Role.MONITOR, "999002")
    Grant.objects.filter(pk__in=[soon.pk, fresh.pk]).update(granted_at=NOW)
    with bound_to(administrator.pk):
        viewer = viewer_of(administrator)
        waiting = queries.grants_to_review(viewer=viewer, at=NOW)
        assert {(line.number, line.why) for line in waiting if not line.mine} == {(stale.pk, "unconfirmed"), (soon.pk, "ending")}
        assert queries.grants_to_review_count(viewer=viewer, at=NOW) == 2
        operations.review_grant(grant=stale.pk, keep=True, by=administrator.acts_as, at=NOW)
        assert queries.grants_to_review_count(viewer=viewer, at=NOW) == 1
    assert far.pk not in {line.number for line in waiting}


def test_the_list_of_people_is_of_the_area_and_of_those_who_hold_nothing() -> None:
    administrator = somebody(Role.ADMINISTRATOR, "999001")
    grant(user("near"), Role.MONITOR, "999001001"), grant(user("far"), Role.MONITOR, "999002"), user("new")
    with bound_to(administrator.pk):
        viewer = viewer_of(administrator)
        assert [one.username for one in queries.people(viewer=viewer).lines] == [administrator.username, "near", "new"]
        assert [one.username for one in queries.people(viewer=viewer, state="without").lines] == ["new"]
        assert [one.username for one in queries.people(viewer=viewer, role="monitor").lines] == ["near"]
        assert [one.username for one in queries.people(viewer=viewer, text="NEA").lines] == ["near"]
        page = queries.people(viewer=viewer, limit=2)
        assert [one.username for one in queries.people(viewer=viewer, limit=2, after=page.after).lines] == ["new"]
        with pytest.raises(operations.NoSuchUser):
            queries.person("far", viewer=viewer)
        assert queries.person("near", viewer=viewer).manageable
        assert not queries.person(administrator.username, viewer=viewer).manageable
    assert len(queries.people(viewer=None).lines) == 4


def test_a_demo_has_an_account_of_each_role() -> None:
    place("999001001001")
    made = operations.demo_accounts(county="999001", by="cli:demo", at=NOW)
    assert {one.role for one in made} == set(Role)
    assert viewer_of(User.objects.get(username="village")).held[0].prefix == "999001001001"
    assert User.objects.get(username="admin").check_password(operations.DEMO_PASSWORD)
    again = operations.demo_accounts(county="999001", by="cli:demo", at=NOW)
    assert again == made
    assert Grant.objects.count() == User.objects.count() == len(made)
    assert [name for name, _ in queries.demo_titles()] == [one.username for one in made]
