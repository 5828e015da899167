from datetime import date

import polars as pl
import pytest

from minsheng.domain.registry.operations import record_deaths, withdraw_deaths
from tests.factories import AT, BY, apply_month, household, member
from tests.operations.registry.reading import events, frozen

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _a_couple(db):
    apply_month("2026-07", [household("H1")], [member("H1", 1), member("H1", 2)])


def died(*persons, delivery):
    rows = pl.DataFrame({"person_key": persons}).with_columns(died_on=pl.lit(date(2026, 7, 9)))
    record_deaths(rows=rows, delivery=delivery, by=BY, at=AT)


def names():
    return [name for _, name, *_ in frozen("2026-07")["members"]]


def test_withdrawing_a_delivery_s_deaths_leaves_those_that_others_reported():
    died(1, 2, delivery="cremations-1")
    died(1, delivery="household-register-1")
    assert names() == []
    assert withdraw_deaths(delivery="cremations-1", by=BY, at=AT) == 2
    assert names() == ["甲二"]


def test_withdrawing_twice_withdraws_nothing_more():
    died(1, delivery="cremations-1")
    withdraw_deaths(delivery="cremations-1", by=BY, at=AT)
    assert withdraw_deaths(delivery="cremations-1", by=BY, at=AT) == 0


def test_the_event_holds_the_count():
    died(1, delivery="cremations-1")
    withdraw_deaths(delivery="cremations-1", by=BY, at=AT)
    assert events("deaths.withdrawn") == [{"deaths": 1}]
