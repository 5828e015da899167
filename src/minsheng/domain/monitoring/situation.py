"""The month at a glance for a place and the places in it, from what was counted when the run was published.

Who may not see households is shown no count below ten, nor one that would give such a count away: the table of places is protected together
with the tables above it, so that going down a level tells nothing new, and everything else is told of the highest place alone.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Q, Sum

from minsheng.domain.monitoring.models import LevelTally, Run, TopicTally
from minsheng.domain.monitoring.queries import FinishedRun
from minsheng.engine.indicators.grammar import LEVELS
from minsheng.kernel.disclosure import LEAST, Protected, protect, protect_within
from minsheng.kernel.divisions import DivisionCode
from minsheng.kernel.periods import Month

Count = int | None
"""Households; None where the number is hidden."""
ALL_LEVELS = range(len(LEVELS))


@dataclass(frozen=True)
class Counts:
    """Households at each level, none first, and all of them; hidden numbers are None."""

    levels: tuple[Count, ...]
    total: Count

    @property
    def urgent(self) -> Count:
        """Orange and red together, if both are known."""
        orange, red = self.levels[3], self.levels[4]
        return None if orange is None or red is None else orange + red


@dataclass(frozen=True)
class Topic:
    """What households were found by: households with a level, by level."""

    value: str
    levels: tuple[Count, ...]

    @property
    def total(self) -> Count:
        """All of them, if every level is known."""
        return whole(self.levels)


@dataclass(frozen=True)
class Below:
    """A place directly within the one shown, with its households and the warnings that go out."""

    division: str
    counts: Counts
    warnings: Count


@dataclass(frozen=True)
class Then:
    """The same place in an earlier month: its households, those of the places in it, by change, and by (kind of topic, topic)."""

    month: Month
    counts: Counts
    below: Mapping[str, Counts]
    changes: Mapping[str, tuple[Count, ...]]
    topics: Mapping[tuple[str, str], tuple[Count, ...]]


@dataclass(frozen=True)
class Situation:
    """One place in one run.

    `trend` says the same of earlier months, oldest first; `before` is the month before, `last_year` twelve back, None where they were not
    run. `changes` are households by change (code) and level. Where numbers are `protected` and the place is not the highest, there are no
    changes, topics or warnings, nor were there.
    """

    run: FinishedRun
    division: str
    counts: Counts
    before: Then | None
    last_year: Then | None
    below: tuple[Below, ...]
    trend: tuple[tuple[Month, Counts], ...]
    changes: Mapping[str, tuple[Count, ...]]
    dimensions: tuple[Topic, ...]
    indicators: tuple[Topic, ...]
    warnings_out: tuple[Count, ...]
    suppressed: Count
    protected: bool


@dataclass(frozen=True)
class _Tallies:
    """The level tallies of a few runs at the places of one path: run → parent → division → level → households."""

    path: tuple[str, ...]
    protected: bool
    counted: Mapping[str, Mapping[str, Mapping[str, Sequence[int]]]] = field(repr=False)

    @classmethod
    def of(cls, runs: Iterable[str], path: tuple[str, ...], *, protected: bool) -> "_Tallies":
        rows = (
            LevelTally.objects.filter(run_id__in=list(runs))
            .filter(Q(parent__in=path) | Q(division=path[0]))
            .values_list("run_id", "parent", "division", "level")
            .annotate(total=Sum("households"))
        )
        counted: dict[str, dict[str, dict[str, list[int]]]] = {}
        for run, parent, division, level, total in rows:
            above = parent if parent in path and division != path[0] else ""
            levels = counted.setdefault(run, {}).setdefault(above, {}).setdefault(division, [0 for _ in ALL_LEVELS])
            levels[level] += total
        return cls(path, protected, counted)

    def at(self, run: str) -> Counts:
        """The place at the end of the path."""
        return self.table(run)[1]

    def table(self, run: str) -> tuple[dict[str, Counts], Counts]:
        """The places within the path's end, and that place itself, as far as they may be shown."""
        counted = self.counted.get(run, {})
        [whole] = counted.get("", {"": [0 for _ in ALL_LEVELS]}).values()
        hidden, hide_total = self._hidden_at_top(whole)
        for place, following in zip(self.path, (*self.path[1:], ""), strict=True):
            names, cells = _as_cells(counted.get(place, {}), whole)
            shown = protect_within(cells, hidden_columns=hidden, hide_total=hide_total) if self.protected else _open(cells)
            if not following:
                below = {name: Counts(row, total) for name, row, total in zip(names, shown.cells, shown.rows, strict=True) if name}
                return below, Counts(shown.columns, shown.total)
            at = names.index(following) if following in names else None
            row = shown.cells[at] if at is not None else tuple(0 for _ in ALL_LEVELS)
            whole = cells[at] if at is not None else [0 for _ in ALL_LEVELS]
            hidden = {level for level, count in enumerate(row) if count is None}
            hide_total = at is not None and shown.rows[at] is None
        raise AssertionError

    def _hidden_at_top(self, whole: Sequence[int]) -> tuple[set[int], bool]:
        shown = protect([whole]) if self.protected else _open([whole])
        return {level for level, count in enumerate(shown.cells[0]) if count is None}, shown.total is None


def situation(run: FinishedRun, path: Sequence[str], *, protected: bool, months: int = 13) -> Situation:
    """The situation of the last place of a path, whose first is the highest that the reader answers for.

    Codes have twelve digits. A fixed number of queries, whatever lies below.
    """
    places = tuple(path)
    runs = _runs_until(run, months)
    tallies = _Tallies.of(runs.values(), places, protected=protected)
    month = Month.parse(run.month)
    compared = {one: runs[one] for one in (month, month.plus(-1), month.plus(-12)) if one in runs}
    closed = protected and len(places) > 1
    told = _Told.of([] if closed else compared.values(), places[-1], protected=protected)
    below, counts = tallies.table(run.id)
    then = {one: _then(one, earlier, tallies, told) for one, earlier in compared.items() if one != month}
    return Situation(
        run=run,
        division=places[-1],
        counts=counts,
        before=then.get(month.plus(-1)),
        last_year=then.get(month.plus(-12)),
        below=tuple(_with_warnings(run, places[-1], below, protected)),
        trend=tuple((one, tallies.at(earlier)) for one, earlier in runs.items()),
        changes=told.changes(run.id, counts),
        dimensions=told.topics_of(run.id, "dimension"),
        indicators=told.topics_of(run.id, "indicator"),
        warnings_out=told.topic(run.id, "warning", "out"),
        suppressed=_shown(sum(told.topics.get(run.id, {}).get(("warning", "suppressed"), {}).values()), protected),
        protected=protected,
    )


def whole(levels: Sequence[Count]) -> Count:
    """The sum of counts, if every one of them is known."""
    known = [count for count in levels if count is not None]
    return sum(known) if len(known) == len(levels) else None


def _then(month: Month, run: str, tallies: "_Tallies", told: "_Told") -> Then:
    below, counts = tallies.table(run)
    topics = {topic: told.topic(run, *topic) for topic in told.topics.get(run, {})}
    return Then(month, counts, below, told.changes(run, counts), topics)


@dataclass(frozen=True)
class _Told:
    """What a few runs say of one place: households by change and level, and by (kind, topic) and level."""

    protected: bool
    changed: Mapping[str, Mapping[str, Sequence[int]]]
    topics: Mapping[str, Mapping[tuple[str, str], Mapping[int, int]]]

    @classmethod
    def of(cls, runs: Iterable[str], division: str, *, protected: bool) -> "_Told":
        changed: dict[str, dict[str, list[int]]] = {}
        topics: dict[str, dict[tuple[str, str], dict[int, int]]] = {}
        asked = list(runs)
        levels = LevelTally.objects.filter(run_id__in=asked, division=division)
        for run, change, level, households in levels.values_list("run_id", "change", "level", "households"):
            changed.setdefault(run, {}).setdefault(change, [0 for _ in ALL_LEVELS])[level] += households
        found = TopicTally.objects.filter(run_id__in=asked, division=division)
        for run, kind, value, level, households in found.values_list("run_id", "kind", "value", "level", "households"):
            topics.setdefault(run, {}).setdefault((kind, value), {})[level] = households
        return cls(protected, changed, topics)

    def changes(self, run: str, counts: Counts) -> dict[str, tuple[Count, ...]]:
        """Change → households by level, protected within the counts of the same run."""
        found = self.changed.get(run, {})
        cells = list(found.values())
        hidden = {level for level, count in enumerate(counts.levels) if count is None}
        shown = protect_within(cells, hidden_columns=hidden, hide_total=counts.total is None) if self.protected else _open(cells)
        return dict(zip(found, shown.cells, strict=True))

    def topic(self, run: str, kind: str, value: str) -> tuple[Count, ...]:
        """One topic's households, by level."""
        levels = self.topics.get(run, {}).get((kind, value), {})
        return tuple(_shown(levels.get(level, 0), self.protected) for level in ALL_LEVELS if level)

    def topics_of(self, run: str, kind: str) -> tuple[Topic, ...]:
        """The topics of a kind, the most households first. A household counts for several, so that they add up to nothing."""
        found = [(value, levels) for (of, value), levels in self.topics.get(run, {}).items() if of == kind]
        ordered = sorted(found, key=lambda pair: (-sum(pair[1].values()), pair[0]))
        return tuple(Topic(value, self.topic(run, kind, value)) for value, _ in ordered)


def path_to(division: str, top: str) -> tuple[str, ...]:
    """The codes from the highest place down to one within it, both included. Raises NotADivisionCode."""
    wanted, above = DivisionCode.parse(division), DivisionCode.parse(top)
    between = [one.text for one in wanted.ancestors if one.text.startswith(above.prefix)]
    return (*between, wanted.text)


def where_it_begins(run: FinishedRun, top: str) -> str:
    """The first place, going down from the highest, in which there is more than one place to compare."""
    with connection.cursor() as cursor:
        cursor.execute(_BEGINS, {"run": run.id, "top": DivisionCode.parse(top).text})
        return str(cursor.fetchone()[0])


_BEGINS = """
WITH RECURSIVE down (place, steps) AS (
  SELECT %(top)s::text, 0
  UNION ALL
  SELECT within.place, steps + 1 FROM down CROSS JOIN LATERAL (
    SELECT min(division)::text AS place FROM monitoring_leveltally WHERE run_id = %(run)s AND parent = down.place
    HAVING min(division) = max(division)
  ) AS within
)
SELECT place FROM down ORDER BY steps DESC LIMIT 1
"""
"""Down from a place while there is only one in it: each step reads the tallies of one place, however many villages there are."""


def _runs_until(run: FinishedRun, months: int) -> dict[Month, str]:
    """The current runs of the model in the months up to the run's, oldest first; the run stands for its own month."""
    last = Month.parse(run.month)
    earlier = Run.objects.filter(
        model_name=run.model_name, current=True, month__gte=str(last.plus(1 - months)), month__lt=run.month, retired_at__isnull=True
    )
    found = {Month.parse(month): pk for month, pk in earlier.order_by("month").values_list("month", "pk")}
    return found | {last: run.id}


def _as_cells(places: Mapping[str, Sequence[int]], whole: Sequence[int]) -> tuple[list[str], list[list[int]]]:
    """The places' levels in order of code, and a line without a name for households only known to be somewhere in here."""
    names = sorted(places)
    cells = [list(places[name]) for name in names]
    rest = [whole[level] - sum(row[level] for row in cells) for level in ALL_LEVELS]
    return ([*names, ""], [*cells, rest]) if any(rest) or not names else (names, cells)


def _open(cells: Sequence[Sequence[int]]) -> Protected:
    return Protected(
        tuple(tuple(row) for row in cells),
        tuple(sum(row) for row in cells),
        tuple(sum(row[level] for row in cells) for level in ALL_LEVELS),
        sum(map(sum, cells)),
    )


def _shown(count: int, protected: bool) -> Count:
    return None if protected and 0 < count < LEAST else count


def _with_warnings(run: FinishedRun, division: str, below: Mapping[str, Counts], protected: bool) -> Iterator[Below]:
    rows = TopicTally.objects.filter(run_id=run.id, parent=division, kind="warning", value="out")
    warned = dict(rows.values_list("division").annotate(total=Sum("households")))
    for place, counts in below.items():
        yield Below(place, counts, None if protected else warned.get(place, 0))
