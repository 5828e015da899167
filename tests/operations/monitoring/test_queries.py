from datetime import timedelta

import pytest

from minsheng.domain.monitoring.models import Hit, HouseholdLevel
from minsheng.domain.monitoring.queries import (
    NO_DIVISION,
    NoSuchRun,
    current_run,
    hits_at_verdict,
    latest_run,
    levels_of,
    run_named,
    run_of,
    runs_in_order,
    warnings_by_township,
    warnings_of,
)
from minsheng.kernel.divisions import NotADivisionCode
from minsheng.kernel.periods import Month
from tests.operations.monitoring.district import AT
from tests.operations.monitoring.published import published_run, warned

pytestmark = pytest.mark.django_db

VILLAGE, NEXT_VILLAGE, TOWNSHIP = "999010010201", "999010010202", "999010010000"
LOOKALIKE_TOWNSHIP, LOOKALIKE_COUNTY, LOOKALIKE_PREFECTURE = "999010011201", "999011010201", "991011010201"


@pytest.fixture
def run():
    return published_run()


def test_the_most_urgent_come_first(run):
    for household, level, score in ((1, 2, 50), (2, 4, 90), (3, 2, 59), (4, 2, 59)):
        warned(run, household, level=level, score=score * 1_000_000)
    assert [warning.household_key for warning in warnings_of(run)] == [2, 3, 4, 1]


def test_suppressed_warnings_are_listed_only_when_asked_for(run):
    warned(run, 1)
    warned(run, 2, suppressed=True, suppressed_by="TRUE_HELPED")
    assert [warning.household_key for warning in warnings_of(run)] == [1]
    assert [(w.household_key, w.suppressed_by) for w in warnings_of(run, with_suppressed=True)] == [(1, ""), (2, "TRUE_HELPED")]


def test_warnings_can_be_asked_from_a_level_on(run):
    for household, level in enumerate((1, 2, 3, 4)):
        warned(run, household, level=level)
    assert [warning.level for warning in warnings_of(run, least_level=3)] == [4, 3]


@pytest.mark.parametrize(
    ("division", "households"),
    [
        (VILLAGE, [1]),
        (TOWNSHIP, [1, 2]),
        ("999010010", [1, 2]),
        ("999010000000", [1, 2, 3]),
        ("999010", [1, 2, 3]),
        ("999000000000", [1, 2, 3, 4]),
        ("990000000000", [1, 2, 3, 4, 5]),
        ("", [1, 2, 3, 4, 5]),
        ("420106", []),
    ],
)
def test_a_division_is_asked_for_by_its_code_and_no_place_that_only_looks_alike_comes_with_it(run, division, households):
    """`999010010000` without its zeros would also be the beginning of township 011, and 9990 of 999000's neighbours."""
    for household, place in enumerate((VILLAGE, NEXT_VILLAGE, LOOKALIKE_TOWNSHIP, LOOKALIKE_COUNTY, LOOKALIKE_PREFECTURE), start=1):
        warned(run, household, division=place)
    assert [warning.household_key for warning in warnings_of(run, division=division)] == households


def test_what_is_no_division_code_is_refused(run):
    with pytest.raises(NotADivisionCode):
        warnings_of(run, division="武昌区")


def test_townships_count_the_warnings_that_go_out_by_level(run):
    rows = ((VILLAGE, 2), (NEXT_VILLAGE, 2), (VILLAGE, 4), (TOWNSHIP, 1), (LOOKALIKE_TOWNSHIP, 1))
    for household, (place, level) in enumerate(rows):
        warned(run, household, division=place, level=level)
    warned(run, len(rows), division=VILLAGE, level=3, suppressed=True)
    assert warnings_by_township(run) == [(TOWNSHIP, {1: 1, 2: 2, 4: 1}), ("999010011000", {1: 1})]


def test_households_without_a_division_have_a_line_of_their_own_at_the_end(run):
    for household, place in enumerate((VILLAGE, "", "")):
        warned(run, household, division=place)
    assert warnings_by_township(run) == [(TOWNSHIP, {2: 1}), (NO_DIVISION, {2: 2})]


def test_levels_are_those_of_households_that_have_one(run):
    for household, level in ((1, 0), (2, 1), (3, 4)):
        facts = {"previous_level": 0, "change": "new", "score": 0, "division": VILLAGE}
        HouseholdLevel.objects.create(month=run.month, run_id=run.id, household_key=household, level=level, **facts)
    assert levels_of(run) == {2: 1, 3: 4}


def test_a_run_is_named_by_the_beginning_of_its_id(run):
    published_run("a1ff", month="2026-07")
    assert run_named("a1b") == run
    for name in ("a1", "b", ""):
        with pytest.raises(NoSuchRun):
            run_named(name)


def test_the_run_of_a_month_is_the_current_one(run):
    published_run("older", current=False)
    assert run_of(Month(2026, 6)) == run_of(Month(2026, 6), "tiny") == run_of(Month(2026, 6), "tiny@2026.1") == run
    assert current_run("tiny", Month(2026, 6)) == run
    assert current_run("tiny", Month(2026, 7)) is None


def test_where_two_models_ran_a_month_the_latest_run_is_meant_unless_one_is_named(run):
    other = published_run("b7", model="other@2026.1", at=AT + timedelta(hours=1))
    assert run_of(Month(2026, 6)) == other
    assert run_of(Month(2026, 6), "tiny") == run


@pytest.mark.parametrize(("month", "model"), [("2026-07", None), ("2026-06", "other"), ("2026-06", "tiny@2026.2")])
def test_a_month_that_has_not_been_run_is_refused_with_what_to_do(run, month, model):
    with pytest.raises(NoSuchRun) as refused:
        run_of(Month.parse(month), model)
    assert f"minsheng monitor run --month {month}" in refused.value.next_step


def test_the_latest_run_is_of_the_newest_month(run):
    newest = published_run("c3", month="2026-08", at=AT - timedelta(days=1))
    published_run("d4", month="2026-09", current=False)
    assert latest_run() == latest_run("tiny") == newest
    assert [one.id for one in runs_in_order()] == [run.id, newest.id]
    with pytest.raises(NoSuchRun):
        latest_run("other")


def test_what_a_warning_rested_on_is_told_by_run_and_household(run):
    later = published_run("later", month="2026-07")
    for one, household, band in ((run, 1, 1), (run, 2, 2), (later, 1, 3)):
        facts = {"person_key": household, "indicator": "own_cost", "value": 1, "points": 1, "stale_months": 0, "is_new": True}
        Hit.objects.create(month=one.month, run_id=one.id, household_key=household, band=band, **facts)
    found = hits_at_verdict({run.id: [1], later.id: [1, 2]})
    assert [(hit["household_key"], hit["band"]) for hit in found] == [(1, 1), (1, 3)]
