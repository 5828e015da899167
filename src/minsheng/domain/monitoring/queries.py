"""Every read of the monitoring stage."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import Count, Q, QuerySet

from minsheng.domain.monitoring.models import Hit, HouseholdLevel, PublishedModel, Run, Warning
from minsheng.engine.contracts.schema import Contract, Text
from minsheng.engine.indicators.grammar import Indicator, Model
from minsheng.engine.indicators.loading import load_model
from minsheng.kernel.divisions import DivisionCode
from minsheng.kernel.errors import Refusal
from minsheng.kernel.periods import Month

NO_DIVISION = ""
"""Stands for the township of households whose division nobody delivered."""


class NoSuchModel(Refusal):
    """No such model is published."""

    code: ClassVar[str] = "no-such-model"


class NoSuchRun(Refusal):
    """There is no such run, or no current one for the month."""

    code: ClassVar[str] = "no-such-run"


class MonthRetired(Refusal):
    """The month's levels and warnings are no longer in the database."""

    code: ClassVar[str] = "month-retired"


@dataclass(frozen=True)
class ModelLine:
    """A published model in a list."""

    id: str
    title: Text
    digest: str
    published_at: str
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True)
class WarningLine:
    """One warning as it is listed and exported."""

    household_key: int
    division: str
    level: int
    score: int
    change: str
    cause: str
    indicators: Sequence[str]
    reason_zh: str
    reason_en: str
    suppressed: bool
    suppressed_by: str


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
    return load_model(max(found, key=_version).document, catalogue=catalogue)


def current_run(model_name: str, month: Month) -> FinishedRun | None:
    """The run that counts for a model and month."""
    found = Run.objects.filter(model_name=model_name, month=str(month), current=True).first()
    return _finished(found) if found else None


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


def runs_in_order() -> list[FinishedRun]:
    """Every current run, by model and month."""
    return [_finished(run) for run in Run.objects.filter(current=True).order_by("model_name", "month")]


def warnings_of(run: FinishedRun, *, division: str = "", with_suppressed: bool = False, least_level: int = 0) -> list[WarningLine]:
    """The warnings of a run within a division, the most urgent first; raises NotADivisionCode or MonthRetired."""
    found = _warnings(run, division, with_suppressed).filter(level__gte=least_level).order_by("-level", "-score", "household_key")
    return [
        WarningLine(
            household_key=w.household_key,
            division=w.division,
            level=w.level,
            score=w.score,
            change=w.change,
            cause=w.cause,
            indicators=w.indicators,
            reason_zh=w.reason_zh,
            reason_en=w.reason_en,
            suppressed=w.suppressed,
            suppressed_by=w.suppressed_by,
        )
        for w in found
    ]


def levels_of(run: FinishedRun) -> dict[int, int]:
    """Household key → level, of the households that have one; raises MonthRetired."""
    refuse_retired([run.id])
    return dict(HouseholdLevel.objects.filter(month=run.month, run_id=run.id, level__gt=0).values_list("household_key", "level"))


def warnings_by_township(run: FinishedRun) -> list[tuple[str, dict[int, int]]]:
    """Township code → level → warnings that go out, by code; NO_DIVISION for households of which no division is known, last.

    Raises MonthRetired.
    """
    rows = _warnings(run, "", with_suppressed=False).values_list("division", "level").annotate(Count("household_key"))
    counts: dict[str, dict[int, int]] = {}
    for division, level, number in rows:
        levels = counts.setdefault(f"{division[:9]}000" if division else NO_DIVISION, {})
        levels[level] = levels.get(level, 0) + number
    return sorted(counts.items(), key=lambda row: (row[0] == NO_DIVISION, row[0]))


def hits_at_verdict(households_of_run: Mapping[str, Iterable[int]]) -> list[dict[str, object]]:
    """What the warnings of these runs and households rested on: household_key, person_key, indicator, band; in order.

    Raises MonthRetired: without them, a warning would not be suppressed that should be.
    """
    refuse_retired(households_of_run)
    months = dict(Run.objects.filter(pk__in=list(households_of_run)).values_list("pk", "month"))
    found: list[dict[str, object]] = []
    for run, households in households_of_run.items():
        rows = Hit.objects.filter(month=months[run], run_id=run, household_key__in=list(households))
        ordered = rows.order_by("household_key", "person_key", "indicator")
        found += [dict(hit) for hit in ordered.values("household_key", "person_key", "indicator", "band")]
    return found


def refuse_retired(runs: Iterable[str]) -> None:
    """Raise MonthRetired if one of these runs is no longer in the database."""
    month = Run.objects.filter(pk__in=list(runs), retired_at__isnull=False).values_list("month", flat=True).first()
    if month is not None:
        raise MonthRetired(
            f"{month} was retired: its levels and warnings stand in the lake alone.",
            next_step=f"Run: minsheng monitor restore --month {month}",
        )


def _warnings(run: FinishedRun, division: str, with_suppressed: bool) -> QuerySet[Warning]:
    prefix = DivisionCode.parse(division).prefix if division else ""
    refuse_retired([run.id])
    found = Warning.objects.filter(month=run.month, run_id=run.id, division__startswith=prefix)
    return found if with_suppressed else found.filter(suppressed=False)


def _finished(run: Run) -> FinishedRun:
    retired = run.retired_at is not None
    return FinishedRun(run.id, run.month, run.model_id, run.model_name, run.result_hash, run.summary, retired)


def _version(row: PublishedModel) -> tuple[int, ...]:
    return tuple(int(part) for part in row.version.split("."))


def _line(row: PublishedModel, model: Model) -> ModelLine:
    return ModelLine(row.pk, model.title, row.digest, f"{row.published_at:%Y-%m-%d}", model.indicators)
