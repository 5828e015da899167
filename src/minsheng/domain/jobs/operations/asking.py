"""Asking for a job: it waits from the moment the caller's transaction is committed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from django.db import IntegrityError, transaction

from minsheng.domain.access.viewers import Viewer, demand, demand_throughout
from minsheng.domain.jobs import queue, states
from minsheng.domain.jobs.kinds import Argument, Kind, kind_named
from minsheng.domain.jobs.models import Job
from minsheng.domain.jobs.operations.moving import note
from minsheng.kernel.errors import Refusal
from minsheng.kernel.states import event_of


class AlreadyAsked(Refusal):
    """The same job waits or runs already; `job` is its number, or None where the asker may not see it."""

    code: ClassVar[str] = "already-asked"

    def __init__(self, title: str, job: int | None) -> None:
        super().__init__(f"{title} has been asked for already and is not done yet.", next_step="Wait for it, or cancel it first.")
        self.job = job


def ask_job_as(*, viewer: Viewer, kind: str, arguments: Mapping[str, Argument], at: datetime, area: Sequence[str] = ()) -> int:
    """Ask for a job as somebody signed in, if they may start its kind (throughout the installation's `area`); returns its number.

    Raises NotAllowed, and what `ask_job` raises.
    """
    asked = kind_named(kind)
    if asked.throughout:
        demand_throughout(viewer, asked.may, area)
    else:
        demand(viewer, asked.may)
    return ask_job(kind=kind, arguments=arguments, by=viewer.acts_as, at=at)


def ask_job(*, kind: str, arguments: Mapping[str, Argument], by: str, at: datetime) -> int:
    """Ask for a job and put it into its queue, in the caller's transaction; returns its number.

    The arguments hold no personal data. Raises NoSuchKind, WrongArguments, or AlreadyAsked where the same one is still to end.
    """
    asked = kind_named(kind)
    given = asked.checked(arguments)
    with transaction.atomic():
        job = _written(asked, given, by, at)
        job.queued_as = queue.put(job.pk, queue=asked.queue, alone=asked.alone)
        job.save(update_fields=["queued_as"])
        note(job, event_of(states.TRANSITIONS, None, states.WAITING), by=by, at=at)
    return job.pk


def _written(kind: Kind, arguments: dict[str, Argument], by: str, at: datetime) -> Job:
    title = kind.titled(arguments)
    job = Job(
        kind=kind.name,
        title_zh=title.zh,
        title_en=title.en,
        arguments=arguments,
        same_as=kind.same_as(arguments),
        state=states.WAITING,
        asked_by=by,
        asked_at=at,
    )
    living = Job.objects.filter(kind=job.kind, same_as=job.same_as, state__in=states.LIVING) if job.same_as else Job.objects.none()
    try:
        if not living.exists():
            with transaction.atomic():
                job.save(force_insert=True)
                return job
    except IntegrityError as fault:
        if "one_living_job_of_the_same" not in str(fault):
            raise
    raise AlreadyAsked(title.en, living.values_list("pk", flat=True).first())
