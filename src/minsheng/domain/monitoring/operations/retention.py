"""Taking old months out of the database, once the lake is known to hold them, and bringing them back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db import transaction
from django.db.models import Max

from minsheng.domain.audit.operations import record
from minsheng.domain.installation import Installation
from minsheng.domain.monitoring.models import PublishedModel, Run, Verdict
from minsheng.domain.monitoring.operations import partitions
from minsheng.domain.monitoring.operations.desk import clear, stand
from minsheng.domain.monitoring.operations.keeping import KeptRun
from minsheng.domain.monitoring.operations.loading import load_run
from minsheng.engine.indicators.grammar import Model
from minsheng.engine.lake import Lake
from minsheng.kernel.errors import Refusal
from minsheng.kernel.periods import Month
from minsheng.kernel.progress import Progress, Step


class MonthStillNeeded(Refusal):
    """Runs to come read what the month's rows say."""

    code: ClassVar[str] = "month-still-needed"


class MonthNotRetired(Refusal):
    """The month's rows are not away."""

    code: ClassVar[str] = "month-not-retired"


@dataclass(frozen=True)
class RetiredMonth:
    """One month taken out: its runs, how many rows of each table, and the room they took with their indexes."""

    month: str
    runs: Sequence[str]
    rows: Mapping[str, int]
    bytes: int


@dataclass(frozen=True)
class Retirement:
    """What was taken out of the database, or, in a dry run, what would be."""

    months: Sequence[RetiredMonth]
    tables_kept: bool
    dry_run: bool


@dataclass(frozen=True)
class Restoration:
    """A month that is back; `reloaded` from the lake, or else from its kept tables."""

    month: str
    runs: Sequence[str]
    reloaded: bool


@transaction.atomic
def retire(
    *,
    before: Month,
    keep_tables: bool = False,
    dry_run: bool = False,
    installation: Installation,
    by: str,
    at: datetime,
    progress: Progress,
) -> Retirement:
    """Take the months before a month out of the roll, all or none, and drop their tables, or leave them detached (`keep_tables`).

    Every file of their runs is read and compared with its hash first. Runs and verdicts stay, and so do the sentences of the
    warnings, in the lake. Raises MonthStillNeeded, LakeDiffers, LakeMissing or RollIsBusy; a second time changes nothing.
    """
    partitions.only_writer()
    _refuse_needed(before)
    months = _months_before(before, installation.lake)
    with progress.step("核对湖中文件 check the lake", total=len(months)) as step:
        for runs in months.values():
            for run in runs:
                run.verify()
                run.compare()
            step.advance()
    found = [_measured(month, runs) for month, runs in months.items()]
    if months and not dry_run:
        kept = {run.run.pk: run.keep_reasons() for runs in months.values() for run in runs}
        _take_out(months, keep_tables)
        Run.objects.filter(pk__in=kept).update(retired_at=at)
        clear(runs=list(kept))
        detail = {"months": [str(month) for month in months], "runs": kept, "tables_kept": keep_tables}
        record("months.retired", by=by, at=at, subject=f"before:{before}", detail=detail)
    return Retirement(found, keep_tables, dry_run)


@transaction.atomic
def restore(*, month: Month, installation: Installation, by: str, at: datetime, progress: Progress) -> Restoration:
    """Bring a retired month back: its detached tables if they are still there, or else its rows from the lake.

    Raises MonthNotRetired, LakeDiffers or LakeMissing.
    """
    partitions.only_writer()
    away = Run.objects.filter(month=str(month), retired_at__isnull=False).order_by("finished_at")
    runs = [KeptRun(run, installation.lake) for run in away]
    if not runs:
        raise MonthNotRetired(f"{month} was not retired.", next_step="See: minsheng monitor list")
    reloaded = not partitions.stands_beside(month)
    with progress.step(f"{month} 恢复 restore", total=len(runs)) as step:
        if reloaded:
            _reload(month, runs, step)
        else:
            partitions.attach(month)
    names = [run.run.pk for run in runs]
    Run.objects.filter(pk__in=names).update(retired_at=None)
    for run in (run.run for run in runs if run.run.current):
        stand(run=run.pk, by=by, at=at)
    record("month.restored", by=by, at=at, subject=str(month), detail={"runs": names, "reloaded": reloaded})
    return Restoration(str(month), names, reloaded)


def _months_before(before: Month, lake: Lake) -> dict[Month, list[KeptRun]]:
    """The months of the roll before a month, oldest first, with all their runs."""
    months: dict[Month, list[KeptRun]] = {}
    for run in Run.objects.filter(month__lt=str(before), retired_at__isnull=True).order_by("month", "finished_at"):
        months.setdefault(Month.parse(run.month), []).append(KeptRun(run, lake))
    return months


def _refuse_needed(before: Month) -> None:
    """The newest month, on which the next run builds, and those whose warnings were visited so lately that the verdict still quiets."""
    newest = Run.objects.aggregate(newest=Max("month"))["newest"]
    if newest is not None and newest < str(before):
        raise MonthStillNeeded(
            f"{newest} is the newest month, and the next month's run builds on it.", next_step=f"Retire what lies before {newest} at most."
        )
    for model, quiet_months in _quiet_months().items():
        quiet_since = Month.parse(newest).plus(-quiet_months).last_day if newest else before.first_day
        resting = Verdict.standing.filter(run__model_name=model, given_on__gt=quiet_since)
        oldest = resting.filter(run__month__lt=str(before), run__retired_at__isnull=True).order_by("run__month").first()
        if oldest is not None:
            raise MonthStillNeeded(
                f"Warnings of {oldest.run.month} were visited on {oldest.given_on}, and the verdict still holds back warnings of {model}.",
                next_step=f"Retire what lies before {oldest.run.month} at most.",
            )


def _quiet_months() -> dict[str, int]:
    """The longest quiet period of each line of models."""
    longest: dict[str, int] = {}
    for published in PublishedModel.objects.all():
        model = Model.model_validate_json(published.document)
        longest[model.name] = max(longest.get(model.name, 0), model.suppression.quiet_months)
    return longest


def _measured(month: Month, runs: Sequence[KeptRun]) -> RetiredMonth:
    rows = {model._meta.model_name or "": model.objects.filter(month=str(month)).count() for model in partitions.ROLL}
    return RetiredMonth(str(month), [run.run.pk for run in runs], rows, partitions.bytes_of(month))


def _take_out(months: Iterable[Month], keep_tables: bool) -> None:
    for month in months:
        partitions.detach(month)
        if not keep_tables:
            partitions.drop(month)


def _reload(month: Month, runs: Sequence[KeptRun], step: Step) -> None:
    partitions.drop(month)
    for run in runs:
        run.verify()
        load_run(run.rows(), run.tell)
        step.advance()
