"""Published models and finished runs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, ClassVar, Protocol

from django.db.models import Q

from minsheng.domain.monitoring.models import PublishedModel, Run
from minsheng.engine.contracts.schema import Contract, Text
from minsheng.engine.indicators.grammar import Indicator, Model
from minsheng.engine.indicators.loading import load_model
from minsheng.kernel.errors import Refusal
from minsheng.kernel.periods import Month


class NoSuchModel(Refusal):
    """No such model is published."""

    code: ClassVar[str] = "no-such-model"


class NoSuchRun(Refusal):
    """There is no such run, or no current one for the month."""

    code: ClassVar[str] = "no-such-run"


@dataclass(frozen=True)
class ModelLine:
    """A published model in a list."""

    id: str
    title: Text
    digest: str
    published_at: str
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True)
class FinishedRun:
    """One finished run: which month, with which model, and what came out; `summary` also holds its inputs.

    Of a `retired` run, levels, warnings, hits and evidence stand only in the lake.
    """

    id: str
    month: str
    model_id: str
    model_name: str
    result_hash: str
    summary: Mapping[str, Any]
    retired: bool = False


class OfARun(Protocol):
    """Whatever names a run and its month."""

    @property
    def id(self) -> str:
        """The run."""
        ...

    @property
    def month(self) -> str:
        """Its month."""
        ...


@dataclass(frozen=True)
class RunChoice:
    """A current run as one chooses it: its month and its model."""

    id: str
    month: str
    model_id: str
    model_name: str


def published_models() -> list[ModelLine]:
    """Every published model, by name and version."""
    rows = sorted(PublishedModel.objects.all(), key=lambda row: (row.name, _version(row)))
    return [_line(row, Model.model_validate_json(row.document)) for row in rows]


def model_named(name: str, *, catalogue: Mapping[str, Contract]) -> Model:
    """A published model by `name@version`, or the newest version of a name; raises NoSuchModel or ModelFaults."""
    found = PublishedModel.objects.filter(Q(pk=name) | Q(name=name))
    if not found:
        known = ", ".join(PublishedModel.objects.order_by("id").values_list("id", flat=True))
        raise NoSuchModel(f"No model {name!r} is published.", next_step=f"Published: {known or 'none yet; run minsheng init'}.")
    return _loaded(max(found, key=_version).document, _Known(catalogue))


def current_run(model_name: str, month: Month) -> FinishedRun | None:
    """The run that counts for a model and month."""
    found = Run.objects.filter(model_name=model_name, month=str(month), current=True).first()
    return _finished(found) if found else None


def current_runs(model_name: str, months: Iterable[Month] | None = None) -> list[FinishedRun]:
    """The runs that count for a line of models, in these months or in all, oldest first: one query."""
    found = Run.objects.filter(model_name=model_name, current=True)
    if months is not None:
        found = found.filter(month__in=[str(month) for month in months])
    return [_finished(run) for run in found.order_by("month")]


def run_named(run: str) -> FinishedRun:
    """A run by its id or the beginning of it; raises NoSuchRun."""
    found = list(Run.objects.filter(pk__startswith=run)[:2])
    if len(found) != 1:
        raise NoSuchRun(
            f"{'Several runs begin' if found else 'No run begins'} with {run!r}.", next_step="Give the run's id as monitor run printed it."
        )
    return _finished(found[0])


def run_of(month: Month, model: str | None = None) -> FinishedRun:
    """The current run of a month, of one model or of the only one run; raises NoSuchRun."""
    runs = Run.objects.filter(month=str(month), current=True)
    if model:
        runs = runs.filter(Q(model_id=model) | Q(model_name=model))
    found = list(runs.order_by("-finished_at"))
    if not found:
        raise NoSuchRun(
            f"{month} has not been run{f' with {model}' if model else ''}.", next_step=f"Run: minsheng monitor run --month {month}"
        )
    return _finished(found[0])


def latest_run(model: str | None = None) -> FinishedRun:
    """The current run of the newest month that was run, of one model or of any; raises NoSuchRun."""
    runs = Run.objects.filter(current=True)
    if model:
        runs = runs.filter(Q(model_id=model) | Q(model_name=model))
    newest = runs.order_by("-month", "-finished_at").first()
    if newest is None:
        raise NoSuchRun("No month has been run yet.", next_step="Run: minsheng monitor run --month MONTH")
    return _finished(newest)


def run_choices() -> list[RunChoice]:
    """The current runs that are in the database: the leading line of models first, of each line the newest month first.

    The line that leads is the one with the most months that were run, then the one run last.
    """
    runs = Run.objects.filter(current=True, retired_at__isnull=True).order_by("-month")
    lines: dict[str, list[RunChoice]] = {}
    last: dict[str, datetime] = {}
    for run_id, month, model_id, name, finished_at in runs.values_list("pk", "month", "model_id", "model_name", "finished_at"):
        lines.setdefault(name, []).append(RunChoice(run_id, month, model_id, name))
        last[name] = max(last.get(name, finished_at), finished_at)
    leading = sorted(lines, key=lambda name: (len(lines[name]), last[name]), reverse=True)
    return [choice for name in leading for choice in lines[name]]


def leading_model() -> str:
    """The line of models that leads; raises NoSuchRun."""
    choices = run_choices()
    if not choices:
        raise NoSuchRun("No month has been run yet.", next_step="Run: minsheng monitor run --month MONTH")
    return choices[0].model_name


def models_of(model_ids: Iterable[str], *, catalogue: Mapping[str, Contract]) -> dict[str, Model]:
    """Published models by `name@version`, in one query."""
    documents = PublishedModel.objects.filter(pk__in=set(model_ids)).values_list("pk", "document")
    return {name: _loaded(document, _Known(catalogue)) for name, document in documents}


def runs_in_order() -> list[FinishedRun]:
    """Every current run, by model and month."""
    return [_finished(run) for run in Run.objects.filter(current=True).order_by("model_name", "month")]


@dataclass(frozen=True, eq=False)
class _Known:
    """A catalogue as the key of a cache: the same only as itself."""

    catalogue: Mapping[str, Contract]

    def __hash__(self) -> int:
        return id(self.catalogue)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Known) and other.catalogue is self.catalogue


@lru_cache(maxsize=16)
def _loaded(document: str, known: _Known) -> Model:
    """What is published never changes, so it is read once in a process."""
    return load_model(document, catalogue=known.catalogue)


def _finished(run: Run) -> FinishedRun:
    retired = run.retired_at is not None
    return FinishedRun(run.id, run.month, run.model_id, run.model_name, run.result_hash, run.summary, retired)


def _version(row: PublishedModel) -> tuple[int, ...]:
    return tuple(int(part) for part in row.version.split("."))


def _line(row: PublishedModel, model: Model) -> ModelLine:
    return ModelLine(row.pk, model.title, row.digest, f"{row.published_at:%Y-%m-%d}", model.indicators)
