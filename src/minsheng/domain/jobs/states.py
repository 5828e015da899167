"""The states of a job, as a table."""

from typing import Final

from minsheng.kernel.states import Label, Transition

WAITING = "waiting"
RUNNING = "running"
CANCELLING = "cancelling"
DONE = "done"
FAILED = "failed"
CANCELLED = "cancelled"


STATES: Final = {
    WAITING: Label("等待中", "waiting", "worker"),
    RUNNING: Label("运行中", "running", "worker"),
    CANCELLING: Label("正在取消", "cancelling", "worker"),
    DONE: Label("已完成", "done", "nobody"),
    FAILED: Label("未完成", "failed", "whoever asked"),
    CANCELLED: Label("已取消", "cancelled", "nobody"),
}
TRANSITIONS: Final = (
    Transition(None, WAITING, "job.asked"),
    Transition(WAITING, RUNNING, "job.begun"),
    Transition(WAITING, CANCELLED, "job.cancelled"),
    Transition(WAITING, FAILED, "job.failed"),
    Transition(RUNNING, DONE, "job.done"),
    Transition(RUNNING, FAILED, "job.failed"),
    Transition(RUNNING, CANCELLING, "job.cancel_asked"),
    Transition(RUNNING, WAITING, "job.given_back"),
    Transition(CANCELLING, CANCELLED, "job.cancelled"),
    Transition(CANCELLING, DONE, "job.done"),
    Transition(CANCELLING, FAILED, "job.failed"),
    Transition(FAILED, WAITING, "job.retried"),
    Transition(CANCELLED, WAITING, "job.retried"),
)
LIVING: Final = (WAITING, RUNNING, CANCELLING)
"""The states of a job that is still to end."""
AT_WORK: Final = (RUNNING, CANCELLING)
"""The states in which a worker must show that it lives."""
ENDED: Final = (DONE, FAILED, CANCELLED)
