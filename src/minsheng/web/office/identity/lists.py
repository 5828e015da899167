"""Decisions and merges as lists, each to be taken back; and bringing ledgers up to date."""

import contextlib
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from minsheng.domain.access.masking import masked_name
from minsheng.domain.access.roles import May
from minsheng.domain.feeds import queries
from minsheng.domain.jobs.operations import AlreadyAsked, ask_job_as
from minsheng.domain.registry import operations as registry
from minsheng.domain.registry import queries as people
from minsheng.domain.registry.operations.merging import NoSuchMerge, UnmergeReasonMissing
from minsheng.domain.registry.queries import Face, MergeLine
from minsheng.engine.contracts.schema import Text
from minsheng.web.components import Crumb
from minsheng.web.gate import page
from minsheng.web.requests import OfficeRequest, installation, now
from minsheng.web.words import spoken

PAGE = 50
_CRUMB = Text(zh="身份核对", en="Identity review")


@page(May.DECIDE_IDENTITY)
def decisions(request: OfficeRequest) -> HttpResponse:
    """What was decided in one's area, the newest first."""
    mine = request.GET.get("by") == "me"
    found = queries.decisions(
        installation=installation(),
        limit=PAGE + 1,
        before=_instant(request.GET.get("after", "")),
        by=request.viewer.acts_as if mine else "",
    )
    words = {
        "crumbs": [Crumb(_CRUMB, reverse("office:identity"))],
        "decisions": found[:PAGE],
        "older": found[PAGE - 1].decided_at.isoformat() if len(found) > PAGE else "",
        "mine": mine,
    }
    return render(request, "office/identity/decisions.html", words)


@page(May.DECIDE_IDENTITY)
@require_POST
def ledgers(request: OfficeRequest) -> HttpResponse:
    """Have the ledgers brought up to date now; asked twice is once."""
    with contextlib.suppress(AlreadyAsked):
        ask_job_as(viewer=request.viewer, kind="refresh_ledgers", arguments={}, at=now())
    messages.success(request, spoken("台账正在后台更新。", "The ledgers are being brought up to date."))
    return redirect("office:identity")


@page(May.DECIDE_IDENTITY)
def merges(request: OfficeRequest) -> HttpResponse:
    """Who was said to be one, the newest first."""
    before = request.GET.get("after", "")
    asked = int(before) if before.isascii() and before.isdigit() and len(before) < 16 else None
    found = people.merges(keys=installation().keys, limit=PAGE + 1, before=asked)
    faces = [face for one in found[:PAGE] for face in (one.person_from, one.person_into) if face]
    request.viewer.saw([face.household_key for face in faces if face.household_key is not None], "merges.list")
    words = {
        "crumbs": [Crumb(_CRUMB, reverse("office:identity"))],
        "merges": [(one, _called(one.person_from), _called(one.person_into), f"unmerge-{one.merge}") for one in found[:PAGE]],
        "older": str(found[PAGE - 1].merge) if len(found) > PAGE else "",
    }
    return render(request, "office/identity/merges.html", words)


@page(May.DECIDE_IDENTITY)
@require_POST
def unmerge(request: OfficeRequest, merge: int) -> HttpResponse:
    """Undo a merge of two people for both of whom one decides."""
    viewer = request.viewer
    found = _merge(merge)
    if found is None or len(people.people_within((found.from_key, found.into_key), viewer.where(May.DECIDE_IDENTITY))) < len(
        {found.from_key, found.into_key}
    ):
        raise NoSuchMerge(f"There is no merge {merge} where you decide.", next_step="Go back to the list.")
    reason = request.POST.get("reason", "").strip()
    if not reason:
        raise UnmergeReasonMissing("Undoing a merge needs a reason.", next_step="Say why they are two after all.")
    registry.unmerge_people(merge=merge, reason=reason[:400], by=viewer.acts_as, at=now())
    messages.success(request, spoken("归并已撤销，两人各自独立。", "The merge was undone: they are two people again."))
    return redirect("office:merges")


def _merge(merge: int) -> MergeLine | None:
    found = people.merges(keys=installation().keys, limit=1, before=merge + 1)
    return found[0] if found and found[0].merge == merge else None


def _called(face: Face | None) -> str:
    """Somebody's masked name with what tells them apart."""
    if face is None:
        return spoken("辖区外人员", "somebody outside your area")
    return " · ".join(part for part in (masked_name(face.name), str(face.birth_on or ""), face.household_number) if part)


def _instant(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None
