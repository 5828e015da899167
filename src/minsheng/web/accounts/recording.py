"""Writing down what the sign-in library tells: who came in and went, and what they changed of their keys."""

import secrets
from typing import Any

from allauth.account import signals as account
from allauth.account.adapter import get_adapter
from allauth.mfa import signals as second
from django.contrib import messages
from django.contrib.auth.signals import user_logged_out
from django.http import HttpRequest
from django.utils import timezone

from minsheng.domain.access import operations
from minsheng.domain.access.row_security.acting import as_user
from minsheng.web.accounts.adapters import how_signed_in
from minsheng.web.accounts.limits import begin
from minsheng.web.accounts.news import leave_news
from minsheng.web.requests import now, origin_of
from minsheng.web.words import spoken

DEVICE = "device"
"""The cookie by which a browser is known again."""


def listen() -> None:
    """Listen to the library's signals."""
    account.user_logged_in.connect(_signed_in, dispatch_uid="minsheng-signed-in")
    account.password_changed.connect(_password_changed, dispatch_uid="minsheng-password-changed")
    account.password_set.connect(_password_changed, dispatch_uid="minsheng-password-set")
    user_logged_out.connect(_signed_out, dispatch_uid="minsheng-signed-out")
    second.authenticator_added.connect(_factor_added, dispatch_uid="minsheng-factor-added")
    second.authenticator_reset.connect(_factor_added, dispatch_uid="minsheng-factor-reset")
    second.authenticator_removed.connect(_factor_removed, dispatch_uid="minsheng-factor-removed")
    second.authentication_failed.connect(_second_factor_failed, dispatch_uid="minsheng-factor-failed")


def _signed_in(*, request: HttpRequest, user: Any, **_: Any) -> None:
    at = now()
    begin(request.session, at)
    device = request.COOKIES.get(DEVICE) or secrets.token_urlsafe(32)
    request.device = device  # type: ignore[attr-defined]
    agent = request.headers.get("User-Agent", "")
    how, origin = how_signed_in(request, user), origin_of(request)
    if not operations.sign_in(user_id=user.pk, how=how, device=device, agent=agent, origin=origin, at=at):
        return
    address = get_adapter(request).get_client_ip(request)
    leave_news(user.pk, besides=request.session.session_key or "", address=address, at=at)
    get_adapter(request).send_notification_mail("accounts/email/new_device", user)
    when = f"{timezone.localtime(at):%Y-%m-%d %H:%M}"
    messages.info(
        request, spoken(f"这是您第一次在这台设备上登录（{when}），已记录。", f"Your first sign-in on this device ({when}) is on record.")
    )


def _signed_out(*, request: HttpRequest, user: Any, **_: Any) -> None:
    if user is not None:
        why = getattr(request, "signed_out_because", "asked")
        operations.sign_out(username=user.username, why=why, origin=origin_of(request), at=now())


def _password_changed(*, request: HttpRequest, user: Any, **_: Any) -> None:
    operations.change_password(username=user.username, origin=origin_of(request), at=now())
    user.one_time_until = None


def _factor_added(*, request: HttpRequest, user: Any, authenticator: Any, **_: Any) -> None:
    _factor(request, user, authenticator, added=True)


def _factor_removed(*, request: HttpRequest, user: Any, authenticator: Any, **_: Any) -> None:
    _factor(request, user, authenticator, added=False)


def _factor(request: HttpRequest, user: Any, authenticator: Any, *, added: bool) -> None:
    kind = str(authenticator.type)
    with as_user(user.pk):  # the library tells of new ones when the request's own transaction is over
        operations.change_second_factor(username=user.username, kind=kind, added=added, origin=origin_of(request), at=now())


def _second_factor_failed(*, request: HttpRequest, user: Any, **_: Any) -> None:
    operations.refuse_sign_in(username=user.username, why="second_factor", origin=origin_of(request), at=now())
