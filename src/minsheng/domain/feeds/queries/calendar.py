"""The calendar of deliveries: what each department owes for each month, and what it sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.db.models import Min

from minsheng.domain.feeds import states
from minsheng.domain.feeds.models import Alarm, Delivery
from minsheng.engine.contracts.loading import Catalogue
from minsheng.engine.contracts.schema import Contract, Text
from minsheng.kernel.periods import Month

Standing = Literal["received", "late", "held", "missing", "awaited", "not_due", "before"]


@dataclass(frozen=True)
class Cell:
    """One feed for one month. `mended` counts the amendments that came after it."""

    month: Month
    standing: Standing
    due: date
    delivery: str = ""
    arrived_on: date | None = None
    read: int = 0
    quarantined: int = 0
    mended: int = 0

    @property
    def rejected_share(self) -> float:
        """How much of what was read was refused, as a part of one."""
        return self.quarantined / self.read if self.read else 0.0


@dataclass(frozen=True)
class FeedLine:
    """One feed over the months."""

    feed: str
    title: Text
    due_day: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class DepartmentLines:
    """The feeds of one department."""

    department: str
    title: Text
    feeds: tuple[FeedLine, ...]


def calendar(
    *, catalogue: Catalogue, months: Sequence[Month], today: date, departments: frozenset[str] | None = None
) -> list[DepartmentLines]:
    """What each department (of those named) owes and sent for the months, in as many queries as for one feed."""
    named = [str(month) for month in months]
    shown = [contract for contract in catalogue.values() if departments is None or contract.department in departments]
    feeds = [contract.feed for contract in shown]
    whole, mended = _deliveries(feeds, named)
    late = set(Alarm.objects.filter(kind="late", delivery__month__in=named).values_list("delivery_id", flat=True))
    counting = Delivery.objects.filter(feed__in=feeds).exclude(status=states.REFUSED)
    first = dict(counting.order_by().values_list("feed").annotate(Min("month")))
    lines: dict[str, list[FeedLine]] = {}
    for contract in shown:
        cells = tuple(_cell(contract, month, whole, late, mended, first.get(contract.feed), today) for month in months)
        lines.setdefault(contract.department, []).append(FeedLine(contract.feed, contract.title, contract.due_day, cells))
    return [DepartmentLines(one, catalogue.departments[one].title, tuple(lines[one])) for one in catalogue.departments if one in lines]


def _deliveries(feeds: list[str], months: list[str]) -> tuple[dict[tuple[str, str], Delivery], dict[str, int]]:
    """Of each feed and month the delivery to show (what is held goes before what counts), and how many amendments each has."""
    columns = ("id", "feed", "month", "status", "arrived_on", "read", "quarantined", "amends")
    found = Delivery.objects.filter(feed__in=feeds, month__in=months, status__in=(states.RECEIVED, states.HELD)).only(*columns)
    whole: dict[tuple[str, str], Delivery] = {}
    mended: dict[str, int] = {}
    for one in found.order_by("status", "received_at", "id"):
        if one.amends_id is not None:
            mended[one.amends_id] = mended.get(one.amends_id, 0) + 1
        elif (one.feed, one.month) not in whole or one.status == states.HELD:
            whole[one.feed, one.month] = one
    return whole, mended


def _cell(
    contract: Contract,
    month: Month,
    whole: dict[tuple[str, str], Delivery],
    late: set[str],
    mended: dict[str, int],
    first: str | None,
    today: date,
) -> Cell:
    due = contract.due_on(month)
    one = whole.get((contract.feed, str(month)))
    if one is None:
        return Cell(month, _without(contract, month, due, first, today), due)
    standing: Standing = "held" if one.status == states.HELD else "late" if one.pk in late else "received"
    return Cell(month, standing, due, one.pk, one.arrived_on, one.read, one.quarantined, mended.get(one.pk, 0))


def _without(contract: Contract, month: Month, due: date, first: str | None, today: date) -> Standing:
    if not contract.expected_for(month):
        return "not_due"
    if due >= today:
        return "awaited"
    return "before" if first is None or str(month) < first else "missing"
