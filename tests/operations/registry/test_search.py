"""One box: what is typed is told for what it is, and finds whom it should, within one's area."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from minsheng.domain.access.roles import Role
from minsheng.domain.access.row_security.acting import bound_to
from minsheng.domain.registry.models import Household, ListedPerson
from minsheng.domain.registry.queries import found_first, sought
from tests import factories
from tests.staff import somebody

pytestmark = pytest.mark.django_db
HERE, THERE = "999001001201", "999002001201"


def register(month="2026-06", *, names=("欧阳春", "曾小明"), places=(HERE, THERE)):
    homes = [factories.household(f"HH{number}0", division=place) for number, place in enumerate(places, start=1)]
    people = [factories.member(f"HH{number}0", number, relation="self", name=name) for number, name in enumerate(names, start=1)]
    factories.apply_month(month, homes, people)


def found(text, within=("99",)):
    households = found_first(sought(text), keys=factories.KEYS, within=within, limit=20)
    return [Household.objects.get(key=one.household_key).number for one in households]


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("", "nothing"),
        ("   ", "nothing"),
        ("!?", "nothing"),
        ("\0", "nothing"),
        (factories.identity_number(1), "identity_number"),
        (f" {factories.identity_number(1).lower()} ", "identity_number"),
        ("HH10", "household"),
        ("12345", "household"),
        ("欧阳 春", "name"),
        ("ou yang", "pinyin"),
        ("OYC", "pinyin"),
        ("lü", "pinyin"),
        ("王" * 10_000, "name"),
        ("%_", "nothing"),
    ],
)
def test_what_is_typed_is_told_for_what_it_is(typed, kind):
    assert sought(typed).kind == kind


@pytest.mark.parametrize("typed", ["欧阳", "歐陽春", "ouyang", "ou yang chun", "OYC", "oy", "HH10", "hh1", factories.identity_number(1)])
def test_each_way_of_asking_finds_the_household(typed):
    register()
    assert found(typed) == ["HH10"]


@pytest.mark.parametrize("typed", ["阳", "yang", "H1", "%", "_阳", factories.identity_number(9), "王" * 10_000])
def test_what_is_not_a_beginning_finds_nothing(typed):
    register()
    assert found(typed) == []


def test_an_identity_number_is_looked_up_by_index_whether_it_is_valid_or_was():
    with connection.cursor() as cursor, CaptureQueriesContext(connection) as put:
        cursor.execute("SET LOCAL enable_seqscan = off")
        found(factories.identity_number(1))
        asked = next(one["sql"] for one in put.captured_queries if "blind_index" in one["sql"])
        cursor.execute(f"EXPLAIN {asked}")
        plan = " ".join(line for (line,) in cursor.fetchall())
    assert "number_has_one_person" in plan
    assert "registry_former_number" in plan


def test_a_surname_is_found_in_its_own_reading():
    register()
    assert found("zeng") == ["HH20"]


def test_a_renamed_person_and_a_household_that_moved_are_found_as_they_are_now():
    register()
    register("2026-07", names=("赵春", "曾小明"), places=(THERE, THERE))
    assert (found("欧阳"), found("赵")) == ([], ["HH10"])
    assert set(ListedPerson.objects.values_list("division", flat=True)) == {THERE}


def test_who_left_is_not_listed_and_who_came_back_is():
    register()
    factories.apply_household_rows("2026-07", [factories.household("HH10"), factories.household("HH20", division=THERE)])
    gone = factories.member("HH10", 1, relation="self", name="欧阳春", left_on=date(2026, 7, 3))
    factories.apply_member_rows("2026-07", [gone, factories.member("HH20", 2, relation="self", name="曾小明")])
    assert ListedPerson.objects.count() == 1
    register("2026-08")
    assert found("欧阳") == ["HH10"]


def test_the_list_follows_everything_the_register_writes():
    register()
    register("2026-07", names=("欧阳春", "曾小明", "钱三"), places=(HERE, THERE, HERE))
    rows = ListedPerson.objects.order_by("person_key").values_list("name", "pinyin", "initials", "division")
    assert list(rows) == [
        ("欧阳春", "ouyangchun", "oyc", HERE),
        ("曾小明", "zengxiaoming", "zxm", THERE),
        ("钱三", "qiansan", "qs", HERE),
    ]


@pytest.mark.parametrize("typed", ["曾", "zeng", "zxm", "HH20", factories.identity_number(2)])
def test_nobody_finds_beyond_their_area_with_every_filter_in_python_removed(typed):
    register()
    viewer = somebody(Role.MONITOR, "999001")
    with bound_to(viewer.pk):
        assert found(typed) == []
    with bound_to(somebody(Role.MONITOR, "999002").pk):
        assert found(typed) == ["HH20"]
    with bound_to(None):
        assert found(typed) == []
