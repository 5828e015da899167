"""Bringing deliveries up to date with people and decisions of identity."""

from minsheng.domain.access.roles import May
from minsheng.domain.feeds import operations
from minsheng.domain.jobs.kinds import Done, Kind, Task
from minsheng.engine.contracts.schema import Text


def work(task: Task) -> Done:
    """Bring every delivery that stands up to date; those that are, stay as they are."""
    done = operations.catch_up(installation=task.installation, by=task.by, at=task.at, progress=task.progress)
    return Done({"looked_at": len(done), "changed": sum(one.changed for one in done)})


KIND = Kind(
    name="refresh_ledgers",
    title=Text(zh="按身份核对结果更新台账", en="Bring ledgers up to date with decisions of identity"),
    may=May.DECIDE_IDENTITY,
    work=work,
    queue="deliveries",
    alone="deliveries",
)
