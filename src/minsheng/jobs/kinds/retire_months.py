"""Taking old months out of the database."""

from minsheng.domain.access.roles import May
from minsheng.domain.jobs.kinds import Done, Kind, Task
from minsheng.domain.monitoring import operations
from minsheng.engine.contracts.schema import Text
from minsheng.kernel.periods import Month


def work(task: Task) -> Done:
    """Retire what lies before a month."""
    found = operations.retire(
        before=Month.parse(task.text("before")),
        keep_tables=task.flag("keep_tables"),
        installation=task.installation,
        by=task.by,
        at=task.at,
        progress=task.progress,
    )
    return Done({"months": [one.month for one in found.months]})


KIND = Kind(
    name="retire_months",
    title=Text(zh="归档 {before} 之前的月份", en="Retire the months before {before}"),
    called=Text(zh="归档月份", en="Months retired"),
    may=May.START_RUNS,
    work=work,
    needs=("before",),
    takes=("keep_tables",),
    queue="months",
    alone="months",
    throughout=True,
)
