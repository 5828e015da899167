"""One delivery: its receipt as a picture, what held it, what was refused, and releasing it."""

import tempfile
from pathlib import Path
from typing import cast

from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from minsheng.domain.access.roles import May
from minsheng.domain.access.viewers import NotAllowed
from minsheng.domain.feeds import operations, queries
from minsheng.domain.feeds.queries import Held, Sheet
from minsheng.domain.jobs import queries as jobs
from minsheng.domain.jobs.operations import ask_job_as
from minsheng.engine.contracts.schema import Contract, Text
from minsheng.kernel.divisions import Level
from minsheng.web.charts import Axis, Bars, Series, Source
from minsheng.web.components import Crumb
from minsheng.web.gate import page
from minsheng.web.office.deliveries.words import STATUSES
from minsheng.web.requests import OfficeRequest, installation, now
from minsheng.web.words import spoken

_ROWS = Axis(Text(zh="行数", en="Rows"))
_RECEIPT = Text(zh="报送回执", en="Receipts")


@page(May.SEE_DELIVERIES)
def delivery(request: OfficeRequest, delivery: str) -> HttpResponse:
    """A delivery's sheet."""
    office = installation()
    sheet = queries.sheet_of(delivery, catalogue=office.catalogue)
    releasing = jobs.living_job("release", {"delivery": delivery, "reason": ""}, at=now()) if sheet.is_held else None
    words = {
        "sheet": sheet,
        "mark": STATUSES[sheet.status],
        "crumbs": [Crumb(Text(zh="数据报送", en="Deliveries"), reverse("office:deliveries"))],
        "parts": _parts(sheet),
        "found": _found(sheet),
        "volume": _volume(sheet),
        "renamed": _renamed(sheet, office.catalogue[sheet.feed]),
        "releasing": releasing,
        "may_release": request.viewer.may(May.RELEASE),
        "may_mend": _may_send(request, sheet.department),
        "may_take_rows": request.viewer.may(May.DELIVER) and _may_take_rows(request, sheet.department),
    }
    return render(request, "office/deliveries/delivery.html", words)


@page(May.SEE_DELIVERIES)
def rejected_rows(request: OfficeRequest, delivery: str) -> HttpResponse:
    """The numbers of the rows refused for one reason."""
    column, reason = request.GET.get("column", ""), request.GET.get("reason", "")
    after = _whole_number(request.GET.get("after", ""))
    numbers, more = queries.rejected_places(installation=installation(), delivery=delivery, column=column, reason=reason, after=after)
    words = {"numbers": numbers, "more": more, "delivery": delivery, "column": column, "reason": reason}
    return render(request, "office/deliveries/rows.html", words)


@page(May.DELIVER)
def rejected_file(request: OfficeRequest, delivery: str) -> HttpResponse:
    """The refused rows as the department's own table, to be mended and sent back.

    They are of the whole area and in clear: only for the department's own partner, and for who answers for all of the area.
    """
    office = installation()
    sheet = queries.sheet_of(delivery, catalogue=office.catalogue)
    if not _may_take_rows(request, sheet.department):
        raise NotAllowed("These rows are another department's, or of places beyond your area.", next_step="Ask the department's partner.")
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "rejected.csv"
        operations.take_rejected(delivery=delivery, out=out, installation=office, by=request.viewer.acts_as, at=now())
        file = out.open("rb")
    answer = FileResponse(file, as_attachment=True, filename=f"{delivery}-rejected.csv", content_type="text/csv; charset=utf-8")
    return cast("HttpResponse", answer)


@page(May.RELEASE)
@require_POST
def release(request: OfficeRequest, delivery: str) -> HttpResponse:
    """Have a held delivery released, with a reason and with the columns that seem renamed matched."""
    reason = request.POST.get("reason", "").strip()[:400]
    operations.check_release(delivery=delivery, reason=reason)
    mapped = [pair for pair in request.POST.getlist("mapped") if "=" in pair]
    ask_job_as(viewer=request.viewer, kind="release", arguments={"delivery": delivery, "reason": reason, "mapped": mapped}, at=now())
    return redirect("office:delivery", delivery=delivery)


def _may_send(request: OfficeRequest, department: str) -> bool:
    departments = request.viewer.departments(May.DELIVER)
    return request.viewer.may(May.DELIVER) and (departments is None or department in departments)


def _may_take_rows(request: OfficeRequest, department: str) -> bool:
    viewer, area = request.viewer, installation().area
    if department in (viewer.departments(May.DELIVER) or ()):
        return True
    places = viewer.where(May.DELIVER) if viewer.departments(May.DELIVER) is None else ()
    if not area:
        return any(len(place) <= Level.PREFECTURE.digits for place in places)
    return all(any(one.startswith(place) for place in places) for one in area)


def _parts(sheet: Sheet) -> Bars:
    """Where every row went: parts that make the whole that was read."""
    told = (
        (Text(zh="接受", en="accepted"), sheet.accepted),
        (Text(zh="重复", en="duplicate"), sheet.duplicate),
        (Text(zh="退回", en="quarantined"), sheet.quarantined),
        (Text(zh="区域外", en="out of area"), sheet.out_of_area),
    )
    title = Text(zh=f"读到的 {sheet.read:,} 行去了哪里", en=f"Where the {sheet.read:,} rows that were read went")
    return _bars(title, told, sheet)


def _found(sheet: Sheet) -> Bars | None:
    """Whom the accepted rows are about."""
    if sheet.registers or not sheet.accepted:
        return None
    told = (
        (Text(zh="登记对象", en="registered people"), sheet.matched),
        (Text(zh="待核对身份", en="identity to review"), sheet.in_review),
        (Text(zh="非登记对象", en="nobody registered"), sheet.outside),
    )
    return _bars(Text(zh=f"接受的 {sheet.accepted:,} 行说的是谁", en=f"Whom the {sheet.accepted:,} accepted rows are about"), told, sheet)


def _bars(title: Text, told: tuple[tuple[Text, int], ...], sheet: Sheet) -> Bars:
    return Bars(
        title,
        [name for name, _ in told],
        [Series(Text(zh="行数", en="Rows"), [rows for _, rows in told])],
        _ROWS,
        Source(_RECEIPT, sheet.month),
        heading=Text(zh="去向", en="Outcome"),
    )


def _volume(sheet: Sheet) -> Bars | None:
    """This month's rows beside earlier months', where the volume is in question."""
    if not sheet.volumes or not any(held.kind.startswith("volume") or held.kind == "empty" for held in sheet.held):
        return None
    months = [*sheet.volumes, None]
    names = [spoken(one.month, one.month) if one else str(sheet.month) for one in months]
    series = Series(Text(zh="行数", en="Rows"), [one.read if one else sheet.read for one in months])
    title = Text(zh="与前几个月相比的行数", en="Rows beside those of earlier months")
    return Bars(title, names, [series], _ROWS, Source(_RECEIPT, sheet.month), heading=Text(zh="月份", en="Month"), lying=False)


def _renamed(sheet: Sheet, contract: Contract) -> list[tuple[str, str, Text]]:
    """Columns that seem renamed: the header sent, the column it seems to be, and that column's title."""
    titles = {column.name: column.title for column in contract.columns}
    pairs = [pair for held in sheet.held for pair in _pairs(held)]
    return [(header, column, titles[column]) for column, header in pairs if column in titles]


def _pairs(held: Held) -> list[tuple[str, str]]:
    renamed = held.detail.get("renamed", {})
    return [(str(column), str(header)) for column, header in renamed.items()] if isinstance(renamed, dict) else []


def _whole_number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0
