"""Every write of jobs: asking, carrying out, ending, cancelling, trying again, and giving up those whose worker died."""

from minsheng.domain.jobs.operations.asking import AlreadyAsked, ask_job, ask_job_as
from minsheng.domain.jobs.operations.carrying_out import carry_out
from minsheng.domain.jobs.operations.checking import pick_up_abandoned
from minsheng.domain.jobs.operations.turning import cancel_job, retry_job
from minsheng.domain.jobs.operations.working import begin_job, fail_job, finish_job, give_back, report, stop_job

__all__ = [
    "AlreadyAsked",
    "ask_job",
    "ask_job_as",
    "begin_job",
    "cancel_job",
    "carry_out",
    "fail_job",
    "finish_job",
    "give_back",
    "pick_up_abandoned",
    "report",
    "retry_job",
    "stop_job",
]
