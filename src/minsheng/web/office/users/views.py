"""People: the list, one person's file, and what an administrator does with an account."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from minsheng.domain.access import operations, queries
from minsheng.domain.access.roles import May
from minsheng.domain.access.viewers import NotAllowed
from minsheng.kernel.errors import Refusal
from minsheng.web.accounts.rules import access_rules
from minsheng.web.gate import page
from minsheng.web.office.users.forms import NewUser, Reason
from minsheng.web.office.users.words import roles
from minsheng.web.refusals import said, status_of
from minsheng.web.requests import OfficeRequest, now
from minsheng.web.words import spoken


@page(May.MANAGE_USERS)
def users(request: OfficeRequest) -> HttpResponse:
    """The people of one's area, and those who hold nothing anywhere."""
    asked = {name: request.GET.get(name, "")[:60] for name in ("text", "role", "state", "after")}
    found = queries.people(viewer=request.viewer, text=asked["text"], role=asked["role"], state=asked["state"], after=asked["after"])
    given = {**asked, "people": found, "roles": roles(), "waiting": _waiting(request)}
    return render(request, "office/users/users.html", given)


@page(May.MANAGE_USERS)
@never_cache
def add(request: OfficeRequest) -> HttpResponse:
    """Give somebody an account; the one-time password is shown once."""
    form = NewUser(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            given = operations.add_user(**form.cleaned_data, by=request.viewer.acts_as, at=now(), rules=access_rules())
        except Refusal as refusal:
            return form_again(request, "office/users/add.html", refusal, {"form": form})
        return _hand_over(request, given)
    return render(request, "office/users/add.html", {"form": form})


@page(May.MANAGE_USERS)
def user(request: OfficeRequest, username: str) -> HttpResponse:
    """One person's file: grants over time, sessions, second factors."""
    person = queries.person(username, viewer=request.viewer)
    return render(request, "office/users/user.html", {"person": person, "session_key": request.session.session_key})


@page(May.MANAGE_USERS)
@require_POST
@never_cache
def reset(request: OfficeRequest, username: str) -> HttpResponse:
    """Give a new one-time password; it is shown once."""
    lost = request.POST.get("second_factors") == "on"
    given = operations.reset_password(username=username, second_factors=lost, by=request.viewer.acts_as, at=now(), rules=access_rules())
    return _hand_over(request, given)


@page(May.MANAGE_USERS)
@require_POST
def deactivate(request: OfficeRequest, username: str) -> HttpResponse:
    """Let somebody sign in no more."""
    operations.deactivate_user(username=username, reason=_reason(request), by=request.viewer.acts_as, at=now())
    messages.success(request, spoken("账号已停用，登录都已退出。", "The account is deactivated and its sessions have ended."))
    return redirect("office:user", username=username)


@page(May.MANAGE_USERS)
@require_POST
def activate(request: OfficeRequest, username: str) -> HttpResponse:
    """Let somebody sign in again."""
    operations.activate_user(username=username, by=request.viewer.acts_as, at=now())
    messages.success(request, spoken("账号已恢复。", "The account is active again."))
    return redirect("office:user", username=username)


@page(May.MANAGE_USERS)
@require_POST
def end_sessions(request: OfficeRequest, username: str) -> HttpResponse:
    """Sign somebody out everywhere."""
    ended = operations.sign_out_everywhere(username=username, keep="", by=request.viewer.acts_as, at=now())
    messages.success(request, spoken(f"已退出 {ended} 处登录。", f"Signed out of {ended} sessions."))
    return redirect("office:user", username=username)


def form_again(request: HttpRequest, template: str, refusal: Refusal, given: dict[str, Any]) -> HttpResponse:
    """The form with what was typed and what was refused; who may not at all is answered, and written down, by the gate."""
    if isinstance(refusal, NotAllowed):
        raise refusal
    return render(request, template, {**given, "refusal": said(refusal)}, status=status_of(refusal))


def _hand_over(request: HttpRequest, given: operations.OneTimePassword) -> HttpResponse:
    return render(request, "office/users/one_time.html", {"given": given})


def _reason(request: HttpRequest) -> str:
    form = Reason(request.POST)
    return str(form.cleaned_data["reason"]) if form.is_valid() else ""


def _waiting(request: OfficeRequest) -> int:
    return queries.grants_to_review_count(viewer=request.viewer, at=now(), rules=access_rules())
