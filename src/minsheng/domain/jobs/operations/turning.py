"""What people do with a job that was asked for: cancel it, or have it tried again."""

from datetime import datetime
from typing import ClassVar, Final

from django.db import IntegrityError, transaction

from minsheng.domain.jobs import queue, states
from minsheng.domain.jobs.kinds import kind_named
from minsheng.domain.jobs.models import Job
from minsheng.domain.jobs.operations.asking import AlreadyAsked
from minsheng.domain.jobs.operations.moving import locked, move
from minsheng.domain.jobs.policies import NoSuchJob, is_silent
from minsheng.kernel.errors import Refusal

_FRESH: Final = {"finished_at": None, "heartbeat_at": None, "cancel_asked_at": None, "cancel_asked_by": ""}


class NotToCancel(Refusal):
    """The job has ended already."""

    code: ClassVar[str] = "job-has-ended"


class NotToRetry(Refusal):
    """The job is still under way, or is done."""

    code: ClassVar[str] = "job-not-to-retry"


@transaction.atomic
def cancel_job(*, job: int, by: str, at: datetime) -> str:
    """Cancel a job; returns its state then: a waiting one is cancelled, a running one as soon as its work comes to a pause.

    One whose worker has died is cancelled at once. Cancelling twice changes nothing. Raises NoSuchJob or NotToCancel.
    """
    found = _named(job)
    if found.state in (states.CANCELLING, states.CANCELLED) and not is_silent(found, at):
        return found.state
    if found.state not in states.LIVING:
        raise NotToCancel(f"Job {job} is {found.state}.", next_step="There is nothing left to cancel.")
    if found.state == states.RUNNING:
        move(found, states.CANCELLING, by=by, at=at, changes={"cancel_asked_at": at, "cancel_asked_by": by})
    if found.state == states.WAITING or is_silent(found, at):
        queue.take_out(found.queued_as)
        move(found, states.CANCELLED, by=by, at=at, changes={"finished_at": at})
    return found.state


@transaction.atomic
def retry_job(*, job: int, by: str, at: datetime) -> None:
    """Have a job tried again that failed, was cancelled, or whose worker died; what was finished is not done again.

    Raises NoSuchJob, NotToRetry, or AlreadyAsked where the same one has been asked for since.
    """
    found = _named(job)
    if is_silent(found, at):
        give_up(found, by=by, at=at)
    if found.state not in (states.FAILED, states.CANCELLED):
        raise NotToRetry(f"Job {job} is {found.state}.", next_step="Only what failed or was cancelled can be tried again.")
    kind = kind_named(found.kind)
    queue.take_out(found.queued_as)
    place = queue.put(found.pk, queue=kind.queue, alone=kind.alone)
    try:
        with transaction.atomic():
            move(found, states.WAITING, by=by, at=at, changes={"queued_as": place, **_FRESH})
    except IntegrityError as fault:
        if "one_living_job_of_the_same" not in str(fault):
            raise
        same = Job.objects.filter(kind=found.kind, same_as=found.same_as, state__in=states.LIVING)
        raise AlreadyAsked(found.title_en, same.values_list("pk", flat=True).first()) from fault


def give_up(job: Job, *, by: str, at: datetime) -> None:
    """Fail a job whose worker has died."""
    queue.take_out(job.queued_as)
    said = {"error_code": "worker-died", "error": "The worker that carried this out ended without a word.", "finished_at": at}
    next_step = "Try it again: what was finished stays."
    move(job, states.FAILED, by=by, at=at, detail="worker-died", changes={**said, "next_step": next_step})


def _named(job: int) -> Job:
    found = locked(job)
    if found is None:
        raise NoSuchJob(f"There is no job {job}.", next_step="Look at the list of jobs.")
    return found
