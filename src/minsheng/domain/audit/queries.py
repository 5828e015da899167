"""Reading the event log: about one subject, as a search page by page, and whether it is whole."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from minsheng.domain.audit.chain import Checked, Fault, Head
from minsheng.domain.audit.chained import daily_heads, verify_log
from minsheng.domain.audit.models import Event
from minsheng.domain.audit.titles import TITLES, title_of
from minsheng.domain.places.queries import full_names
from minsheng.engine.contracts.schema import Text
from minsheng.kernel.divisions import DivisionCode

__all__ = [
    "TITLES",
    "AtMost",
    "Checked",
    "Entry",
    "Fault",
    "Head",
    "Page",
    "Place",
    "Sought",
    "count_entries",
    "daily_heads",
    "events_about",
    "search_entries",
    "title_of",
    "verify_log",
]

COUNTED_AT_MOST = 1_000


@dataclass(frozen=True)
class Sought:
    """Which entries are wanted; what is left empty narrows nothing.

    `names` are events, `from_at` is included, `until_at` is not; `division` is a code of 2 to 12 digits and finds what lies within it;
    `purpose` is a piece of the text.
    """

    by: str = ""
    subject: str = ""
    names: tuple[str, ...] = ()
    from_at: datetime | None = None
    until_at: datetime | None = None
    division: str = ""
    purpose: str = ""


@dataclass(frozen=True)
class Place:
    """Where a page ended: the next one goes on behind it."""

    at: datetime
    id: int


@dataclass(frozen=True)
class Entry:
    """One entry as it is shown; `place` names its division, empty for the whole installation."""

    id: int
    at: datetime
    name: str
    title: Text
    by: str
    subject: str
    detail: dict[str, object]
    purpose: str
    origin: str
    division: str
    place: str


@dataclass(frozen=True)
class Page:
    """Entries, the newest first; `after` is where the next page begins, None on the last one."""

    entries: tuple[Entry, ...]
    after: Place | None


@dataclass(frozen=True)
class AtMost:
    """A count that stops early: `more` says that there are more than `number`."""

    number: int
    more: bool


def events_about(subject: str) -> list[Event]:
    """Everything recorded about a subject, oldest first."""
    return list(Event.objects.filter(subject=subject).order_by("at", "id"))


def search_entries(sought: Sought, *, after: Place | None = None, limit: int = 50) -> Page:
    """Find a page of entries, the newest first, in a constant number of queries; raises NotADivisionCode."""
    wanted = _wanted(sought)
    if after:
        wanted = wanted.filter(Q(at__lte=after.at) & (Q(at__lt=after.at) | Q(id__lt=after.id)))
    found = list(wanted.order_by("-at", "-id")[: limit + 1])
    shown = found[:limit]
    places = full_names({event.division for event in shown if event.division})
    last = Place(shown[-1].at, shown[-1].pk) if len(found) > limit else None
    return Page(tuple(_entry(event, places) for event in shown), last)


def count_entries(sought: Sought, *, at_most: int = COUNTED_AT_MOST) -> AtMost:
    """Count what a search finds, no further than `at_most`; raises NotADivisionCode."""
    number = _wanted(sought)[: at_most + 1].count()
    return AtMost(min(number, at_most), number > at_most)


def _wanted(sought: Sought) -> QuerySet[Event]:
    given: Iterable[tuple[str, object]] = (
        ("by", sought.by),
        ("subject", sought.subject),
        ("name__in", sought.names),
        ("at__gte", sought.from_at),
        ("at__lt", sought.until_at),
        ("division__startswith", DivisionCode.parse(sought.division).prefix if sought.division else ""),
        ("purpose__icontains", sought.purpose),
    )
    return Event.objects.filter(**{lookup: value for lookup, value in given if value})


def _entry(event: Event, places: dict[str, str]) -> Entry:
    return Entry(
        id=event.pk,
        at=event.at,
        name=event.name,
        title=title_of(event.name),
        by=event.by,
        subject=event.subject,
        detail=event.detail,
        purpose=event.purpose,
        origin=event.origin,
        division=event.division,
        place=places.get(event.division, event.division),
    )
