"""Carrying out one job, from begun to its end."""

import logging
from collections.abc import Callable

from minsheng.domain.audit.operations import acting_from
from minsheng.domain.installation import Installation
from minsheng.domain.jobs.kinds import Done, Task, kind_named
from minsheng.domain.jobs.operations.working import begin_job, fail_job, finish_job, give_back, stop_job
from minsheng.domain.jobs.pulse import Cancelled, Clock, Pulse, TakenOver, WorkerEnds
from minsheng.kernel.errors import Refusal

_log = logging.getLogger(__name__)


def carry_out(*, job: int, installation: Callable[[], Installation], stopping: Callable[[], bool], clock: Clock) -> None:
    """Carry out a job that waits, and write down how it ended; one that no longer waits is left alone.

    `stopping` tells whether the worker is to end: the job then goes back to its queue at the next pause of its work.
    """
    begun = begin_job(job=job, at=clock())
    if begun is None:
        return
    try:
        with Pulse(begun, stopping=stopping, clock=clock) as pulse:
            task = Task(begun.job, begun.arguments, installation(), begun.by, begun.asked_by, clock(), pulse)
            with acting_from(origin=f"job {begun.job}"):
                done = kind_named(begun.kind).work(task) or Done()
    except Cancelled:
        stop_job(begun=begun, at=clock())
    except WorkerEnds:
        give_back(begun=begun, at=clock())
    except TakenOver:
        _log.warning("job %s: another attempt took over", begun.job)
    except Exception as fault:
        if not isinstance(fault, Refusal):
            _log.exception("job %s failed unexpectedly", begun.job)
        fail_job(begun=begun, fault=fault, at=clock())
    else:
        finish_job(begun=begun, done=done, at=clock())
