"""What a worker found at a warned household."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from django.db import transaction

from minsheng.domain.audit.operations import record
from minsheng.domain.monitoring import states
from minsheng.domain.monitoring.models import Verdict, Warning
from minsheng.kernel.errors import Refusal


class NoSuchWarning(Refusal):
    """The household has no warning in that run."""

    code: ClassVar[str] = "no-such-warning"


class NotAVerdict(Refusal):
    """The word is none of the verdicts."""

    code: ClassVar[str] = "not-a-verdict"


@dataclass(frozen=True)
class Visit:
    """One visit's outcome."""

    household_key: int
    verdict: str
    given_on: date
    note: str = ""


@transaction.atomic
def record_verdicts(*, run: str, visits: Sequence[Visit], by: str, at: datetime) -> int:
    """Record what was found at households warned of in a run, all or none; returns how many were new.

    The same household and day again changes nothing: the first one said holds. Raises NotAVerdict or NoSuchWarning.
    """
    unknown = sorted({visit.verdict for visit in visits} - set(states.VERDICTS))
    if unknown:
        raise NotAVerdict(f"{unknown[0]!r} is not a verdict.", next_step=f"Use one of {', '.join(states.VERDICTS)}.")
    visited = {visit.household_key for visit in visits}
    warned = set(Warning.objects.filter(run_id=run, household_key__in=visited).values_list("household_key", flat=True))
    if visited - warned:
        raise NoSuchWarning("A household has no warning in that month.", next_step="See: minsheng warnings list")
    known = set(Verdict.objects.filter(run_id=run, household_key__in=visited).values_list("household_key", "given_on"))
    first_said = {(visit.household_key, visit.given_on): visit for visit in reversed(visits)}
    fresh = [visit for at_day, visit in sorted(first_said.items()) if at_day not in known]
    Verdict.objects.bulk_create([_verdict(visit, run, by, at) for visit in fresh])
    for verdict, number in sorted(Counter(visit.verdict for visit in fresh).items()):
        record("verdict.recorded", by=by, at=at, subject=f"run:{run}", detail={"verdict": verdict, "households": number})
    return len(fresh)


def _verdict(visit: Visit, run: str, by: str, at: datetime) -> Verdict:
    return Verdict(
        household_key=visit.household_key,
        run_id=run,
        verdict=visit.verdict,
        given_on=visit.given_on,
        given_by=by,
        recorded_at=at,
        note=visit.note[:1000],
    )
