"""Checking the audit log from its first entry to its last."""

from typing import ClassVar

from minsheng.domain.access.roles import May
from minsheng.domain.audit.queries import verify_log
from minsheng.domain.jobs.kinds import Done, Kind, Task
from minsheng.engine.contracts.schema import Text
from minsheng.kernel.errors import Refusal


class AuditLogBroken(Refusal):
    """Something in the audit log was altered."""

    code: ClassVar[str] = "audit-log-broken"


def work(task: Task) -> Done:
    """Check it; a fault fails the job, so that it is seen."""
    checked = verify_log(heads=[], progress=task.progress)
    if checked.first_fault is not None:
        raise AuditLogBroken(
            f"{checked.first_fault.said.en} The {checked.entries} entries before it are in order.",
            next_step="Keep the database as it is, and compare with the heads kept elsewhere: minsheng audit check-heads FILE.",
        )
    return Done({"entries": checked.entries})


KIND = Kind(
    name="verify_audit",
    title=Text(zh="校验审计日志", en="Check the audit log"),
    may=May.SEARCH_AUDIT,
    work=work,
)
