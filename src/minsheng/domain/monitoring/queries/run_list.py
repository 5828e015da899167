"""The list of runs, the newest first, also of those that no longer count."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from minsheng.domain.monitoring.models import Run
from minsheng.domain.monitoring.queries.runs import FinishedRun, _finished
from minsheng.kernel.errors import Refusal


class NotAPlaceInTheRuns(Refusal):
    """The place in the list from which to go on is none."""

    code: ClassVar[str] = "not-a-place-in-the-runs"


@dataclass(frozen=True)
class RunLine:
    """A run in the list: whether it counts for its month and model, when it finished, and who had it run."""

    run: FinishedRun
    current: bool
    finished_at: datetime
    run_by: str

    @property
    def place(self) -> str:
        """Where it stands in the list."""
        return f"{self.finished_at.isoformat()}_{self.run.id}"


def run_line(run: str) -> RunLine | None:
    """One run as it stands in the list."""
    found = Run.objects.filter(pk=run).first()
    return _line(found) if found else None


def runs_page(*, limit: int, model: str = "", after: str = "") -> list[RunLine]:
    """Runs, the newest first, of one line of models if it is named, and behind a place in the list; raises NotAPlaceInTheRuns."""
    found = Run.objects.order_by("-finished_at", "-pk")
    if model:
        found = found.filter(model_name=model)
    if after:
        found = found.extra(where=["(finished_at, id) < (%s, %s)"], params=_place(after))
    return [_line(run) for run in found[:limit]]


def model_lines_run() -> list[str]:
    """The lines of models with which anything was run, by name."""
    return list(Run.objects.order_by("model_name").values_list("model_name", flat=True).distinct())


def _place(text: str) -> list[object]:
    at, _, run = text.partition("_")
    try:
        return [datetime.fromisoformat(at), run]
    except ValueError as fault:
        raise NotAPlaceInTheRuns("The list cannot go on from there.", next_step="Open the list from its beginning.") from fault


def _line(run: Run) -> RunLine:
    return RunLine(_finished(run), run.current, run.finished_at, run.run_by)
