from datetime import date, timedelta

import pytest

from minsheng.domain.audit.models import Event
from minsheng.domain.monitoring.models import Verdict
from minsheng.domain.monitoring.operations import Visit, record_verdicts
from minsheng.domain.monitoring.operations.verdicts import NoSuchWarning, NotAVerdict, NotOnTheRoll, VisitToCome
from minsheng.domain.monitoring.queries import run_named
from minsheng.domain.monitoring.states import VERDICTS
from tests.operations.monitoring.district import AT, BY
from tests.operations.monitoring.published import on_the_roll, published_run, warned

pytestmark = pytest.mark.django_db

DAY = date(2026, 7, 5)


@pytest.fixture(autouse=True)
def _three_warnings(db):
    run = published_run("june")
    for household in (1, 2, 3):
        warned(run, household, suppressed=household == 3)


def say(*visits, run="june"):
    return record_verdicts(run=run, visits=visits, by=BY, at=AT)


def said():
    return list(Verdict.objects.order_by("household_key", "given_on").values_list("household_key", "verdict", "given_on", "note"))


def test_what_was_found_is_recorded_with_who_and_when():
    assert say(Visit(1, "TRUE_HELPED", DAY, "seen"), Visit(2, "FALSE_DATA", DAY)) == 2
    assert said() == [(1, "TRUE_HELPED", DAY, "seen"), (2, "FALSE_DATA", DAY, "")]
    assert set(Verdict.objects.values_list("run_id", "given_by", "recorded_at")) == {("june", BY, AT)}


def test_one_event_a_verdict_counts_the_households():
    say(Visit(1, "TRUE_HELPED", DAY), Visit(2, "TRUE_HELPED", DAY), Visit(3, "UNREACHABLE", DAY))
    events = Event.objects.filter(name="verdict.recorded", subject="run:june").values_list("detail", flat=True)
    assert list(events.order_by("id")) == [{"verdict": "TRUE_HELPED", "households": 2}, {"verdict": "UNREACHABLE", "households": 1}]


def test_a_household_whose_warning_was_suppressed_can_be_visited_too():
    assert say(Visit(3, "TRUE_NOT_ELIGIBLE", DAY)) == 1


def test_the_same_day_again_changes_nothing():
    say(Visit(1, "TRUE_HELPED", DAY))
    assert say(Visit(1, "FALSE_DATA", DAY)) == 0
    assert say(Visit(2, "FALSE_DATA", DAY), Visit(2, "TRUE_HELPED", DAY)) == 1
    assert said() == [(1, "TRUE_HELPED", DAY, ""), (2, "FALSE_DATA", DAY, "")]
    assert Event.objects.count() == 2


def test_a_later_visit_stands_beside_the_first():
    say(Visit(1, "UNREACHABLE", DAY))
    assert say(Visit(1, "TRUE_HELPED", date(2026, 7, 9))) == 1
    assert [verdict for _, verdict, *_ in said()] == ["UNREACHABLE", "TRUE_HELPED"]


@pytest.mark.parametrize("verdict", sorted(VERDICTS))
def test_every_verdict_can_be_given(verdict):
    assert say(Visit(1, verdict, DAY)) == 1


def test_a_word_that_is_no_verdict_is_refused_and_nothing_is_recorded():
    with pytest.raises(NotAVerdict) as refused:
        say(Visit(1, "TRUE_HELPED", DAY), Visit(2, "MAYBE", DAY))
    assert "TRUE_HELPED" in refused.value.next_step
    assert not said()


@pytest.mark.parametrize(("at", "day"), [(AT, date(2026, 11, 21)), (AT.replace(hour=16), date(2026, 11, 22))])
def test_a_visit_to_come_is_refused_and_nothing_is_recorded(at, day):
    """It is tomorrow in Beijing from 16:00 UTC on."""
    tomorrow = Visit(1, "TRUE_HELPED", day + timedelta(days=1))
    with pytest.raises(VisitToCome) as refused:
        record_verdicts(run="june", visits=[Visit(2, "TRUE_HELPED", day), tomorrow], by=BY, at=at)
    assert str(day) in str(refused.value)
    assert not said()
    assert record_verdicts(run="june", visits=[Visit(2, "TRUE_HELPED", day)], by=BY, at=at) == 1


@pytest.mark.parametrize(("run", "household"), [("june", 4), ("july", 1)])
def test_a_household_without_a_warning_in_that_run_is_refused_and_nothing_is_recorded(run, household):
    with pytest.raises(NoSuchWarning):
        say(Visit(2, "TRUE_HELPED", DAY), Visit(household, "TRUE_HELPED", DAY), run=run)
    assert not said()


def test_a_household_of_the_random_sample_need_not_have_been_warned_of():
    run = run_named("june")
    for household in (1, 4):
        on_the_roll(run, household)
    assert record_verdicts(run="june", visits=[Visit(4, "TRUE_HELPED", DAY), Visit(1, "FALSE_DATA", DAY)], sample=True, by=BY, at=AT) == 2
    assert [household for household, *_ in said()] == [1, 4]


def test_a_sampled_household_that_was_not_on_the_roll_is_refused_and_nothing_is_recorded():
    with pytest.raises(NotOnTheRoll):
        record_verdicts(run="june", visits=[Visit(1, "TRUE_HELPED", DAY), Visit(9, "TRUE_HELPED", DAY)], sample=True, by=BY, at=AT)
    assert not said()
