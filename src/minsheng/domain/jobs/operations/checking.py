"""Looking after jobs whose worker died: they are tried again a few times, and then wait for a person."""

from datetime import datetime

from django.db import transaction

from minsheng.domain.jobs import queue, states
from minsheng.domain.jobs.kinds import kind_named
from minsheng.domain.jobs.models import Job
from minsheng.domain.jobs.operations.moving import locked
from minsheng.domain.jobs.operations.turning import cancel_job, give_up, retry_job
from minsheng.domain.jobs.policies import MOST_ATTEMPTS, SILENT_AFTER, is_silent


def pick_up_abandoned(*, by: str, at: datetime) -> list[int]:
    """Bring every job whose worker died back to its queue, or to its end after too many attempts; returns the jobs, in order."""
    silent = Job.objects.filter(state__in=states.AT_WORK, heartbeat_at__lt=at - SILENT_AFTER).order_by("pk")
    fetched = Job.objects.filter(state=states.WAITING, queued_as__in=queue.abandoned(SILENT_AFTER.total_seconds())).order_by("pk")
    picked = [job for job in silent.values_list("pk", flat=True) if _pick_up(job, by, at)]
    return picked + [job for job in fetched.values_list("pk", flat=True) if _queue_again(job)]


@transaction.atomic
def _pick_up(job: int, by: str, at: datetime) -> bool:
    found = locked(job)
    if found is None or not is_silent(found, at):
        return False
    if found.state == states.CANCELLING:
        cancel_job(job=job, by=by, at=at)
        return True
    if found.attempts < MOST_ATTEMPTS:
        retry_job(job=job, by=by, at=at)
    else:
        give_up(found, by=by, at=at)
    return True


@transaction.atomic
def _queue_again(job: int) -> bool:
    """A job that a worker had fetched, and died before it began it."""
    found = locked(job)
    if found is None or found.state != states.WAITING:
        return False
    queue.take_out(found.queued_as)
    kind = kind_named(found.kind)
    found.queued_as = queue.put(found.pk, queue=kind.queue, alone=kind.alone)
    found.save(update_fields=["queued_as"])
    return True
