"""Sending a file through the browser: in pieces, resumed after a break, received in the background."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from minsheng.domain.access.roles import May
from minsheng.domain.access.viewers import NotAllowed
from minsheng.domain.feeds import operations, queries, states
from minsheng.domain.feeds.operations.uploading import LARGEST_PIECE, TooLarge, WrongOffset
from minsheng.domain.feeds.queries import Upload
from minsheng.domain.jobs import queries as jobs
from minsheng.domain.jobs.operations import ask_job_as
from minsheng.domain.jobs.policies import NoSuchJob
from minsheng.domain.jobs.queries import JobView
from minsheng.engine.contracts.schema import Text
from minsheng.kernel.errors import Refusal
from minsheng.kernel.periods import Month, NotAMonth
from minsheng.web.components import Crumb
from minsheng.web.gate import page
from minsheng.web.office.deliveries.words import UPLOADS
from minsheng.web.refusals import said, status_of
from minsheng.web.refused_words import WORDS
from minsheng.web.requests import OfficeRequest, installation, now
from minsheng.web.words import spoken

NO_MONTH = "-"
"""Stands in an address for the month that the file itself names."""
_OFFSET = "Upload-Offset"
_MONTHS_BACK = 12
_CRUMBS = Text(zh="数据报送", en="Deliveries")


def in_json(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer refusals as `{"message", "code"}` for the script that sends files; nothing of what the request wrote is kept."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **words: Any) -> HttpResponse:
        try:
            return view(request, *args, **words)
        except Refusal as refusal:
            request.failed = refusal  # type: ignore[attr-defined]
            told = said(refusal)
            message = " ".join(part for part in (told.message, told.next_step) if part)
            answer = JsonResponse({"message": message, "code": told.code}, status=status_of(refusal))
            if isinstance(refusal, WrongOffset):
                answer[_OFFSET] = str(refusal.offset)
            return answer

    return answered


@page(May.DELIVER)
def send(request: OfficeRequest) -> HttpResponse:
    """Choose what is sent, and for which month; then the file."""
    office = installation()
    departments = request.viewer.departments(May.DELIVER)
    feeds = [one for one in office.catalogue.values() if departments is None or one.department in departments]
    feed = next((one for one in feeds if one.feed == request.GET.get("feed", "")), feeds[0] if len(feeds) == 1 else None)
    month = _month(request.GET.get("month", NO_MONTH))
    words = {
        "crumbs": [Crumb(_CRUMBS, reverse("office:deliveries"))],
        "feeds": feeds,
        "feed": feed,
        "month": month,
        "mending": request.GET.get("month") == NO_MONTH,
        "months": [Month.of(office.today).plus(-back) for back in range(_MONTHS_BACK)],
        "limit": office.upload_limit,
        "uploads": [(one, UPLOADS[one.state]) for one in queries.uploads_of(request.viewer.user_id)],
        "begin": reverse("office:begin_upload", args=(feed.feed, str(month or NO_MONTH))) if feed else "",
        "agreement": _agreement(feed.feed) if feed else None,
    }
    return render(request, "office/deliveries/send.html", words)


@page(May.DELIVER)
@require_POST
@in_json
def begin(request: OfficeRequest, feed: str, month: str) -> HttpResponse:
    """Begin an upload: `{"name", "size"}` → `{"id"}`."""
    office = installation()
    contract = queries.contract_named(office.catalogue, feed)
    departments = request.viewer.departments(May.DELIVER)
    if departments is not None and contract.department not in departments:
        raise NotAllowed("This feed is another department's.", next_step="Choose one of your department's.")
    name, size = _announced(request)
    upload = operations.begin_upload(
        filename=name,
        size_bytes=size,
        feed=feed,
        month=_month(month),
        user_id=request.viewer.user_id,
        installation=office,
        by=request.viewer.acts_as,
        at=now(),
    )
    return JsonResponse({"id": str(upload.id)}, status=201)


@page(May.DELIVER)
@require_http_methods(["HEAD", "PUT"])
@in_json
def piece(request: OfficeRequest, upload: UUID, **_: str) -> HttpResponse:
    """HEAD tells how much has arrived; PUT adds what follows."""
    found = queries.upload_named(upload)
    if found.state in (states.NOT_TAKEN, states.GIVEN_UP):
        raise queries.NoSuchUpload("This upload has ended.", next_step="Begin the upload again.")
    arrived = _add(request, upload) if request.method == "PUT" else found.received_bytes
    return HttpResponse(status=200 if request.method == "HEAD" else 204, headers={_OFFSET: str(arrived)})


@page(May.DELIVER)
@require_POST
@in_json
def finish(request: OfficeRequest, upload: UUID, **_: str) -> HttpResponse:
    """Have what has arrived whole received in the background."""
    operations.hand_over(upload=upload, ask=_asking(request), by=request.viewer.acts_as, at=now())
    return JsonResponse({"location": reverse("office:upload", args=(upload,))})


@page(May.DELIVER)
def upload(request: OfficeRequest, upload: UUID) -> HttpResponse:
    """What becomes of a file that was sent."""
    return render(request, "office/deliveries/upload.html", {**_became(upload), "crumbs": [Crumb(_CRUMBS, reverse("office:deliveries"))]})


@page(May.DELIVER)
def upload_progress(request: OfficeRequest, upload: UUID) -> HttpResponse:
    """The same, as the part of the page that asks again."""
    return render(request, "office/deliveries/upload_state.html", _became(upload))


@page(May.DELIVER)
@require_POST
def again(request: OfficeRequest, upload: UUID) -> HttpResponse:
    """Have a file received once more, after what stood in its way was removed."""
    operations.try_again(upload=upload, ask=_asking(request), installation=installation(), by=request.viewer.acts_as, at=now())
    return redirect("office:upload", upload=upload)


@page(May.DELIVER)
@require_POST
def give_up(request: OfficeRequest, upload: UUID) -> HttpResponse:
    """Give a file up."""
    operations.give_up_upload(upload=upload, installation=installation(), by=request.viewer.acts_as, at=now())
    return redirect("office:send")


def _asking(request: OfficeRequest) -> Callable[[Upload], int]:
    def ask(one: Upload) -> int:
        arguments = {"upload": str(one.id), "feed": one.feed, "month": one.month}
        return ask_job_as(viewer=request.viewer, kind="receive", arguments=arguments, at=now())

    return ask


def _add(request: OfficeRequest, upload: UUID) -> int:
    stated = request.headers.get(_OFFSET, "")
    if not (stated.isascii() and stated.isdigit() and len(stated) < 16):
        raise WrongOffset(queries.upload_named(upload).received_bytes)
    content = request.read(LARGEST_PIECE + 1)
    if len(content) > LARGEST_PIECE:
        raise TooLarge("This piece is too large.", next_step="Send pieces of at most 4 MB.")
    return operations.add_piece(upload=upload, offset=int(stated), content=content, installation=installation(), at=now())


def _announced(request: OfficeRequest) -> tuple[str, int]:
    """What the sender says of a file; nonsense counts as an empty file."""
    try:
        told = json.loads(request.body)
        return str(told["name"]), int(told["size"])
    except (ValueError, TypeError, KeyError, OverflowError):
        return "", 0


def _month(text: str) -> Month | None:
    try:
        return Month.parse(text)
    except NotAMonth:
        return None


def _became(upload: UUID) -> dict[str, Any]:
    found = queries.upload_named(upload)
    job = _job(found)
    failed = found.state == states.WAITING and job is not None and not job.living
    message, next_step = _said(found)
    return {
        "upload": found,
        "mark": UPLOADS[found.state],
        "feed": queries.contract_named(installation().catalogue, found.feed),
        "job": job,
        "failed": failed,
        "working": found.state == states.WAITING and not failed,
        "kept": queries.is_staged(found.id, installation()),
        "message": message,
        "next_step": next_step,
    }


def _job(found: Upload) -> JobView | None:
    try:
        return jobs.job_numbered(int(found.job), at=now()) if found.job else None
    except NoSuchJob:
        return None


def _said(found: Upload) -> tuple[str, str]:
    """Why a file was not taken, in the person's language; English as receiving said it."""
    if not found.code:
        return "", ""
    zh, do = WORDS.get(found.code, ("", ""))
    return spoken(zh or found.message, found.message), spoken(do, "") if zh else ""


def _agreement(feed: str) -> queries.FeedTerms | None:
    office = installation()
    return next((one for one in queries.coverage(office.catalogue, today=office.today) if one.contract.feed == feed), None)
