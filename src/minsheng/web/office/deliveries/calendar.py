"""The calendar of deliveries: each department's feeds by month."""

from collections import Counter
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render

from minsheng.domain.access.roles import May
from minsheng.domain.feeds import queries
from minsheng.domain.feeds.queries import Cell, DepartmentLines
from minsheng.engine.contracts.schema import Text
from minsheng.kernel.periods import Month, NotAMonth
from minsheng.web.gate import page
from minsheng.web.office.deliveries.words import STANDINGS, Mark
from minsheng.web.requests import OfficeRequest, installation

MONTHS = 6
_OWED = ("missing", "held", "late")


@dataclass(frozen=True)
class Row:
    """A feed's row; `span` is how many rows its department has, on the first of them."""

    department: Text
    span: int
    feed: str
    title: Text
    due_day: int
    cells: list[tuple[Cell, Mark]]


@page(May.SEE_DELIVERIES)
def deliveries(request: OfficeRequest) -> HttpResponse:
    """What each department owes and sent, month by month."""
    office = installation()
    departments = request.viewer.departments(May.SEE_DELIVERIES)
    last = _asked_month(request) or _newest(office.today)
    months = [last.plus(-back) for back in reversed(range(MONTHS))]
    lines = queries.calendar(catalogue=office.catalogue, months=months, today=office.today, departments=departments)
    chosen, only = request.GET.get("department", ""), request.GET.get("only", "")
    shown = [line for line in lines if not chosen or line.department == chosen]
    words = {
        "months": months,
        "rows": list(_rows(shown, only)),
        "departments": [(line.department, line.title) for line in lines],
        "chosen": chosen,
        "only": only,
        "last": last,
        "earlier": last.plus(-MONTHS),
        "later": last.plus(MONTHS) if last.plus(MONTHS).first_day <= office.today else None,
        "counts": _counts(lines),
        "legend": STANDINGS.values(),
        "may_send": request.viewer.may(May.DELIVER),
        "lapsing": queries.running_out(office.today),
        "today": office.today,
    }
    return render(request, "office/deliveries/calendar.html", words)


def _asked_month(request: OfficeRequest) -> Month | None:
    try:
        return Month.parse(request.GET.get("until", ""))
    except NotAMonth:
        return None


def _newest(today: object) -> Month:
    """The newest month anything came for, or the one that is due now."""
    from datetime import date

    assert isinstance(today, date)
    return queries.latest_month() or Month.of(today).plus(-1)


def _counts(lines: list[DepartmentLines]) -> dict[str, int]:
    """Of the newest month shown, how many feeds stand how."""
    newest = Counter(feed.cells[-1].standing for line in lines for feed in line.feeds)
    came = newest["received"] + newest["late"]
    return {"came": came, "held": newest["held"], "missing": newest["missing"], "due": came + newest["held"] + newest["missing"]}


def _rows(lines: list[DepartmentLines], only: str) -> list[Row]:
    rows = []
    for line in lines:
        feeds = [feed for feed in line.feeds if only != "owed" or any(cell.standing in _OWED for cell in feed.cells)]
        for place, feed in enumerate(feeds):
            cells = [(cell, STANDINGS[cell.standing]) for cell in feed.cells]
            rows.append(Row(line.title, len(feeds) if place == 0 else 0, feed.feed, feed.title, feed.due_day, cells))
    return rows
