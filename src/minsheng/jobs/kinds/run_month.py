"""Running a month with a model."""

from minsheng.domain.access.roles import May
from minsheng.domain.jobs.kinds import Done, Kind, Task
from minsheng.domain.monitoring import operations
from minsheng.engine.contracts.schema import Text
from minsheng.kernel.periods import Month


def work(task: Task) -> Done:
    """Run the month."""
    outcome = operations.run(
        month=Month.parse(task.text("month")),
        model=task.text("model"),
        installation=task.installation,
        by=task.by,
        at=task.at,
        progress=task.progress,
    )
    left = {"run": outcome.run, "result_hash": outcome.result_hash, "households": outcome.households, "warnings": outcome.warnings}
    return Done(left, "office:run", {"run": outcome.run})


KIND = Kind(
    name="run_month",
    title=Text(zh="运行 {month}（{model}）", en="Run {month} with {model}"),
    called=Text(zh="月度运行", en="Runs of months"),
    may=May.START_RUNS,
    work=work,
    needs=("month", "model"),
    same_by=("month", "model"),
    queue="months",
    alone="months",
    throughout=True,
)
