"""The desk's list of warnings: filtered, sorted, a page at a time, within what the database lets the reader see.

Every condition written here is an equality or a range wherever an index should be used: only such conditions may go before row-level
security. Pages go by keys, so that the thousandth costs what the first does and nothing is lost or shown twice while others work.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Final

from django.db.models import Count, Q, QuerySet

from minsheng.domain.monitoring import states
from minsheng.domain.monitoring.models import A_LEVEL, DeskWarning, Verdict, Warning
from minsheng.domain.monitoring.queries.runs import OfARun
from minsheng.domain.registry.queries import Sought, households_found, in_places, is_common, somebody_called
from minsheng.kernel.errors import Refusal
from minsheng.kernel.periods import Month
from minsheng.kernel.sealing import Keys

SORTS: Final[Mapping[str, tuple[str, ...]]] = {
    "urgency": ("urgency",),
    "newest": ("freshness",),
    "waiting": ("patience",),
    "place": ("division", "urgency"),
}
"""Sort → the columns it goes by, the key of the household last; all fall but the division, which rises."""
_MILLION: Final = 1_000_000


class NotACursor(Refusal):
    """The place in the list from which to go on is none."""

    code: ClassVar[str] = "not-a-cursor"


@dataclass(frozen=True)
class DeskFilter:
    """What is asked of the list; everything blank asks for every household with a level. Scores in whole points, ages in months.

    `issued`: only this month's warnings that went out.
    """

    status: str = states.OPEN
    verdict: str = ""
    levels: tuple[int, ...] = ()
    changes: tuple[str, ...] = ()
    division: str = ""
    indicators: tuple[str, ...] = ()
    least_score: int | None = None
    most_score: int | None = None
    least_age: int = 0
    noted: bool | None = None
    issued: bool = False
    sought: Sought = field(default_factory=lambda: Sought("nothing", ""))
    sort: str = "urgency"


@dataclass(frozen=True)
class DeskRow:
    """One warning on the desk; `age` counts the months for which nobody has answered, `touched_at` tells whether it changed since."""

    household_key: int
    division: str
    level: int
    score: int
    change: str
    cause: str
    indicators: Sequence[str]
    since: str
    age: int
    warned_month: str
    warned_run: str
    status: str
    verdict: str
    touched_at: datetime
    touched_by: str
    noted_at: datetime | None
    noted_by: str
    reason_zh: str = ""
    reason_en: str = ""


@dataclass(frozen=True)
class DeskPage:
    """A page of the list, and where the next and the one before begin (blank: there is none)."""

    rows: Sequence[DeskRow]
    after: str
    before: str


@dataclass(frozen=True)
class DeskCounts:
    """How many warnings the filter finds, by level, whatever levels it asks for; and of them those of the levels it asks for.

    Nothing and None where a common name is searched for, whose bearers nobody counts.
    """

    by_level: dict[int, int]
    found: int | None


@dataclass(frozen=True)
class DeskWaiting:
    """How many warnings are open, by level, and how many of all levels are old."""

    by_level: dict[int, int]
    old: int


@dataclass(frozen=True)
class GivenTogether:
    """Verdicts given in one go: by which they are withdrawn, when they were given, and how many."""

    batch: str
    recorded_at: datetime
    number: int


@dataclass(frozen=True)
class DeskWatch:
    """Whose list it is: the places where the reader sees households, and the keys that hide identity numbers."""

    within: Sequence[str]
    keys: Keys


def desk_found(
    run: OfARun, asked: DeskFilter, watch: DeskWatch, *, after: str = "", before: str = "", size: int = 50
) -> tuple[DeskPage, DeskCounts]:
    """A page of the list and how many there are: four queries at most, whatever is asked. Raises NotACursor."""
    if asked.sought.kind == "nothing":
        return desk_page(run, asked, watch, after=after, before=before, size=size), desk_counts(run, asked, watch)
    if is_common(asked.sought, within=watch.within):
        return _page(run, asked, _chosen(run, asked, watch, one_by_one=True), after, before, size), DeskCounts({}, None)
    return _among_the_sought(run, asked, watch, after=after, before=before, size=size)


def _among_the_sought(
    run: OfARun, asked: DeskFilter, watch: DeskWatch, *, after: str, before: str, size: int
) -> tuple[DeskPage, DeskCounts]:
    """Of whoever is searched for, the order is made here: they are few beside the list, and finding them again would cost most."""
    columns = (*SORTS[asked.sort], "household_key")
    sought_for = _chosen(run, asked, watch, levels=False).order_by().values_list("level", *columns)
    every = [(level, _place(values, columns)) for level, *values in sought_for]
    places = sorted(place for level, place in every if not asked.levels or level in asked.levels)
    at, backwards = _place(_read(after or before, columns), columns) if after or before else None, bool(before) and not after
    start = 0 if at is None else max(0, bisect_left(places, at) - size) if backwards else bisect_right(places, at)
    end = bisect_left(places, at) if at is not None and backwards else start + size
    keys = [-int(place[-1]) for place in places[start:end]]
    rows = DeskWarning.objects.filter(in_places(watch.within), run_id=run.id, household_key__in=keys)
    found = sorted(rows, key=lambda row: keys.index(row.household_key))
    page = DeskPage(
        rows=_told(run, found),
        after=_cursor(found[-1], columns) if found and end < len(places) else "",
        before=_cursor(found[0], columns) if found and start > 0 else "",
    )
    return page, _counts(Counter(level for level, _ in every), asked)


def _place(values: Sequence[int | str], columns: Sequence[str]) -> tuple[int | str, ...]:
    """A row's place in the order of these columns, smaller ones first."""
    return tuple(value if _rises(column) else -int(value) for value, column in zip(values, columns, strict=True))


def desk_page(run: OfARun, asked: DeskFilter, watch: DeskWatch, *, after: str = "", before: str = "", size: int = 50) -> DeskPage:
    """A page of the list, from a cursor on or up to one; raises NotACursor. Two queries, however long the list is."""
    return _page(run, asked, _chosen(run, asked, watch), after, before, size)


def _page(run: OfARun, asked: DeskFilter, rows: "QuerySet[DeskWarning]", after: str, before: str, size: int) -> DeskPage:
    columns = (*SORTS[asked.sort], "household_key")
    backwards = bool(before) and not after
    if cursor := after or before:
        rows = rows.filter(_beyond(columns, _read(cursor, columns), backwards=backwards))
    found = list(rows.order_by(*(_ordered(column, backwards=backwards) for column in columns))[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    has_next, has_before = (bool(found), more) if backwards else (more, bool(after) and bool(found))
    return DeskPage(
        rows=_told(run, found),
        after=_cursor(found[-1], columns) if has_next else "",
        before=_cursor(found[0], columns) if has_before else "",
    )


def desk_counts(run: OfARun, asked: DeskFilter, watch: DeskWatch) -> DeskCounts:
    """How many there are, by level: one query."""
    counted = _chosen(run, asked, watch, levels=False).order_by().values_list("level").annotate(Count("household_key"))
    return _counts(dict(counted), asked)


def desk_waiting(run: OfARun, watch: DeskWatch, *, least_age: int) -> DeskWaiting:
    """How many wait for an answer, by level, and how many of them for so many months: one query."""
    old = Count("household_key", filter=Q(since__lte=str(Month.parse(run.month).plus(-least_age))))
    rows = _chosen(run, DeskFilter(), watch).order_by().values_list("level")
    counted = list(rows.annotate(Count("household_key"), old=old))
    return DeskWaiting({level: number for level, number, _ in counted}, sum(number for *_, number in counted))


def _counts(by_level: Mapping[int, int], asked: DeskFilter) -> DeskCounts:
    return DeskCounts(dict(by_level), sum(number for level, number in by_level.items() if not asked.levels or level in asked.levels))


def recent_batch(by: str, *, since: datetime) -> GivenTogether | None:
    """The verdicts that somebody gave together last, not before an instant, and has not withdrawn."""
    given = Verdict.standing.filter(given_by=by, recorded_at__gte=since).exclude(batch="")
    last = given.values_list("batch", "recorded_at").annotate(number=Count("pk")).order_by("-recorded_at").first()
    return GivenTogether(*last) if last else None


def desk_rows(run: OfARun, household_keys: Sequence[int], watch: DeskWatch) -> list[DeskRow]:
    """The warnings of these households on a run's desk, the most urgent first; those the reader does not see are left out."""
    rows = DeskWarning.objects.filter(in_places(watch.within), run_id=run.id, household_key__in=list(household_keys))
    return _told(run, list(rows.order_by("-urgency", "-household_key")))


def desk_first(run: OfARun, asked: DeskFilter, watch: DeskWatch, *, most: int) -> list[DeskRow]:
    """The first so many warnings that the filter finds, in its order: for files."""
    columns = (*SORTS[asked.sort], "household_key")
    rows = _chosen(run, asked, watch).order_by(*(_ordered(column, backwards=False) for column in columns))
    return _told(run, list(rows[:most]))


def _chosen(run: OfARun, asked: DeskFilter, watch: DeskWatch, *, levels: bool = True, one_by_one: bool = False) -> "QuerySet[DeskWarning]":
    conditions = in_places(watch.within) & Q(run_id=run.id)
    if asked.status:
        conditions &= Q(status=asked.status)
    if asked.verdict:
        conditions &= Q(verdict=asked.verdict)
    if asked.levels and levels:
        bounds = Q(urgency__gte=min(asked.levels) * A_LEVEL, urgency__lt=(max(asked.levels) + 1) * A_LEVEL)
        conditions &= Q(level__in=asked.levels) & bounds
    if asked.changes:
        conditions &= Q(change__in=asked.changes)
    if asked.division:
        conditions &= in_places([asked.division])
    if asked.indicators:
        conditions &= Q(indicators__overlap=list(asked.indicators))
    if one_by_one:
        conditions &= Q(somebody_called(asked.sought, household_key="household_key"))
    elif asked.sought.kind != "nothing":
        conditions &= Q(household_key__in=households_found(asked.sought, keys=watch.keys, within=watch.within))
    return DeskWarning.objects.filter(conditions & _measured(run, asked))


def _measured(run: OfARun, asked: DeskFilter) -> Q:
    conditions = Q()
    if asked.least_score is not None:
        conditions &= Q(score__gte=asked.least_score * _MILLION)
    if asked.most_score is not None:
        conditions &= Q(score__lt=(asked.most_score + 1) * _MILLION)
    if asked.least_age > 0:
        conditions &= Q(since__lte=str(Month.parse(run.month).plus(-asked.least_age)))
    if asked.issued:
        conditions &= Q(warned_month=run.month) & ~Q(status=states.HELD_BACK) & ~Q(cause=states.STANDING)
    if asked.noted is not None:
        conditions &= Q(noted_at__isnull=not asked.noted)
    return conditions


def _told(run: OfARun, found: Sequence[DeskWarning]) -> list[DeskRow]:
    """The rows with the sentences of their warnings, which may be those of an earlier month."""
    keys, months = [row.household_key for row in found], {row.warned_month for row in found}
    told = Warning.objects.filter(month__in=months, household_key__in=keys).values_list("run_id", "household_key", "reason_zh", "reason_en")
    reasons = {(warned_run, key): (zh, en) for warned_run, key, zh, en in told}
    month = Month.parse(run.month)
    return [_row(row, month, *reasons.get((row.warned_run, row.household_key), ("", ""))) for row in found]


def _row(row: DeskWarning, month: Month, reason_zh: str, reason_en: str) -> DeskRow:
    return DeskRow(
        household_key=row.household_key,
        division=row.division,
        level=row.level,
        score=row.score,
        change=row.change,
        cause=row.cause,
        indicators=row.indicators,
        since=row.since,
        age=month - Month.parse(row.since),
        warned_month=row.warned_month,
        warned_run=row.warned_run,
        status=row.status,
        verdict=row.verdict,
        touched_at=row.touched_at,
        touched_by=row.touched_by,
        noted_at=row.noted_at,
        noted_by=row.noted_by,
        reason_zh=reason_zh,
        reason_en=reason_en,
    )


def _rises(column: str) -> bool:
    return column == "division"


def _ordered(column: str, *, backwards: bool) -> str:
    return column if _rises(column) is not backwards else f"-{column}"


def _beyond(columns: Sequence[str], values: Sequence[int | str], *, backwards: bool) -> Q:
    """What comes after a row in the order of these columns: a bound on the first, which an index takes, and the rest compared in turn."""
    same, further = Q(), Q(pk__in=[])
    for column, value in zip(columns, values, strict=True):
        side = "gt" if _rises(column) is not backwards else "lt"
        further |= same & Q(**{f"{column}__{side}": value})
        same &= Q(**{column: value})
    bound = "gte" if _rises(columns[0]) is not backwards else "lte"
    return Q(**{f"{columns[0]}__{bound}": values[0]}) & further


def _cursor(row: DeskWarning, columns: Sequence[str]) -> str:
    return ".".join(str(getattr(row, column)) for column in columns)


def _read(cursor: str, columns: Sequence[str]) -> list[int | str]:
    parts = cursor.split(".")
    numeric = all(part.isascii() and part.isdigit() and len(part) < 19 for part in parts if part)
    if len(parts) != len(columns) or not numeric or not all(parts[1:]) or (not parts[0] and columns[0] != "division"):
        raise NotACursor("The list cannot go on from there.", next_step="Go back to the first page.")
    return [part if _rises(column) else int(part) for part, column in zip(parts, columns, strict=True)]
