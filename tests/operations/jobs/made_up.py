"""A made-up kind of job, whose work each test says; and what the database keeps of jobs."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from minsheng.domain.access.roles import May
from minsheng.domain.audit.models import Event
from minsheng.domain.installation import Installation
from minsheng.domain.jobs import kinds, operations
from minsheng.domain.jobs.kinds import Done, Kind, Task
from minsheng.domain.jobs.models import Job, JobEntry
from minsheng.engine.contracts.schema import Text

BY = "cli:tester"


@contextmanager
def a_kind(work: Callable[[Task], Done | None] = lambda _: None, **facts: object) -> Iterator[Kind]:
    """A kind called `dig` while a test lasts."""
    given = {"needs": ("field",), "same_by": ("field",), "may": May.START_RUNS} | facts
    kind = Kind(name="dig", title=Text(zh="翻 {field} 地", en="Dig {field}"), work=work, **given)  # type: ignore[arg-type]
    kinds.declare(kind)
    try:
        yield kind
    finally:
        del kinds._KINDS["dig"]


def asked(arguments: Mapping[str, kinds.Argument] | None = None, *, by: str = BY) -> int:
    return operations.ask_job(kind="dig", arguments=arguments or {"field": "north"}, by=by, at=timezone.now())


def carried_out(job: int, installation: Installation, stopping: Callable[[], bool] = lambda: False) -> Job:
    operations.carry_out(job=job, installation=lambda: installation, stopping=stopping, clock=timezone.now)
    return Job.objects.get(pk=job)


def events(job: int) -> list[str]:
    return list(Event.objects.filter(subject=f"job:{job}").order_by("pk").values_list("name", flat=True))


def entries(job: int) -> list[str]:
    return list(JobEntry.objects.filter(job_id=job).order_by("pk").values_list("what", flat=True))


def queued(job: int) -> list[tuple[str, str]]:
    """The places a job has had in the queue: queue and status, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT queue_name, status::text FROM procrastinate_jobs WHERE args @> %s ORDER BY id", [f'{{"job": {job}}}'])
        return [(str(queue), str(status)) for queue, status in cursor.fetchall()]


def fetched(job: int) -> None:
    """As if a worker had fetched it and died."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE args @> %s AND status = 'todo'", [f'{{"job": {job}}}'])


def silenced(job: int, *, begun: bool = True) -> None:
    """As if the worker had begun it, and died a while ago."""
    fetched(job)
    if begun:
        assert operations.begin_job(job=job, at=timezone.now()) is not None
        Job.objects.filter(pk=job).update(heartbeat_at=timezone.now() - timedelta(minutes=5))
