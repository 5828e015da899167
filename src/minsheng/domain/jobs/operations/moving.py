"""Moving a job from one state to another: the one way, with its log line and its event."""

from collections.abc import Mapping
from datetime import datetime

from minsheng.domain.audit.operations import record
from minsheng.domain.jobs import states
from minsheng.domain.jobs.models import Job, JobEntry
from minsheng.kernel.states import event_of


def move(job: Job, after: str, *, by: str, at: datetime, detail: str = "", changes: Mapping[str, object] | None = None) -> None:
    """Bring a job that is locked in the caller's transaction to a state, with other changes; KeyError where there is no such move."""
    event = event_of(states.TRANSITIONS, job.state, after)
    after_it = {"state": after, **(changes or {})}
    for name, value in after_it.items():
        setattr(job, name, value)
    job.save(update_fields=list(after_it))
    note(job, event, by=by, at=at, detail=detail)


def note(job: Job, event: str, *, by: str, at: datetime, detail: str = "") -> None:
    """Write an event into the job's log and into the record of what happened."""
    JobEntry.objects.create(job=job, at=at, what=event.removeprefix("job."), detail=detail[:400], by=by)
    record(event, by=by, at=at, subject=f"job:{job.pk}", detail={"kind": job.kind, **({"said": detail[:400]} if detail else {})})


def locked(job: int) -> Job | None:
    """A job, locked until the transaction ends."""
    return Job.objects.select_for_update().filter(pk=job).first()
