"""The audit search, a page of entries at a time, and asking for a check of the whole log."""

from datetime import date, datetime, time, timedelta
from typing import ClassVar

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from minsheng.domain.access.roles import May
from minsheng.domain.audit.queries import TITLES, Place, Sought, count_entries, search_entries
from minsheng.domain.jobs.operations import ask_job_as
from minsheng.kernel.errors import Refusal
from minsheng.web.gate import page
from minsheng.web.requests import OfficeRequest, now
from minsheng.web.words import spoken as said

_LONGEST = 200
_FIELDS = ("by", "subject", "event", "from", "until", "division", "purpose")


class NotADay(Refusal):
    """The text is no day."""

    code: ClassVar[str] = "not-a-day"


class NotACursor(Refusal):
    """The place to go on from is no place in the list."""

    code: ClassVar[str] = "not-a-cursor"


@page(May.SEARCH_AUDIT)
def search(request: OfficeRequest) -> HttpResponse:
    """Entries of the log, the newest first."""
    sought = _sought(request)
    found = search_entries(sought, after=_cursor(request.GET.get("after", "")))
    return render(
        request,
        "office/audit/search.html",
        {
            "found": found,
            "older": f"{found.after.at.isoformat()}~{found.after.id}" if found.after else "",
            "count": count_entries(sought),
            "asked": {
                name: request.GET.get(name, "")[:_LONGEST] for name in ("by", "subject", "event", "from", "until", "division", "purpose")
            },
            "events": sorted(TITLES.items(), key=lambda pair: pair[0]),
        },
    )


@page(May.SEARCH_AUDIT)
@require_POST
def check(request: OfficeRequest) -> HttpResponse:
    """Have the whole log checked in the background."""
    ask_job_as(viewer=request.viewer, kind="verify_audit", arguments={}, at=now())
    messages.success(request, said("已开始校验；结果见“运行与任务”。", "The check has begun; see Runs and jobs for its result."))
    return HttpResponseRedirect(reverse("office:audit"))


def _sought(request: OfficeRequest) -> Sought:
    words = _words(request)
    until = _day(words["until"])
    return Sought(
        by=words["by"],
        subject=words["subject"],
        names=(words["event"],) if words["event"] else (),
        from_at=_begin(_day(words["from"])),
        until_at=_begin(until + timedelta(days=1) if until else None),
        division=words["division"],
        purpose=words["purpose"],
    )


def _words(request: OfficeRequest) -> dict[str, str]:
    return {name: request.GET.get(name, "").strip()[:_LONGEST] for name in _FIELDS}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as fault:
        raise NotADay(f"{text[:20]!r} is not a day.", next_step="Write it like 2026-11-21.") from fault


def _begin(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None


def _cursor(text: str) -> Place | None:
    if not text:
        return None
    at, _, number = text.partition("~")
    try:
        return Place(datetime.fromisoformat(at), int(number))
    except ValueError as fault:
        raise NotACursor("That is no place in the list.", next_step="Begin at the newest entries again.") from fault
