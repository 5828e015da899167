"""When a job counts as stuck: its worker shows no life, or shows life and does not get on."""

from datetime import datetime, timedelta
from typing import ClassVar, Final

from minsheng.domain.jobs import states
from minsheng.domain.jobs.models import Job
from minsheng.kernel.errors import Refusal

HEARTBEAT_SECONDS: Final = 2.0
"""How often a worker shows that it lives."""
SILENT_AFTER: Final = timedelta(seconds=45)
"""A worker that has not shown life for so long has died."""
STANDING_AFTER: Final = timedelta(minutes=15)
"""Work that has not moved for so long, though its worker lives, deserves a look."""
MOST_ATTEMPTS: Final = 3
"""So often a job is begun by itself; after that a person decides."""


class NoSuchJob(Refusal):
    """There is no such job, or it is not yours to see."""

    code: ClassVar[str] = "no-such-job"


def is_silent(job: Job, at: datetime) -> bool:
    """Whether the worker that carries a job out shows no life."""
    return job.state in states.AT_WORK and job.heartbeat_at is not None and at - job.heartbeat_at > SILENT_AFTER


def is_standing(job: Job, at: datetime) -> bool:
    """Whether a job's work has not moved for long, though its worker lives."""
    moved = job.state in states.AT_WORK and job.moved_at is not None and at - job.moved_at > STANDING_AFTER
    return moved and not is_silent(job, at)
