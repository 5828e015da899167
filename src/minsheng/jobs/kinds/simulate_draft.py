"""Trying a draft of a model on a month that was run."""

from minsheng.domain.access.roles import May
from minsheng.domain.jobs.kinds import Done, Kind, Task
from minsheng.domain.modelling import operations
from minsheng.domain.modelling.capacities import capacity_of
from minsheng.engine.contracts.schema import Text


def work(task: Task) -> Done:
    """Simulate it, in the name of the person who asked."""
    draft = int(task.text("draft"))
    simulation, _ = operations.simulate_draft(
        draft=draft,
        run=task.text("run"),
        capacity=capacity_of(task.text("capacity"), task.texts("townships")),
        installation=task.installation,
        by=task.asked_by,
        at=task.at,
        progress=task.progress,
    )
    return Done({"draft": draft, "simulation": simulation}, "office:simulation", {"draft": draft, "simulation": simulation})


KIND = Kind(
    name="simulate_draft",
    title=Text(zh="在 {month} 上推演 {model}", en="Try {model} on {month}"),
    called=Text(zh="试算模型草稿", en="Drafts of models tried out"),
    may=May.WRITE_MODELS,
    work=work,
    needs=("draft", "model", "month", "run"),
    takes=("capacity", "townships"),
    same_by=("draft", "run", "capacity", "townships"),
)
