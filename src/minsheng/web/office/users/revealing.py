"""Showing a field in clear, opening a household beyond one's area, and what supervisors say of that."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from minsheng.domain.access import operations as access
from minsheng.domain.access.roles import May
from minsheng.domain.registry import operations, queries
from minsheng.kernel.errors import Refusal
from minsheng.web.accounts.rules import access_rules
from minsheng.web.gate import page
from minsheng.web.office.users.forms import BreakGlass, OpeningReview
from minsheng.web.office.users.views import form_again
from minsheng.web.requests import OfficeRequest, installation, now, origin_of
from minsheng.web.words import spoken


@page(May.REVEAL)
@require_POST
@never_cache
def reveal(request: OfficeRequest, kind: str, key: int, field: str) -> HttpResponse:
    """One field of one person or household in clear, in place of its masked form."""
    shown = operations.reveal_field(
        viewer=request.viewer,
        kind=kind,
        key=key,
        field=field,
        purpose=request.POST.get("purpose", ""),
        note=request.POST.get("note", ""),
        keys=installation().keys,
        origin=origin_of(request),
        at=now(),
    )
    value = shown or spoken("没有登记", "not on record")
    return render(request, "office/users/revealed.html", {"value": value, "address": request.path})


@page(May.BREAK_GLASS)
def break_glass(request: OfficeRequest) -> HttpResponse:
    """Open a household by its exact number, with a reason."""
    viewer = request.viewer
    form = BreakGlass(request.POST or None, initial={"number": request.GET.get("number", "")[:60]})
    left = operations.openings_left(viewer=viewer, at=now(), rules=access_rules())
    given = {
        "form": form,
        "left": left,
        "rules": access_rules(),
        "mine": queries.opened_households(viewer=viewer, at=now(), mine=True, limit=20),
    }
    if request.method == "POST" and form.is_valid():
        try:
            opened = operations.open_household(
                viewer=viewer, **form.cleaned_data, origin=origin_of(request), at=now(), rules=access_rules()
            )
        except Refusal as refusal:
            return form_again(request, "office/users/break_glass.html", refusal, given)
        if not opened.found:
            return render(request, "office/users/break_glass.html", {**given, "not_found": True}, status=404)
        return redirect(_household(opened.number))
    return render(request, "office/users/break_glass.html", given)


@page(May.SUPERVISE)
def openings(request: OfficeRequest) -> HttpResponse:
    """Households of one's area that somebody opened from outside."""
    return render(request, "office/users/openings.html", {"lines": queries.opened_households(viewer=request.viewer, at=now())})


@page(May.SUPERVISE)
@require_POST
def review_opening(request: OfficeRequest, opening: int) -> HttpResponse:
    """Say whether opening a household was justified."""
    form = OpeningReview(request.POST)
    justified = form.is_valid() and form.cleaned_data["justified"] == "yes"
    review = str(form.cleaned_data.get("review", "")) if form.is_valid() else ""
    access.review_opened(opening=opening, justified=justified, review=review, by=request.viewer.acts_as, at=now())
    messages.success(request, spoken("复核已记录。", "The review is on record."))
    return redirect("office:openings")


def _household(number: str) -> str:
    try:
        return reverse("office:household", args=[number])
    except NoReverseMatch:
        return reverse("office:break_glass")
