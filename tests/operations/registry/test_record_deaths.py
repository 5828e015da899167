from datetime import date

import polars as pl
import pytest

from minsheng.domain.registry.models import Death
from minsheng.domain.registry.operations import NoSuchPerson, merge_people, record_deaths
from minsheng.domain.registry.queries import frozen_registry
from minsheng.kernel.periods import Month
from tests.factories import AT, BY, apply_month, household, member
from tests.operations.registry.reading import events, frozen

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _a_couple(db):
    apply_month("2026-07", [household("H1")], [member("H1", 1), member("H1", 2)])


def died(*deaths, delivery="cremations-1"):
    rows = pl.DataFrame(deaths, schema={"person_key": pl.Int64, "died_on": pl.Date}, orient="row")
    return record_deaths(rows=rows, delivery=delivery, by=BY, at=AT)


def names(month):
    return [name for _, name, *_ in frozen(month)["members"]]


def deceased(month):
    return frozen_registry(Month.parse(month)).deceased.select("person_key", "household_key", "died_on", "listed", "age").rows()


def test_the_dead_do_not_count_from_the_month_of_their_death():
    assert died((1, date(2026, 8, 31))) == 1
    assert names("2026-07") == ["甲一", "甲二"]
    assert names("2026-08") == ["甲二"]
    assert frozen("2026-08")["members"][0][-3:-1] == ("1", "True")


def test_the_dead_who_are_still_listed_are_told_apart_from_those_who_are_not():
    died((1, date(2026, 8, 5)))
    assert deceased("2026-07") == []
    assert deceased("2026-08") == [(1, 1, date(2026, 8, 5), True, 46)]
    apply_month("2026-09", [household("H1")], [member("H1", 2)])
    assert deceased("2026-09") == [(1, 1, date(2026, 8, 5), False, 46)]
    assert deceased("2026-08") == [(1, 1, date(2026, 8, 5), True, 46)]


def test_who_had_left_before_they_died_is_nobody_s_dead():
    apply_month("2026-08", [household("H1")], [member("H1", 2)])
    died((1, date(2026, 8, 5)))
    assert deceased("2026-08") == []


def test_the_earliest_day_reported_counts():
    died((1, date(2026, 8, 9)), (1, date(2026, 8, 7)))
    died((1, date(2026, 7, 31)), delivery="household-register-1")
    assert deceased("2026-07") == [(1, 1, date(2026, 7, 31), True, 46)]
    assert Death.objects.count() == 2


def test_a_death_of_a_merged_person_is_the_other_s():
    died((2, date(2026, 7, 9)))
    merge_people(person_from=2, person_into=1, reason="同一人", by=BY, at=AT)
    assert deceased("2026-07") == [(1, 1, date(2026, 7, 9), True, 46)]
    assert names("2026-07") == []


def test_recording_a_delivery_again_replaces_what_it_said():
    died((1, date(2026, 7, 9)), (2, date(2026, 7, 9)))
    died((2, date(2026, 7, 8)))
    assert list(Death.objects.values_list("person_id", "died_on")) == [(2, date(2026, 7, 8))]


def test_the_death_of_an_unknown_person_is_refused():
    with pytest.raises(NoSuchPerson):
        died((99, date(2026, 7, 9)))
    assert not Death.objects.exists()


def test_the_event_holds_the_count():
    died((1, date(2026, 7, 9)))
    assert events("deaths.recorded") == [{"deaths": 1}]
