"""What a worker says of a job: begun, how far, done, failed, given back. Only the newest attempt is listened to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from minsheng.domain.access.models import User
from minsheng.domain.access.viewers import viewer_of
from minsheng.domain.jobs import queue, states
from minsheng.domain.jobs.kinds import Argument, Done, kind_named
from minsheng.domain.jobs.models import Job, JobEntry
from minsheng.domain.jobs.operations.moving import locked, move
from minsheng.kernel.errors import Refusal

UNEXPECTED = "unexpected"
NOT_ALLOWED = "not-allowed"


@dataclass(frozen=True)
class Begun:
    """A job that this worker carries out, and which attempt it is."""

    job: int
    attempt: int
    kind: str
    arguments: Mapping[str, Argument]
    asked_by: str

    @property
    def by(self) -> str:
        """How events name the job."""
        return f"job:{self.kind}"


@dataclass(frozen=True)
class Standing:
    """How far the work of a job is."""

    step: str = ""
    done: int = 0
    total: int | None = None
    note: str = ""


@transaction.atomic
def begin_job(*, job: int, at: datetime) -> Begun | None:
    """Begin a waiting job; None if it no longer waits. One whose asker may no longer start its kind fails instead.

    Raises NoSuchKind.
    """
    found = locked(job)
    if found is None or found.state != states.WAITING:
        return None
    begun = Begun(found.pk, found.attempts + 1, found.kind, found.arguments, found.asked_by)
    if not _still_allowed(found):
        said = {"error_code": NOT_ALLOWED, "error": f"{found.asked_by} may no longer start this.", "finished_at": at}
        move(found, states.FAILED, by=begun.by, at=at, detail=NOT_ALLOWED, changes=said)
        return None
    fresh: dict[str, object] = {"step": "", "done": 0, "total": None, "note": "", "finished_at": None, "result": {}}
    lives = {
        "attempts": begun.attempt,
        "started_at": at,
        "heartbeat_at": at,
        "moved_at": at,
        "error": "",
        "error_code": "",
        "next_step": "",
    }
    move(found, states.RUNNING, by=begun.by, at=at, changes=fresh | lives)
    return begun


def _still_allowed(job: Job) -> bool:
    """Whether the person who asked may start this kind today; what the timetable and the command line asked stands."""
    if not job.asked_by.startswith("user:"):
        return True
    known = User.objects.only("username", "display_name", "language", "is_active")
    user = known.filter(username=job.asked_by.removeprefix("user:")).first()
    return user is not None and viewer_of(user).may(kind_named(job.kind).may)


@transaction.atomic
def report(*, begun: Begun, standing: Standing, moved_at: datetime, finished_steps: Sequence[tuple[datetime, str]], at: datetime) -> str:
    """Write down that the worker lives and how far it is; returns the job's state, or an empty text if this attempt counts no more."""
    mine = Job.objects.filter(pk=begun.job, attempts=begun.attempt, state__in=states.AT_WORK)
    told = {"step": standing.step[:120], "done": standing.done, "total": standing.total, "note": standing.note[:200]}
    if not mine.update(heartbeat_at=at, moved_at=moved_at, **told):
        return ""
    JobEntry.objects.bulk_create(JobEntry(job_id=begun.job, at=when, what="step", detail=text[:400]) for when, text in finished_steps)
    return str(mine.values_list("state", flat=True).get())


@transaction.atomic
def finish_job(*, begun: Begun, done: Done, at: datetime) -> None:
    """Write down that the work is done and what it left."""
    if (job := _mine(begun)) is not None:
        left = {"result": dict(done.result), "link_route": done.link_route, "link": dict(done.link), "note": "", "finished_at": at}
        move(job, states.DONE, by=begun.by, at=at, changes=left)


@transaction.atomic
def fail_job(*, begun: Begun, fault: Exception, at: datetime) -> None:
    """Write down that the work failed: a refusal with its words, anything else by its type alone, lest it quotes somebody's data."""
    if (job := _mine(begun)) is None:
        return
    if isinstance(fault, Refusal):
        said = {"error_code": fault.code, "error": fault.message, "next_step": fault.next_step}
    else:
        said = {"error_code": UNEXPECTED, "error": type(fault).__name__, "next_step": ""}
    move(job, states.FAILED, by=begun.by, at=at, detail=said["error_code"], changes={"finished_at": at, **said})


@transaction.atomic
def stop_job(*, begun: Begun, at: datetime) -> None:
    """Write down that the work stopped because somebody cancelled it."""
    if (job := _mine(begun)) is not None and job.state == states.CANCELLING:
        move(job, states.CANCELLED, by=begun.by, at=at, changes={"finished_at": at})


@transaction.atomic
def give_back(*, begun: Begun, at: datetime) -> None:
    """Put a job back into its queue because its worker ends; one that is being cancelled is cancelled."""
    job = _mine(begun)
    if job is None:
        return
    if job.state == states.CANCELLING:
        move(job, states.CANCELLED, by=begun.by, at=at, changes={"finished_at": at})
        return
    kind = kind_named(job.kind)
    place = queue.put(job.pk, queue=kind.queue, alone=kind.alone)
    move(job, states.WAITING, by=begun.by, at=at, changes={"queued_as": place})


def _mine(begun: Begun) -> Job | None:
    """The job, locked, if this attempt still counts."""
    job = locked(begun.job)
    return job if job is not None and job.attempts == begun.attempt and job.state in states.AT_WORK else None
