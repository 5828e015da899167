"""Levels, warnings and hits of a run."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.db.models import Count, QuerySet

from minsheng.domain.monitoring.models import Hit, HouseholdLevel, Run, Warning
from minsheng.domain.monitoring.queries.runs import FinishedRun, OfARun
from minsheng.kernel.divisions import DivisionCode
from minsheng.kernel.errors import Refusal

NO_DIVISION = ""
"""Stands for the township of households whose division nobody delivered."""


class MonthRetired(Refusal):
    """The month's levels and warnings are no longer in the database."""

    code: ClassVar[str] = "month-retired"


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


def levels_at(run: OfARun, household_keys: Iterable[int]) -> dict[int, int]:
    """Household key → its level in a run, of these households."""
    rows = HouseholdLevel.objects.filter(month=run.month, run_id=run.id, household_key__in=list(household_keys))
    return dict(rows.values_list("household_key", "level"))


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
