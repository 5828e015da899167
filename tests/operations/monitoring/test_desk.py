"""What stands on the desk after each run, and what verdicts and marks make of it."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from minsheng.domain.audit.models import Event
from minsheng.domain.monitoring.models import DeskWarning, Run, Verdict
from minsheng.domain.monitoring.operations import Visit, mark_noted, record_verdicts, undo_noted, withdraw_verdicts
from minsheng.domain.monitoring.operations.desk import clear, stand
from minsheng.domain.monitoring.operations.verdicts import WITHDRAWN_WITHIN, NoSuchBatch, TooLateToWithdraw
from minsheng.domain.monitoring.states import ANSWERED, DESK, HELD_BACK, OPEN, TRANSITIONS
from tests.operations.monitoring.desks import desk, month_run
from tests.operations.monitoring.district import AT, BY

pytestmark = pytest.mark.django_db
DAY = date(2026, 7, 5)
SOON = AT + timedelta(minutes=5)


def visit(run, key, verdict="TRUE_HELPED", *, batch="", at=AT, on=DAY):
    return record_verdicts(run=run.id, visits=[Visit(key, verdict, on)], batch=batch, by=BY, at=at)


def test_a_warning_nobody_answered_stays_while_the_household_has_a_level():
    june = month_run("2026-06", {1: {}, 2: {}, 3: {"level": 4}})
    july = month_run("2026-07", {2: {"level": 3, "cause": "escalated"}}, levels={1: 1, 3: 0})
    assert desk(june) == {1: (OPEN, "2026-06", "2026-06", 2), 2: (OPEN, "2026-06", "2026-06", 2), 3: (OPEN, "2026-06", "2026-06", 4)}
    assert desk(july) == {1: (OPEN, "2026-06", "2026-06", 1), 2: (OPEN, "2026-06", "2026-07", 3)}
    assert DeskWarning.objects.get(run_id=july.id, household_key=1).cause == "standing"


def test_an_answered_warning_does_not_come_again_and_a_later_one_counts_from_its_own_month():
    june = month_run("2026-06", {1: {}, 2: {}})
    visit(june, 1), visit(june, 2)
    july = month_run("2026-07", {2: {}}, levels={1: 2})
    assert desk(july) == {1: (ANSWERED, "2026-06", "2026-06", 2), 2: (OPEN, "2026-07", "2026-07", 2)}
    assert {status for status, *_ in desk(june).values()} == {ANSWERED}


def test_a_suppressed_warning_is_held_back_and_does_not_wait():
    month_run("2026-06", {1: {"suppressed": True}})
    july = month_run("2026-07", levels={1: 2})
    august = month_run("2026-08", {1: {}})
    assert desk(july)[1][0] == HELD_BACK
    assert desk(august)[1] == (OPEN, "2026-08", "2026-08", 2)


def test_with_every_status_the_desk_holds_whoever_has_a_level():
    june = month_run("2026-06", {1: {}, 2: {}, 3: {"suppressed": True}})
    visit(june, 1)
    assert set(desk(month_run("2026-07", {4: {}}, levels={1: 1, 2: 3, 3: 2, 5: 0}))) == {1, 2, 3, 4}


def test_a_verdict_answers_the_same_warning_in_the_months_that_carried_it_but_not_a_later_one():
    june = month_run("2026-06", {1: {}})
    july = month_run("2026-07", levels={1: 2})
    august = month_run("2026-08", {1: {}})
    visit(june, 1)
    assert [desk(run)[1][0] for run in (june, july, august)] == [ANSWERED, ANSWERED, OPEN]
    visit(august, 1, on=date(2026, 9, 1))
    assert desk(august)[1][0] == ANSWERED


def test_lines_of_models_do_not_touch_one_another():
    tiny, other = month_run("2026-06", {1: {}}), month_run("2026-06", {1: {}}, model="other@1.0")
    visit(tiny, 1)
    assert (desk(tiny)[1][0], desk(other)[1][0]) == (ANSWERED, OPEN)


def test_a_run_that_replaces_another_keeps_marks_and_verdicts_of_the_month():
    june = month_run("2026-06", {1: {}, 2: {}})
    visit(june, 1)
    mark_noted(run=june.id, households=[2], by=BY, at=AT)
    Run.objects.filter(pk=june.id).update(current=False)
    again = month_run("2026-06", {1: {}, 2: {}}, run_id="again")
    assert desk(again)[1][0] == ANSWERED
    assert DeskWarning.objects.get(run_id="again", household_key=2).noted_at == AT
    assert desk(june) == {}


def test_standing_a_second_time_changes_nothing_and_a_retired_run_is_cleared():
    june = month_run("2026-06", {1: {}})
    before = list(DeskWarning.objects.values_list())
    stand(run=june.id, by="other", at=SOON)
    assert list(DeskWarning.objects.values_list()) == before
    clear(runs=[june.id])
    assert desk(june) == {}


def test_verdicts_given_together_are_withdrawn_together_and_stay_on_record():
    june = month_run("2026-06", {1: {}, 2: {"suppressed": True}})
    visits = [Visit(key, "FALSE_DATA", DAY) for key in (1, 2)]
    assert record_verdicts(run=june.id, visits=visits, batch="b1", by=BY, at=AT) == 2
    assert withdraw_verdicts(batch="b1", by=BY, at=SOON) == 2
    assert [status for status, *_ in desk(june).values()] == [OPEN, HELD_BACK]
    assert set(Verdict.objects.values_list("withdrawn_at", "withdrawn_by")) == {(SOON, BY)}
    assert Event.objects.get(name="verdicts.withdrawn").detail == {"batch": "b1", "verdicts": {"FALSE_DATA": 2}}
    assert withdraw_verdicts(batch="b1", by=BY, at=SOON) == 0
    assert visit(june, 1) == 1


def test_the_same_batch_again_changes_nothing():
    june = month_run("2026-06", {1: {}, 2: {}})
    assert visit(june, 1, batch="b1") == 1
    assert visit(june, 2, batch="b1") == 0
    assert desk(june)[2][0] == OPEN


@pytest.mark.parametrize(
    ("batch", "by", "at", "refusal"),
    [
        ("b2", BY, SOON, NoSuchBatch),
        ("", BY, SOON, NoSuchBatch),
        ("b1", "user:other", SOON, NoSuchBatch),
        ("b1", BY, AT + WITHDRAWN_WITHIN + timedelta(seconds=1), TooLateToWithdraw),
    ],
)
def test_only_ones_own_verdicts_of_a_moment_ago_can_be_withdrawn(batch, by, at, refusal):
    june = month_run("2026-06", {1: {}})
    visit(june, 1, batch="b1")
    with pytest.raises(refusal):
        withdraw_verdicts(batch=batch, by=by, at=at)
    assert desk(june)[1][0] == ANSWERED


def test_the_database_refuses_to_change_what_a_verdict_says():
    visit(month_run("2026-06", {1: {}}), 1)
    with pytest.raises(DatabaseError), transaction.atomic():
        Verdict.objects.update(verdict="UNREACHABLE")


def test_marking_as_noted_touches_open_ones_once_and_is_undone_as_one():
    june = month_run("2026-06", {1: {}, 2: {}, 3: {"suppressed": True}})
    assert mark_noted(run=june.id, households=[1], by="user:first", at=AT) == 1
    assert mark_noted(run=june.id, households=[1, 2, 3], by=BY, at=SOON) == 1
    assert undo_noted(run=june.id, marked_at=SOON, by=BY, at=SOON) == 1
    assert undo_noted(run=june.id, marked_at=AT, by=BY, at=SOON) == 0
    assert list(DeskWarning.objects.exclude(noted_by="").values_list("household_key", "noted_by")) == [(1, "user:first")]
    assert [event.detail for event in Event.objects.filter(name="warnings.noted").order_by("id")] == [
        {"households": [1]},
        {"households": [2]},
    ]
    assert Event.objects.get(name="warnings.unnoted").detail == {"households": [2]}


def test_every_status_has_words_an_owner_and_a_way_into_it():
    assert {transition.after for transition in TRANSITIONS} == set(DESK)
    assert all(status.title.zh and status.title.en and status.owner.zh and status.owner.en for status in DESK.values())
