"""Cancelling and retrying, and what becomes of jobs whose worker died."""

from datetime import timedelta

import pytest
from django.utils import timezone

from minsheng.domain.jobs import operations, queries, states
from minsheng.domain.jobs.kinds import Done
from minsheng.domain.jobs.models import Job
from minsheng.domain.jobs.operations.turning import NotToCancel, NotToRetry
from minsheng.domain.jobs.policies import MOST_ATTEMPTS, NoSuchJob
from tests.operations.jobs.made_up import BY, a_kind, asked, events, fetched, queued, silenced

pytestmark = pytest.mark.django_db


def cancel(job: int) -> str:
    return operations.cancel_job(job=job, by=BY, at=timezone.now())


def retry(job: int) -> None:
    operations.retry_job(job=job, by=BY, at=timezone.now())


def pick_up() -> list[int]:
    return operations.pick_up_abandoned(by="job:timetable", at=timezone.now())


def test_a_waiting_job_is_cancelled_at_once_and_cancelling_again_changes_nothing() -> None:
    with a_kind():
        job = asked()
        assert [cancel(job), cancel(job)] == ["cancelled", "cancelled"]
    assert (events(job), queued(job)) == (["job.asked", "job.cancelled"], [("short", "cancelled")])


def test_a_running_job_is_asked_to_stop() -> None:
    with a_kind():
        job = asked()
        assert operations.begin_job(job=job, at=timezone.now()) is not None
        assert [cancel(job), cancel(job)] == ["cancelling", "cancelling"]


def test_what_is_done_can_be_neither_cancelled_nor_tried_again() -> None:
    with a_kind():
        job = asked()
        begun = operations.begin_job(job=job, at=timezone.now())
        assert begun is not None
        with pytest.raises(NotToRetry):
            retry(job)
        operations.finish_job(begun=begun, done=Done(), at=timezone.now())
        with pytest.raises(NotToCancel):
            cancel(job)
        with pytest.raises(NotToRetry):
            retry(job)
    with pytest.raises(NoSuchJob):
        cancel(job + 1)


def test_a_failed_job_waits_again_when_it_is_tried_again() -> None:
    with a_kind():
        job = asked()
        begun = operations.begin_job(job=job, at=timezone.now())
        assert begun is not None
        operations.fail_job(begun=begun, fault=ValueError(), at=timezone.now())
        retry(job)
    assert events(job)[-2:] == ["job.failed", "job.retried"]
    assert queued(job)[-1] == ("short", "todo")


def test_a_job_is_not_tried_again_beside_another_of_the_same() -> None:
    with a_kind():
        job = asked()
        cancel(job)
        other = asked()
        with pytest.raises(operations.AlreadyAsked) as refused:
            retry(job)
    assert refused.value.job == other
    assert queued(job) == [("short", "cancelled")]


def test_a_job_whose_worker_died_shows_itself_and_can_be_tried_again_or_cancelled() -> None:
    with a_kind():
        first, second = asked(), asked({"field": "south"})
        silenced(first), silenced(second)
        stuck = queries.stuck_jobs(at=timezone.now())
        assert [(one.number, one.silent, one.can_retry, one.can_cancel) for one in stuck] == [
            (first, True, True, True),
            (second, True, True, True),
        ]
        retry(first)
        assert cancel(second) == "cancelled"
    assert queued(first) == [("short", "failed"), ("short", "todo")]
    assert queued(second) == [("short", "failed")]
    assert events(first)[-2:] == ["job.failed", "job.retried"]


def test_what_was_kept_waiting_behind_a_dead_workers_job_goes_on() -> None:
    with a_kind(alone="field"):
        first, second = asked(), asked({"field": "south"})
        fetched(first)
        assert pick_up() == [first]
        fetched(second)


def test_work_that_stands_still_under_a_living_worker_shows_itself_too() -> None:
    with a_kind():
        job = asked()
        assert operations.begin_job(job=job, at=timezone.now()) is not None
        Job.objects.filter(pk=job).update(moved_at=timezone.now() - timedelta(hours=1))
        assert [(one.silent, one.standing) for one in queries.stuck_jobs(at=timezone.now())] == [(False, True)]


def test_jobs_whose_worker_died_are_tried_again_a_few_times_and_then_wait_for_a_person() -> None:
    with a_kind():
        job = asked()
        for _ in range(MOST_ATTEMPTS):
            silenced(job)
            assert pick_up() == [job]
        assert queries.job_numbered(job, at=timezone.now()).failure == queries.Failure(
            "worker-died", "The worker that carried this out ended without a word.", "Try it again: what was finished stays."
        )
        assert pick_up() == []


def test_a_job_that_was_fetched_and_never_begun_is_queued_again() -> None:
    with a_kind():
        job = asked()
        fetched(job)
        assert pick_up() == [job]
    assert queued(job) == [("short", "failed"), ("short", "todo")]


def test_a_job_that_was_being_cancelled_when_its_worker_died_is_cancelled() -> None:
    with a_kind():
        job = asked()
        silenced(job)
        Job.objects.filter(pk=job).update(state=states.CANCELLING)
        assert pick_up() == [job]
        assert Job.objects.get(pk=job).state == "cancelled"


def test_every_state_has_words_an_owner_and_a_way_to_an_end() -> None:
    assert set(states.STATES) == {*states.LIVING, *states.ENDED}
    assert all(label.zh and label.en and label.owner for label in states.STATES.values())
    moves = {(row.before, row.after) for row in states.TRANSITIONS}
    assert len(moves) == len(states.TRANSITIONS)
    assert {before for before, _ in moves} - {None} >= set(states.LIVING)
    assert {after for before, after in moves if before in states.LIVING} >= set(states.ENDED)
