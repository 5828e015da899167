"""The database itself holds the jurisdiction: with every filter in Python removed, the web role sees its area and nothing else."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.db import ProgrammingError, connection, transaction
from django.db.models import Model
from django.utils import timezone

from minsheng.domain.access.models import OpenedHousehold, User
from minsheng.domain.access.roles import Role
from minsheng.domain.access.row_security.acting import bound_to
from minsheng.domain.access.row_security.declaring import Bound, Closed, Open
from minsheng.domain.access.row_security.installing import declared
from minsheng.domain.registry.models import Household, HouseholdListing, Membership, Person, PersonNumber
from tests import factories
from tests.staff import grant, place, somebody, user

pytestmark = pytest.mark.django_db
HERE, THERE = "999001001201", "999002001201"
OF_PEOPLE: tuple[type[Model], ...] = (Household, HouseholdListing, Membership, Person, PersonNumber)


@pytest.fixture
def two_counties() -> None:
    factories.apply_month(
        "2026-09",
        [factories.household("H1", division=HERE), factories.household("H2", division=THERE), factories.household("H3", division=None)],
        [factories.member("H1", 1), factories.member("H2", 2, relation="self"), factories.member("H3", 3, relation="self")],
    )


def numbers(viewer: User | None) -> set[str]:
    with bound_to(viewer.pk if viewer else None):
        return set(Household.objects.values_list("number", flat=True))


def test_a_monitor_sees_the_households_of_the_area_and_no_others(two_counties: None) -> None:
    assert numbers(somebody(Role.MONITOR, "999001")) == {"H1"}
    assert numbers(somebody(Role.MONITOR, "999002001")) == {"H2"}


def test_households_without_a_place_are_seen_from_the_prefecture_up(two_counties: None) -> None:
    assert numbers(somebody(Role.MONITOR, "9990")) == {"H1", "H2", "H3"}


@pytest.mark.parametrize("model", OF_PEOPLE, ids=lambda model: model.__name__)
def test_everything_that_points_to_people_follows_the_household(two_counties: None, model: type[Model]) -> None:
    viewer = somebody(Role.MONITOR, "999001")
    with bound_to(viewer.pk):
        assert model._default_manager.count() == 1
    with bound_to(None):
        assert model._default_manager.count() == 0


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.CHARITY, Role.DEPARTMENT_PARTNER, Role.MODEL_AUTHOR], ids=str)
def test_roles_without_households_see_none_of_them(two_counties: None, role: Role) -> None:
    assert numbers(somebody(role, "9990")) == set()


def test_a_grant_holds_from_its_first_day_to_the_day_before_its_end(two_counties: None) -> None:
    today = timezone.localdate()
    over, not_yet, last = user("over"), user("not-yet"), user("last")
    grant(over, Role.MONITOR, ends_on=today)
    grant(not_yet, Role.MONITOR, starts_on=today + timedelta(days=2))
    grant(last, Role.MONITOR, ends_on=today + timedelta(days=2))
    assert [numbers(one) for one in (over, not_yet, last)] == [set(), set(), {"H1"}]


def test_a_revoked_grant_and_an_inactive_user_hold_nothing(two_counties: None) -> None:
    revoked, gone = somebody(Role.MONITOR, username="revoked"), somebody(Role.MONITOR, username="gone")
    revoked.grants.update(revoked_at=datetime(2026, 11, 1, tzinfo=UTC), revoked_by="tester")
    User.objects.filter(pk=gone.pk).update(is_active=False)
    assert numbers(revoked) == numbers(gone) == set()


def test_a_household_opened_by_breaking_the_glass_is_seen_until_it_closes(two_counties: None) -> None:
    viewer, now = somebody(Role.MONITOR, "999001"), datetime.now(UTC)
    key = Household.objects.get(number="H2").key
    glass = OpenedHousehold.objects.create(
        user=viewer,
        household_key=key,
        division=THERE,
        reason="moved",
        opened_at=now - timedelta(hours=1),
        closes_at=now + timedelta(hours=1),
    )
    assert numbers(viewer) == {"H1", "H2"}
    OpenedHousehold.objects.filter(pk=glass.pk).update(closes_at=now - timedelta(minutes=1))
    assert numbers(viewer) == {"H1"}


def test_the_web_cannot_change_people_nor_grant_itself_anything(two_counties: None) -> None:
    viewer = somebody(Role.MONITOR, "9990")
    administrator = somebody(Role.ADMINISTRATOR, "9990")
    refused: list[tuple[User, Callable[[], object]]] = [
        (viewer, lambda: Household.objects.update(division=HERE)),
        (viewer, lambda: HouseholdListing.objects.all().delete()),
        (viewer, lambda: grant(viewer, Role.AUDITOR, "9990")),
        (administrator, lambda: grant(administrator, Role.MONITOR, "9990")),
    ]
    for who, attempt in refused:
        with pytest.raises(ProgrammingError), transaction.atomic(), bound_to(who.pk):
            attempt()


def test_an_administrator_grants_within_the_area_only(two_counties: None) -> None:
    administrator, other = somebody(Role.ADMINISTRATOR, "999001"), user("other")
    place("999001001"), place("999002")
    with bound_to(administrator.pk):
        grant(other, Role.MODEL_AUTHOR, "999001001", granted_by=administrator.acts_as)
    for role, code, by in (
        (Role.MODEL_AUTHOR, "999002", administrator.acts_as),
        (Role.MODEL_AUTHOR, "999001001", "user:another"),
        (Role.MONITOR, "999001001", administrator.acts_as),
    ):
        with pytest.raises(ProgrammingError), transaction.atomic(), bound_to(administrator.pk):
            grant(other, role, code, granted_by=by)


def test_naming_another_user_is_undone_with_the_transaction(two_counties: None) -> None:
    viewer = somebody(Role.MONITOR, "999001")
    with bound_to(viewer.pk):
        pass
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user = session_user, current_setting('minsheng.user', true)")
        assert cursor.fetchone() == (True, "")


def test_every_table_is_declared_open_bound_or_closed() -> None:
    """A table that nobody declared is closed to the web, but somebody must have thought of it."""
    thought_of = declared()
    ours = {model._meta.db_table for model in apps.get_models(include_auto_created=True) if model.__module__.startswith("minsheng.")}
    assert ours - set(thought_of) == set()
    assert all(isinstance(one, Open | Bound | Closed) for one in thought_of.values())


def test_every_table_that_holds_people_is_bound() -> None:
    telling = {"household_key", "household", "person", "person_key", "phone", "blind_index"}
    for model in apps.get_models():
        names = {field.name for field in model._meta.get_fields() if hasattr(field, "column")}
        if model.__module__.startswith("minsheng.") and names & telling:
            assert not isinstance(declared()[model._meta.db_table], Open), model.__name__


def test_what_is_bound_stands_in_the_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relkind IN ('r', 'p')")
        bound = {name for (name,) in cursor.fetchall()}
    tables = set(connection.introspection.table_names())
    assert {name for name, one in declared().items() if isinstance(one, Bound) and name in tables} <= bound
