"""What became of the warnings that went out in a month: how many were answered, and by which verdict, at a place and the places in it.

Counted from the desk as it stands, so only for who sees the households: the database shows nobody else a row of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Count, F
from django.db.models.functions import Left

from minsheng.domain.monitoring import states
from minsheng.domain.monitoring.models import DeskWarning
from minsheng.domain.registry.queries import in_places
from minsheng.kernel.divisions import CODE_DIGITS, DivisionCode


@dataclass
class Outcome:
    """Households warned of, and of them those with each verdict."""

    out: int = 0
    verdicts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(states.VERDICTS, 0))

    @property
    def answered(self) -> int:
        """Those with a verdict."""
        return sum(self.verdicts.values())

    @property
    def open(self) -> int:
        """Those that nobody has answered."""
        return self.out - self.answered

    def add(self, verdict: str, households: int) -> None:
        """Count some more, all with one verdict (blank: none)."""
        self.out += households
        if verdict:
            self.verdicts[verdict] += households


@dataclass(frozen=True)
class Outcomes:
    """Those of one run's month at a place, and at each place directly in it (twelve digits)."""

    here: Outcome
    below: Mapping[str, Outcome]


def outcomes(runs: Iterable[str], division: str, below: Sequence[str]) -> dict[str, Outcomes]:
    """Run → what became of its warnings at a place and at these places within it; one query. Codes have twelve digits."""
    prefixes = {DivisionCode(code).prefix: code for code in below}
    digits = max(map(len, prefixes), default=CODE_DIGITS)
    found = {run: Outcomes(Outcome(), {code: Outcome() for code in below}) for run in runs}
    rows = DeskWarning.objects.filter(in_places([DivisionCode(division).prefix]), run_id__in=list(found), warned_month=F("month"))
    went_out = rows.exclude(status=states.HELD_BACK).exclude(cause=states.STANDING)
    counted = went_out.order_by().annotate(place=Left("division", digits)).values_list("run_id", "place", "verdict")
    for run, place, verdict, households in counted.annotate(Count("household_key")):
        found[run].here.add(verdict, households)
        inside = next((code for prefix, code in prefixes.items() if place.startswith(prefix)), None)
        if inside is not None:
            found[run].below[inside].add(verdict, households)
    return found
