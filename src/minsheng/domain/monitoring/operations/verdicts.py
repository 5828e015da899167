"""What a worker found at a warned household."""

from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import ClassVar

from django.db import transaction

from minsheng.domain.audit.operations import record
from minsheng.domain.monitoring import states
from minsheng.domain.monitoring.models import HouseholdLevel, Run, Verdict, Warning
from minsheng.domain.monitoring.operations.desk import settle
from minsheng.domain.monitoring.queries import refuse_retired
from minsheng.kernel.errors import Refusal

WITHDRAWN_WITHIN = timedelta(minutes=15)
_BEIJING = timezone(timedelta(hours=8))
"""The one civil time of the country."""


class NoSuchWarning(Refusal):
    """The household has no warning in that run."""

    code: ClassVar[str] = "no-such-warning"


class NotOnTheRoll(Refusal):
    """The household was not looked at by that run."""

    code: ClassVar[str] = "not-on-the-roll"


class NotAVerdict(Refusal):
    """The word is none of the verdicts."""

    code: ClassVar[str] = "not-a-verdict"


class VisitToCome(Refusal):
    """The day of the visit lies in the future."""

    code: ClassVar[str] = "visit-to-come"


class NoSuchBatch(Refusal):
    """Nothing was given under this token by this person."""

    code: ClassVar[str] = "no-such-batch"


class TooLateToWithdraw(Refusal):
    """What was recorded some time ago stands."""

    code: ClassVar[str] = "too-late-to-withdraw"


@dataclass(frozen=True)
class Visit:
    """One visit's outcome."""

    household_key: int
    verdict: str
    given_on: date
    note: str = ""


@transaction.atomic
def record_verdicts(*, run: str, visits: Sequence[Visit], sample: bool = False, batch: str = "", by: str, at: datetime) -> int:
    """Record what was found at households warned of in a run, all or none; returns how many were new. The desk follows.

    Those of a `batch` can be withdrawn together for a while; a batch that was recorded for the run before changes nothing.
    With `sample` the households were chosen at random, warned or not: what is found at them tells whom the model misses. The same
    household and day again changes nothing: the first one said holds. Raises NotAVerdict, VisitToCome, NoSuchWarning, NotOnTheRoll or
    MonthRetired.
    """
    _refuse_impossible(visits, today=at.astimezone(_BEIJING).date())
    visited = {visit.household_key for visit in visits}
    if sample and visited - _found(HouseholdLevel, run, visited):
        raise NotOnTheRoll("A household was not on the register in that month.", next_step="Check its number and the month.")
    if not sample and visited - _found(Warning, run, visited):
        raise NoSuchWarning(
            "A household has no warning in that month.",
            next_step="See: minsheng warnings list. If it was visited as part of a random sample, say --sample.",
        )
    if batch and Verdict.objects.filter(batch=batch, run_id=run).exists():
        return 0
    known = set(Verdict.standing.filter(run_id=run, household_key__in=visited).values_list("household_key", "given_on"))
    first_said = {(visit.household_key, visit.given_on): visit for visit in reversed(visits)}
    fresh = [visit for at_day, visit in sorted(first_said.items()) if at_day not in known]
    Verdict.objects.bulk_create([_verdict(visit, run, batch, by, at) for visit in fresh])
    if fresh:
        line = Run.objects.values_list("model_name", flat=True).get(pk=run)
        settle(line=line, households=[visit.household_key for visit in fresh], by=by, at=at)
    for verdict, number in sorted(Counter(visit.verdict for visit in fresh).items()):
        record("verdict.recorded", by=by, at=at, subject=f"run:{run}", detail={"verdict": verdict, "households": number})
    return len(fresh)


@transaction.atomic
def withdraw_verdicts(*, batch: str, by: str, at: datetime) -> int:
    """Withdraw the verdicts that somebody gave together a moment ago; returns how many. They stay on record and count nowhere.

    Raises NoSuchBatch, or TooLateToWithdraw after a quarter of an hour. Withdrawing again changes nothing.
    """
    given = list(Verdict.objects.filter(batch=batch, given_by=by).exclude(batch="").select_related("run"))
    if not given:
        raise NoSuchBatch("There is nothing of yours to withdraw.", next_step="Open the household and give a new verdict instead.")
    if at - given[0].recorded_at > WITHDRAWN_WITHIN:
        raise TooLateToWithdraw("The verdicts were given too long ago to be withdrawn.", next_step="Give a new verdict at each household.")
    standing = [one for one in given if one.withdrawn_at is None]
    Verdict.objects.filter(pk__in=[one.pk for one in standing]).update(withdrawn_at=at, withdrawn_by=by)
    for run in sorted({one.run_id for one in standing}):
        of_run = [one for one in standing if one.run_id == run]
        settle(line=of_run[0].run.model_name, households=[one.household_key for one in of_run], by=by, at=at)
        verdicts = dict(sorted(Counter(one.verdict for one in of_run).items()))
        record("verdicts.withdrawn", by=by, at=at, subject=f"run:{run}", detail={"batch": batch, "verdicts": verdicts})
    return len(standing)


def _refuse_impossible(visits: Sequence[Visit], *, today: date) -> None:
    unknown = sorted({visit.verdict for visit in visits} - set(states.VERDICTS))
    if unknown:
        raise NotAVerdict(f"{unknown[0]!r} is not a verdict.", next_step=f"Use one of {', '.join(states.VERDICTS)}.")
    latest = max((visit.given_on for visit in visits), default=today)
    if latest > today:
        raise VisitToCome(
            f"A visit on {latest} has yet to happen: today is {today}.", next_step="Give the day on which somebody was there."
        )


def _found(table: type[HouseholdLevel] | type[Warning], run: str, households: Set[int]) -> set[int]:
    """Those of the households that a run's roll, or its warnings, have."""
    refuse_retired([run])
    month = Run.objects.filter(pk=run).values_list("month", flat=True).first() or ""
    rows = table.objects.filter(month=month, run_id=run, household_key__in=households)
    return set(rows.values_list("household_key", flat=True))


def _verdict(visit: Visit, run: str, batch: str, by: str, at: datetime) -> Verdict:
    return Verdict(
        household_key=visit.household_key,
        run_id=run,
        verdict=visit.verdict,
        given_on=visit.given_on,
        given_by=by,
        recorded_at=at,
        note=visit.note[:1000],
        batch=batch,
    )
