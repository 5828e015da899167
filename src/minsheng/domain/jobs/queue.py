"""The queue in which jobs wait for a worker: put in, and taken out again, in the caller's transaction."""

from typing import Final

from django.db import connection
from procrastinate.contrib.django import app

CARRY_OUT: Final = "minsheng.carry_out"
"""The name of the one task that carries out jobs of every kind."""


def put(job: int, *, queue: str, alone: str) -> int:
    """Put a job into a queue; returns its place there. It can be fetched once the transaction is committed."""
    task = app.configure_task(CARRY_OUT, allow_unknown=True, queue=queue, lock=alone or None)
    return int(task.defer(job=job))


def take_out(place: int | None) -> None:
    """Whatever waits or is held at a place no longer does: not fetched any more, and what was kept waiting behind it goes on."""
    if place is None:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = CASE status WHEN 'todo' THEN 'cancelled' ELSE 'failed' END::procrastinate_job_status "
            "WHERE id = %s AND status IN ('todo', 'doing')",
            [place],
        )


def abandoned(seconds: float) -> list[int]:
    """The places whose worker fetched them and has not shown life for so long."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT job.id FROM procrastinate_jobs job LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id "
            "WHERE job.status = 'doing' AND job.task_name = %s "
            "AND (worker.id IS NULL OR worker.last_heartbeat < now() - make_interval(secs => %s))",
            [CARRY_OUT, seconds],
        )
        return [int(row[0]) for row in cursor.fetchall()]


def last_heartbeat_seconds() -> float | None:
    """How long ago any worker last showed that it lives; None if there is none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM now() - max(last_heartbeat)) FROM procrastinate_workers")
        (seconds,) = cursor.fetchone()
        return None if seconds is None else max(0.0, float(seconds))
