"""Carrying out: begun, said how far, done or failed; cancelled and given back at a pause; an attempt that counts no more says nothing."""

import logging
import time

import pytest
from django.utils import timezone

from minsheng.domain.access.models import User
from minsheng.domain.access.roles import Role
from minsheng.domain.installation import Installation
from minsheng.domain.jobs import operations, policies, pulse, queries
from minsheng.domain.jobs.kinds import Done, Task
from minsheng.domain.jobs.models import Job
from minsheng.kernel.errors import Refusal
from tests.operations.jobs.made_up import BY, a_kind, asked, carried_out, entries, events, queued
from tests.staff import somebody

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "周芷若 999001199001011234"


@pytest.fixture(autouse=True)
def quick_pulse(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulse.Pulse.__init__, "__kwdefaults__", {"every": 0.02})


def wait_for(job: int, **facts: object) -> None:
    until = time.monotonic() + 10
    while not Job.objects.filter(pk=job, **facts).exists() and time.monotonic() < until:
        time.sleep(0.01)


def test_work_that_ends_well_leaves_its_result_and_where_to_look(installation: Installation) -> None:
    def work(task: Task) -> Done:
        assert (task.text("field"), task.by, task.asked_by) == ("north", "job:dig", BY)
        return Done({"rows": 3}, "office:run", {"run": "abc"})

    with a_kind(work):
        job = carried_out(asked(), installation)
    assert (job.state, job.result, job.link_route, job.link) == ("done", {"rows": 3}, "office:run", {"run": "abc"})
    assert job.finished_at >= job.started_at
    assert events(job.pk) == ["job.asked", "job.begun", "job.done"]


def test_progress_is_seen_while_the_work_goes_on(installation: Installation) -> None:
    def work(task: Task) -> None:
        with task.progress.step("翻地 digging", total=3) as step:
            step.advance(2)
            step.note("the wet corner")
            wait_for(task.job, done=2, total=3, step="翻地 digging", note="the wet corner")
            seen.append(queries.job_numbered(task.job, at=timezone.now()))

    seen: list[queries.JobView] = []
    with a_kind(work):
        job = carried_out(asked(), installation)
    assert [(one.state, one.done, one.total, one.note, one.silent) for one in seen] == [("running", 2, 3, "the wet corner", False)]
    assert entries(job.pk) == ["asked", "begun", "step", "done"]


def test_a_refusal_is_told_in_its_words(installation: Installation) -> None:
    def work(_: Task) -> None:
        raise Refusal("The field is under water.", next_step="Wait for spring.")

    with a_kind(work):
        job = carried_out(asked(), installation)
    assert (job.state, job.error_code, job.error, job.next_step) == ("failed", "refused", "The field is under water.", "Wait for spring.")


def test_anything_else_is_told_by_its_type_alone(installation: Installation, caplog: pytest.LogCaptureFixture) -> None:
    def work(_: Task) -> None:
        raise ValueError(SECRET)

    with a_kind(work), caplog.at_level(logging.CRITICAL):
        job = carried_out(asked(), installation)
    assert (job.state, job.error_code, job.error) == ("failed", "unexpected", "ValueError")
    assert SECRET not in str(Job.objects.filter(pk=job.pk).values())


def test_a_running_job_that_is_cancelled_stops_at_its_next_pause(installation: Installation) -> None:
    def work(task: Task) -> None:
        with task.progress.step("digging") as step:
            operations.cancel_job(job=task.job, by="user:li", at=timezone.now())
            for _ in range(500):
                time.sleep(0.01)
                step.advance()
        raise AssertionError("it did not stop")

    with a_kind(work):
        job = carried_out(asked(), installation)
    assert (job.state, job.cancel_asked_by) == ("cancelled", "user:li")
    assert events(job.pk) == ["job.asked", "job.begun", "job.cancel_asked", "job.cancelled"]


def test_work_that_was_over_before_it_heard_of_the_cancelling_is_done(installation: Installation) -> None:
    def work(task: Task) -> None:
        operations.cancel_job(job=task.job, by="user:li", at=timezone.now())

    with a_kind(work):
        assert carried_out(asked(), installation).state == "done"


def test_a_job_goes_back_to_its_queue_when_its_worker_ends_and_is_carried_out_by_the_next(installation: Installation) -> None:
    def work(task: Task) -> None:
        with task.progress.step("digging") as step:
            step.advance()

    with a_kind(work):
        job = carried_out(asked(), installation, stopping=lambda: True)
        assert (job.state, queued(job.pk)) == ("waiting", [("short", "todo")] * 2)
        assert carried_out(job.pk, installation).state == "done"
    assert events(job.pk) == ["job.asked", "job.begun", "job.given_back", "job.begun", "job.done"]


def test_an_attempt_that_was_taken_over_says_nothing_more(installation: Installation) -> None:
    def work(task: Task) -> Done:
        if attempts.append(task.job) or len(attempts) == 1:
            Job.objects.filter(pk=task.job).update(heartbeat_at=timezone.now() - 2 * policies.SILENT_AFTER)
            operations.retry_job(job=task.job, by=BY, at=timezone.now())
            carried_out(task.job, installation)
        return Done({"attempt": len(attempts)})

    attempts: list[int] = []
    with a_kind(work):
        job = carried_out(asked(), installation)
    assert (job.state, job.attempts, job.result) == ("done", 2, {"attempt": 2})


def test_a_job_is_carried_out_once(installation: Installation) -> None:
    times: list[int] = []
    with a_kind(lambda task: times.append(task.job)):
        job = carried_out(asked(), installation)
        carried_out(job.pk, installation)
    assert len(times) == 1


def test_whoever_asked_must_still_be_allowed_when_it_begins(installation: Installation) -> None:
    monitor = somebody(Role.MONITOR)
    times: list[int] = []
    with a_kind(lambda task: times.append(task.job)):
        allowed, refused = asked(by=monitor.acts_as), asked({"field": "south"}, by=monitor.acts_as)
        assert carried_out(allowed, installation).state == "done"
        User.objects.filter(pk=monitor.pk).update(is_active=False)
        job = carried_out(refused, installation)
    assert (job.state, job.error_code, len(times)) == ("failed", "not-allowed", 1)
