"""What a simulation found, for whoever looks: figures with small numbers protected, and the households that move where they are seen."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import F, Q

from minsheng.domain.modelling import small_numbers
from minsheng.domain.modelling.models import DraftSimulation, SimulatedMove
from minsheng.domain.modelling.small_numbers import Count, Group
from minsheng.domain.places.queries import full_names
from minsheng.domain.registry.queries import household_names
from minsheng.engine.indicators.grammar import LEVELS
from minsheng.engine.simulation.alarms import CAUSES
from minsheng.kernel.errors import Refusal

SPLITS = ("age", "sex", "residence", "ethnicity", "disability", "county", "township")
PLACES = ("county", "township")
_URGENT = LEVELS[-2:]


class NoSuchSimulation(Refusal):
    """The draft has no such simulation."""

    code: ClassVar[str] = "no-such-simulation"


@dataclass(frozen=True)
class LevelLine:
    """Households of a level before: how many, and how they move; `to` is every level afterwards, where all numbers are shown."""

    level: int
    before: Count
    after: Count
    down: Count
    same: Count
    up: Count
    to: tuple[int, ...]


@dataclass(frozen=True)
class Pair:
    """A number before and after."""

    name: str
    before: Count
    after: Count


@dataclass(frozen=True)
class Work:
    """A township's warnings before and after beside its capacity (None: no limit)."""

    township: str
    capacity: int | None
    warnings: Pair
    urgent: Pair
    deferred: Pair

    @property
    def too_much(self) -> bool:
        """Whether more is asked of the township than it can do."""
        return self.capacity is not None and self.warnings.after is not None and self.warnings.after > self.capacity


@dataclass(frozen=True)
class SimulationView:
    """A simulation as it is shown; `protected`: small numbers are hidden. Places are those the viewer answers for."""

    number: int
    draft: int
    revision: int
    month: str
    model: str
    run: str
    simulated_by: str
    simulated_at: datetime
    protected: bool
    everybody: Group
    levels: tuple[LevelLine, ...]
    splits: Mapping[str, Sequence[Group]]
    sent: Pair
    suppressed: Pair
    by_level: tuple[Pair, ...]
    by_cause: tuple[Pair, ...]
    work: tuple[Work, ...]
    places: Mapping[str, str]
    newest: bool


@dataclass(frozen=True)
class MoveRow:
    """A household that moves."""

    household_key: int
    number: str
    head: str
    division: str
    place: str
    before: int
    after: int
    score_before: int
    score_after: int
    indicators: str


@dataclass(frozen=True)
class MovePage:
    """Some of the households that move, and the cursor of the page after (empty at the end)."""

    rows: tuple[MoveRow, ...]
    older: str


def simulation_view(draft: int, simulation: int, *, protected: bool, places: Collection[str]) -> SimulationView:
    """A simulation of a draft, small numbers `protected`, places within some prefixes; raises NoSuchSimulation."""
    found = DraftSimulation.objects.select_related("run").filter(draft_id=draft, pk=simulation).first()
    if found is None:
        raise NoSuchSimulation("The draft has no such simulation.", next_step="Go back to the draft.")
    figures = found.figures
    everybody = small_numbers.whole(figures["all"], protected=protected)
    splits = _splits(figures["splits"], everybody, protected=protected)
    before, after = figures["warnings_before"], figures["warnings_after"]
    sent, by_level, by_cause = _warnings(before, after, protected=protected)
    newest = not DraftSimulation.objects.filter(draft_id=draft, pk__gt=simulation).exists()
    return SimulationView(
        number=found.pk,
        draft=draft,
        revision=found.revision,
        month=found.run.month,
        model=found.run.model_id,
        run=found.run_id,
        simulated_by=found.simulated_by,
        simulated_at=found.simulated_at,
        protected=protected,
        everybody=everybody,
        levels=tuple(_levels(figures, everybody, protected=protected)),
        splits={name: [one for one in rows if name not in PLACES or _lies(one.group, places)] for name, rows in splits.items()},
        sent=sent,
        suppressed=_pair("suppressed", before["suppressed"], after["suppressed"], protected=protected),
        by_level=by_level,
        by_cause=by_cause,
        work=tuple(one for one in _work(figures["work"], by_level, protected=protected) if _lies(one.township, places)),
        places=figures["places"],
        newest=newest,
    )


def moves_of(simulation: int, *, after: str = "", size: int = 50) -> MovePage:
    """The households that a simulation moves and the viewer sees, upwards first, then by score; `after` is a page's cursor."""
    found = SimulatedMove.objects.filter(simulation_id=simulation).annotate(change=F("before") - F("after"))
    cursor = _cursor(after)
    if cursor:
        change, score, key = cursor
        lower = Q(score_after__lt=score) | Q(score_after=score, household_key__gt=key)
        found = found.filter(Q(change__gt=change) | (Q(change=change) & lower))
    rows = list(found.order_by("change", "-score_after", "household_key")[: size + 1])
    shown = rows[:size]
    older = f"{shown[-1].before - shown[-1].after}_{shown[-1].score_after}_{shown[-1].household_key}" if len(rows) > size else ""
    return MovePage(tuple(_named(shown)), older)


def _named(moves: Sequence[SimulatedMove]) -> list[MoveRow]:
    names = household_names([one.household_key for one in moves])
    places = full_names({one.division for one in moves if one.division})
    return [
        MoveRow(
            household_key=one.household_key,
            number=names[one.household_key].number if one.household_key in names else "",
            head=names[one.household_key].head if one.household_key in names else "",
            division=one.division,
            place=places.get(one.division, ""),
            before=one.before,
            after=one.after,
            score_before=one.score_before,
            score_after=one.score_after,
            indicators=str(one.indicators or ""),
        )
        for one in moves
    ]


def _cursor(written: str) -> tuple[int, int, int] | None:
    parts = written.split("_")
    if len(parts) != 3 or not all(part.lstrip("-").isdecimal() and len(part) < 19 for part in parts):
        return None
    return int(parts[0]), int(parts[1]), int(parts[2])


def _lies(code: str, places: Collection[str]) -> bool:
    return not code or any(code.startswith(prefix) for prefix in places)


def _levels(figures: Mapping[str, Any], everybody: Group, *, protected: bool) -> list[LevelLine]:
    matrix = {was: {now: figures["movements"][was][now] for now in LEVELS} for was in LEVELS}
    after = {name: figures["all"]["after"][name] for name in LEVELS}
    if not protected:
        rows = [list(row.values()) for row in matrix.values()]
        return [
            LevelLine(at, sum(row), after[name], sum(row[:at]), row[at], sum(row[at + 1 :]), tuple(row))
            for at, (name, row) in enumerate(zip(matrix, rows, strict=True))
        ]
    flows = small_numbers.flows(matrix, everybody)
    shown = small_numbers.levels_after(after, everybody)
    return [LevelLine(at, total, shown[name], *parts, to=()) for at, (name, (total, parts)) in enumerate(zip(matrix, flows, strict=True))]


def _splits(splits: Mapping[str, Any], everybody: Group, *, protected: bool) -> dict[str, list[Group]]:
    if not protected:
        return {name: [Group.open(row) for row in splits[name]] for name in SPLITS}
    found = {name: small_numbers.groups(splits[name], everybody) for name in SPLITS if name != "township"}
    return found | {"township": small_numbers.townships(splits["township"], found["county"])}


def _pair(name: str, before: int, after: int, *, protected: bool) -> Pair:
    return Pair(name, *(small_numbers.alone(count, protected=protected) for count in (before, after)))


def _warnings(before: Mapping[str, Any], after: Mapping[str, Any], *, protected: bool) -> tuple[Pair, tuple[Pair, ...], tuple[Pair, ...]]:
    sent = _pair("sent", before["sent"], after["sent"], protected=protected)
    lines = {}
    for kind in ("by_level", "by_cause"):
        names = [name for name in (*LEVELS, *CAUSES) if name in before[kind]]
        shown = [
            small_numbers.line(counts[kind], names, hide_total=total is None) if protected else counts[kind]
            for counts, total in ((before, sent.before), (after, sent.after))
        ]
        lines[kind] = tuple(Pair(name, shown[0][name], shown[1][name]) for name in names)
    return sent, lines["by_level"], lines["by_cause"]


def _work(rows: Sequence[Mapping[str, Any]], by_level: Sequence[Pair], *, protected: bool) -> list[Work]:
    if not protected:
        return [
            _township(row, *(Pair(name, row["before"][name], row["after"][name]) for name in ("warnings", "urgent", "deferred")))
            for row in rows
        ]
    urgent = [one for one in by_level if one.name in _URGENT]
    before, after = (
        small_numbers.urgent([row[when] for row in rows], closed=any(getattr(one, when) is None for one in urgent))
        for when in ("before", "after")
    )
    return [
        _township(row, Pair("warnings", was[0], now[0]), Pair("urgent", was[1], now[1]), Pair("deferred", None, None))
        for row, was, now in zip(rows, before, after, strict=True)
    ]


def _township(row: Mapping[str, Any], warnings: Pair, urgent: Pair, deferred: Pair) -> Work:
    return Work(row["township"], row["capacity"], warnings, urgent, deferred)
