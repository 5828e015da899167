"""Receiving a file that arrived through the browser."""

from uuid import UUID

from minsheng.domain.access.roles import May
from minsheng.domain.feeds import operations
from minsheng.domain.jobs.kinds import Done, Kind, Task
from minsheng.engine.contracts.schema import Text


def work(task: Task) -> Done:
    """Receive it, in the name of the person who sent it."""
    upload = operations.take_upload(
        upload=UUID(task.text("upload")), installation=task.installation, by=task.asked_by, at=task.at, progress=task.progress
    )
    said = {"state": upload.state, "delivery": upload.delivery_id, "code": upload.code}
    return Done(said, "office:upload", {"upload": str(upload.id)})


KIND = Kind(
    name="receive",
    title=Text(zh="接收上传的文件 {feed} {month}", en="Receive an uploaded file {feed} {month}"),
    called=Text(zh="接收上传的文件", en="Uploaded files received"),
    may=May.DELIVER,
    work=work,
    needs=("upload",),
    takes=("feed", "month"),
    same_by=("upload",),
    queue="deliveries",
    alone="deliveries",
)
