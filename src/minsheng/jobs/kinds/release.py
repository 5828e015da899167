"""Releasing a held delivery."""

from minsheng.domain.access.roles import May
from minsheng.domain.feeds import operations
from minsheng.domain.jobs.kinds import Done, Kind, Task
from minsheng.engine.contracts.schema import Text


def work(task: Task) -> Done:
    """Release it, in the name of the person who decided."""
    receipt = operations.release(
        delivery=task.text("delivery"),
        reason=task.text("reason"),
        header_map=dict(pair.split("=", 1) for pair in task.texts("mapped")),
        installation=task.installation,
        by=task.asked_by,
        at=task.at,
        progress=task.progress,
    )
    return Done({"status": receipt.status}, "office:delivery", {"delivery": task.text("delivery")})


KIND = Kind(
    name="release",
    title=Text(zh="放行 {delivery}", en="Release {delivery}"),
    called=Text(zh="放行数据", en="Deliveries released"),
    may=May.RELEASE,
    work=work,
    needs=("delivery", "reason"),
    takes=("mapped",),
    same_by=("delivery",),
    queue="deliveries",
    alone="deliveries",
)
