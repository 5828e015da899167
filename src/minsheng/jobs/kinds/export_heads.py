"""Writing the audit chain's daily heads to where another machine fetches them."""

from django.conf import settings

from minsheng.domain.access.roles import May
from minsheng.domain.audit.portable import export_heads
from minsheng.domain.jobs.kinds import Done, Kind, Task
from minsheng.engine.contracts.schema import Text


def work(task: Task) -> Done:
    """Write them to a file of this day; files of earlier days stay as they were."""
    settings.AUDIT_HEADS.mkdir(parents=True, exist_ok=True)
    file = settings.AUDIT_HEADS / f"heads-{task.installation.today}.jsonl"
    return Done({"file": file.name, "days": export_heads(out=file, time_zone=settings.TIME_ZONE)})


KIND = Kind(
    name="export_heads",
    title=Text(zh="导出审计日志每日链头", en="Export the audit chain's daily heads"),
    may=May.SEARCH_AUDIT,
    work=work,
)
