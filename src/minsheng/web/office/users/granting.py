"""Giving roles, taking them back, and looking at them again."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from minsheng.domain.access import operations, queries
from minsheng.domain.access.roles import NEEDS_SECOND_PERSON, TITLES, May, Role
from minsheng.domain.access.viewers import demand
from minsheng.domain.places import queries as places
from minsheng.kernel.errors import Refusal
from minsheng.web.accounts.rules import access_rules
from minsheng.web.gate import page
from minsheng.web.office.users.forms import Confirmation, GrantReview, NewGrant, Reason
from minsheng.web.office.users.views import form_again
from minsheng.web.office.users.words import allowed_to, held_for_an_organisation, needs_second_factor, needs_second_person
from minsheng.web.requests import OfficeRequest, now
from minsheng.web.words import spoken

_LOOKED_THROUGH, _SHOWN = 300, 12
_COUNTS = ("角色已授予。", "The role is given.")
_WAITS = (
    "已提交。由另一位系统管理员或本地监测员确认后生效。",
    "Given. It counts once another administrator or a supervisor of the place confirms it.",
)


@page(May.MANAGE_USERS)
def give(request: OfficeRequest, username: str) -> HttpResponse:
    """Give somebody a role at a place until a day."""
    person = queries.person(username, viewer=request.viewer)
    form = NewGrant(request.POST or None)
    given = {"person": person, "form": form, "chosen": _chosen(form)}
    if request.method == "POST" and form.is_valid():
        try:
            facts = {**form.cleaned_data, "username": person.username, "rules": access_rules()}
            operations.grant_role(**facts, by=request.viewer.acts_as, at=now())
        except Refusal as refusal:
            return form_again(request, "office/users/give.html", refusal, given)
        waits = form.cleaned_data["role"] in NEEDS_SECOND_PERSON
        messages.success(request, spoken(*(_WAITS if waits else _COUNTS)))
        return redirect("office:user", username=person.username)
    return render(request, "office/users/give.html", given)


@page(May.MANAGE_USERS)
def explain_role(request: OfficeRequest) -> HttpResponse:
    """What a role may do, beside the form that gives it; with the organisations it can be held for."""
    role, division = request.GET.get("role", ""), request.GET.get("division", "")
    if role not in set(Role):
        return render(request, "office/users/role.html", {})
    given = {
        "title": TITLES[Role(role)],
        "allowed": allowed_to(Role(role)),
        "second_factor": needs_second_factor(role),
        "second_person": needs_second_person(role),
        "held_for": held_for_an_organisation(role),
        "division": division,
        "organisations": queries.organisations_for(role, division) if division else [],
        "organisation": request.GET.get("organisation", ""),
    }
    return render(request, "office/users/role.html", given)


@page(May.MANAGE_USERS)
def find_places(request: OfficeRequest) -> HttpResponse:
    """Places of one's area by name, pinyin or code, to choose one."""
    text, viewer = request.GET.get("place", "").strip()[:60], request.viewer
    try:
        found = places.find(text, limit=_LOOKED_THROUGH) if text else []
    except Refusal:
        found = []
    mine = [one for one in found if one.valid_to is None and viewer.may(May.MANAGE_USERS, one.code)][:_SHOWN]
    names = places.full_names({one.code for one in mine})
    return render(request, "office/users/places.html", {"text": text, "places": [(one.code, names[one.code]) for one in mine]})


@page(May.MANAGE_USERS)
@require_POST
def revoke(request: OfficeRequest, grant: int) -> HttpResponse:
    """Take a role back."""
    form = Reason(request.POST)
    reason = str(form.cleaned_data["reason"]) if form.is_valid() else ""
    operations.revoke_role(grant=grant, reason=reason, by=request.viewer.acts_as, at=now())
    messages.success(request, spoken("角色已收回，立即生效。", "The role is taken back, from now on."))
    username = request.POST.get("username", "")
    return redirect("office:user", username=username) if username else redirect("office:users")


@page()
def confirmations(request: OfficeRequest) -> HttpResponse:
    """The roles that wait for a second person: for administrators and supervisors of the place."""
    _demand_second(request)
    return render(request, "office/users/confirmations.html", {"lines": queries.grants_to_confirm(viewer=request.viewer, at=now())})


@page()
@require_POST
def confirm(request: OfficeRequest, grant: int) -> HttpResponse:
    """Confirm a role that somebody else gave, or decline it."""
    _demand_second(request)
    form = Confirmation(request.POST)
    if form.is_valid():
        agreed = form.cleaned_data["decision"] == "confirm"
        operations.confirm_grant(grant=grant, confirm=agreed, note=form.cleaned_data["note"], by=request.viewer.acts_as, at=now())
        said = (
            ("已确认，立即生效。", "Confirmed; it counts from now on.")
            if agreed
            else ("没有同意，角色不生效。", "Declined; the role does not count.")
        )
        messages.success(request, spoken(*said))
    return redirect("office:users_confirmations")


def _demand_second(request: OfficeRequest) -> None:
    if not request.viewer.may(May.SUPERVISE):
        demand(request.viewer, May.MANAGE_USERS)


@page(May.MANAGE_USERS)
def reviews(request: OfficeRequest) -> HttpResponse:
    """The grants that somebody should look at again."""
    lines = queries.grants_to_review(viewer=request.viewer, at=now(), rules=access_rules())
    return render(request, "office/users/reviews.html", {"lines": lines, "rules": access_rules()})


@page(May.MANAGE_USERS)
@require_POST
def review(request: OfficeRequest, grant: int) -> HttpResponse:
    """Confirm a grant, or take it back."""
    form = GrantReview(request.POST)
    if form.is_valid():
        keep = form.cleaned_data["decision"] == "keep"
        operations.review_grant(grant=grant, keep=keep, note=form.cleaned_data["note"], by=request.viewer.acts_as, at=now())
        done = spoken("已确认保留。", "Confirmed.") if keep else spoken("已收回。", "Taken back.")
        messages.success(request, done)
    return redirect("office:users_review")


def _chosen(form: NewGrant) -> tuple[str, str] | None:
    code = str(form.data.get("division", ""))
    try:
        return (code, places.full_name(code)) if code else None
    except Refusal:
        return None
