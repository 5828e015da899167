"""The search page's reads: each filter, pages without gaps, counts that stop."""

from datetime import timedelta

import pytest

from minsheng.domain.audit.operations import record
from minsheng.domain.audit.queries import AtMost, Sought, count_entries, search_entries
from minsheng.domain.places.models import Division
from minsheng.kernel.divisions import NotADivisionCode
from tests.operations.audit.log import at

pytestmark = pytest.mark.django_db


@pytest.fixture
def log():
    record("delivery.held", by="user:wang", at=at(1), subject="d1", division="620102001000", purpose="每月接收")
    record("delivery.released", by="user:li", at=at(2), subject="d1", division="620102001000", purpose="电话核实")
    record("people.merged", by="user:li", at=at(3), subject="person:7", division="620103000000", detail={"into": 8})
    record("month.closed", by="job:month", at=at(3), subject="2026-10")


def found(**sought):
    return [entry.name for entry in search_entries(Sought(**sought)).entries]


@pytest.mark.parametrize(
    ("sought", "names"),
    [
        ({}, ["month.closed", "people.merged", "delivery.released", "delivery.held"]),
        ({"by": "user:li"}, ["people.merged", "delivery.released"]),
        ({"subject": "d1"}, ["delivery.released", "delivery.held"]),
        ({"names": ("delivery.held", "month.closed")}, ["month.closed", "delivery.held"]),
        ({"from_at": at(2), "until_at": at(3)}, ["delivery.released"]),
        ({"division": "620102"}, ["delivery.released", "delivery.held"]),
        ({"division": "620000000000"}, ["people.merged", "delivery.released", "delivery.held"]),
        ({"division": "63"}, []),
        ({"purpose": "核实"}, ["delivery.released"]),
        ({"purpose": "%"}, []),
        ({"by": "user:li", "division": "620103"}, ["people.merged"]),
    ],
)
def test_each_filter_narrows_the_search(log, sought, names):
    assert found(**sought) == names
    assert count_entries(Sought(**sought)) == AtMost(len(names), False)


def test_an_entry_is_shown_with_its_titles_and_place(log):
    Division.objects.create(code="620000000000", name="某省", level=1, lowest_level=1, valid_from=at(0).date())
    record("delivery.held", by="user:wang", at=at(9), subject="d2", division="620000000000", purpose="每月接收")
    entry = search_entries(Sought(names=("delivery.held",))).entries[0]
    assert (entry.title.zh, entry.title.en, entry.place, entry.purpose) == ("数据待放行", "Delivery held", "某省", "每月接收")


def test_pages_follow_one_another_without_gaps_whatever_comes_meanwhile(log):
    for number in range(20):
        record("month.closed", by="job:month", at=at(5), subject=str(number))
    seen, after = [], None
    while True:
        page = search_entries(Sought(), after=after, limit=5)
        seen += [entry.id for entry in page.entries]
        record("month.closed", by="job:month", at=at(9) + timedelta(minutes=len(seen)), subject="meanwhile")
        if page.after is None:
            break
        after = page.after
    assert len(seen) == len(set(seen)) == 24


def test_pages_cost_a_constant_number_of_queries(log, django_assert_num_queries):
    with django_assert_num_queries(2):
        search_entries(Sought())


def test_counts_stop_where_they_are_told(log):
    assert count_entries(Sought(), at_most=3) == AtMost(3, True)


def test_a_division_that_is_none_is_said(log):
    with pytest.raises(NotADivisionCode):
        search_entries(Sought(division="6"))
