"""Receiving files that were staged in a folder; what is received goes from it, what is refused has its receipt."""

import shutil
from datetime import date
from pathlib import Path
from typing import ClassVar

from django.conf import settings

from minsheng.domain.access.roles import May
from minsheng.domain.feeds import operations
from minsheng.domain.jobs.kinds import Done, Kind, Task
from minsheng.engine.contracts.schema import Text
from minsheng.kernel.errors import Refusal
from minsheng.kernel.periods import Month


class NotStaged(Refusal):
    """The folder is not one in which files are staged, or is there no more."""

    code: ClassVar[str] = "not-staged"


def staged(name: str) -> Path:
    """A folder of staged files, by its name below the place for uploads; raises NotStaged."""
    folder = (settings.UPLOADS / name).resolve()
    if folder.parent != settings.UPLOADS.resolve() or not folder.is_dir():
        raise NotStaged(f"Nothing is staged under {name!r}.", next_step="Upload the file again.")
    return folder


def work(task: Task) -> Done:
    """Receive the files, then clear the folder."""
    folder = staged(task.text("folder"))
    files = operations.files_below([folder])
    month, arrived = task.text("month"), task.text("arrived_on")
    items = [
        operations.Item(
            path,
            feed=task.text("feed") or None,
            month=Month.parse(month) if month else None,
            arrived_on=date.fromisoformat(arrived) if arrived else None,
        )
        for path in files
    ]
    receipts = operations.receive(items, installation=task.installation, by=task.asked_by, at=task.at, progress=task.progress)
    shutil.rmtree(folder)
    return Done({"deliveries": [one.delivery for one in receipts], "statuses": [one.status for one in receipts]})


KIND = Kind(
    name="receive",
    title=Text(zh="接收上传的文件 {feed} {month}", en="Receive an uploaded file {feed} {month}"),
    may=May.DELIVER,
    work=work,
    needs=("folder",),
    takes=("feed", "month", "arrived_on"),
    same_by=("folder",),
    queue="deliveries",
    alone="deliveries",
)
