"""Every read of jobs."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count

from minsheng.domain.jobs import queue, states
from minsheng.domain.jobs.kinds import Argument, kind_named
from minsheng.domain.jobs.models import Job, JobEntry
from minsheng.domain.jobs.policies import SILENT_AFTER, NoSuchJob, is_silent, is_standing
from minsheng.engine.contracts.schema import Text


@dataclass(frozen=True)
class Failure:
    """Why a job failed: a refusal's words, or `unexpected` with the type of what was raised."""

    code: str
    message: str
    next_step: str


@dataclass(frozen=True)
class JobView:
    """A job as it is shown. `silent`: its worker shows no life; `standing`: it lives, and the work has not moved for long."""

    number: int
    kind: str
    title: Text
    arguments: Mapping[str, Argument]
    state: str
    asked_by: str
    asked_at: datetime
    attempts: int
    started_at: datetime | None
    finished_at: datetime | None
    heartbeat_at: datetime | None
    moved_at: datetime | None
    step: str
    done: int
    total: int | None
    note: str
    cancel_asked_by: str
    failure: Failure | None
    result: Mapping[str, Any]
    link_route: str
    link: Mapping[str, Any]
    silent: bool
    standing: bool

    @property
    def living(self) -> bool:
        """Whether it is still to end."""
        return self.state in states.LIVING

    @property
    def label(self) -> Text:
        """The state's words."""
        label = states.STATES[self.state]
        return Text(zh=label.zh, en=label.en)

    @property
    def can_cancel(self) -> bool:
        """Whether there is anything to cancel."""
        return self.state in (states.WAITING, states.RUNNING) or self.silent

    @property
    def can_retry(self) -> bool:
        """Whether it may be tried again."""
        return self.state in (states.FAILED, states.CANCELLED) or self.silent


@dataclass(frozen=True)
class Entry:
    """A line of a job's log."""

    at: datetime
    what: str
    detail: str
    by: str


def jobs_page(
    *, at: datetime, limit: int, before: int | None = None, kinds: Collection[str] = (), in_states: Collection[str] = ()
) -> list[JobView]:
    """The newest jobs, of some kinds and in some states if any are named; `before` is the last number of the page before."""
    found = Job.objects.order_by("-pk")
    if before is not None:
        found = found.filter(pk__lt=before)
    if kinds:
        found = found.filter(kind__in=kinds)
    if in_states:
        found = found.filter(state__in=in_states)
    return [_shown(job, at) for job in found[:limit]]


def job_numbered(job: int, *, at: datetime) -> JobView:
    """One job; raises NoSuchJob."""
    found = Job.objects.filter(pk=job).first()
    if found is None:
        raise NoSuchJob(f"There is no job {job}.", next_step="Look at the list of jobs.")
    return _shown(found, at)


def entries_of(job: int, *, limit: int = 500) -> list[Entry]:
    """The newest lines of a job's log, oldest first."""
    newest = list(JobEntry.objects.filter(job_id=job).order_by("-pk")[:limit])
    return [Entry(one.at, one.what, one.detail, one.by) for one in reversed(newest)]


def living_job(kind: str, arguments: Mapping[str, Argument], *, at: datetime) -> JobView | None:
    """The job that is the same as this one and still to end, if there is one."""
    same = kind_named(kind).same_as(arguments)
    found = Job.objects.filter(kind=kind, same_as=same, state__in=states.LIVING).first() if same else None
    return _shown(found, at) if found else None


def stuck_jobs(*, at: datetime) -> list[JobView]:
    """The jobs at work that are silent or standing, oldest first."""
    at_work = [_shown(job, at) for job in Job.objects.filter(state__in=states.AT_WORK).order_by("pk")]
    return [job for job in at_work if job.silent or job.standing]


def counts_by_state() -> dict[str, int]:
    """State → jobs."""
    return dict.fromkeys(states.STATES, 0) | dict(Job.objects.order_by().values_list("state").annotate(Count("pk")))


def worker_lives() -> bool:
    """Whether any worker has shown life lately."""
    seconds = queue.last_heartbeat_seconds()
    return seconds is not None and seconds <= SILENT_AFTER.total_seconds()


def _shown(job: Job, at: datetime) -> JobView:
    return JobView(
        number=job.pk,
        kind=job.kind,
        title=Text(zh=job.title_zh, en=job.title_en),
        arguments=job.arguments,
        state=job.state,
        asked_by=job.asked_by,
        asked_at=job.asked_at,
        attempts=job.attempts,
        started_at=job.started_at,
        finished_at=job.finished_at,
        heartbeat_at=job.heartbeat_at,
        moved_at=job.moved_at,
        step=job.step,
        done=job.done,
        total=job.total,
        note=job.note,
        cancel_asked_by=job.cancel_asked_by,
        failure=Failure(job.error_code, job.error, job.next_step) if job.error_code and job.state == states.FAILED else None,
        result=job.result,
        link_route=job.link_route,
        link=job.link,
        silent=is_silent(job, at),
        standing=is_standing(job, at),
    )
