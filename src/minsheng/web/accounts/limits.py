"""How long a session lasts: signed out when nothing was done for a while, and after so many hours in any case."""

from collections.abc import Callable
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse

from minsheng.domain.access.row_security.acting import bound_to
from minsheng.web.accounts.news import tell_news
from minsheng.web.requests import now

SIGNED_IN, SEEN = "signed_in_at", "seen_at"
QUIET = "X-Quiet"
"""A page that asks by itself (a progress bar, a wall view) sends this header; that is nobody at work."""
_REMEMBER_SECONDS = 60


class SessionLimits:
    """The middleware; stands behind those that know the user and may leave messages, and before the gate."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """End a session whose time is over; otherwise note that somebody is at work."""
        if request.user.is_authenticated:
            at = now()
            why = over(request.session, at)
            if why:
                _end(request, why)
            else:
                _touch(request, at)
                tell_news(request)
        return self.get_response(request)


def begin(session: SessionBase, at: datetime) -> None:
    """Let a session begin now."""
    session[SIGNED_IN] = session[SEEN] = at.timestamp()


def over(session: SessionBase, at: datetime) -> str:
    """Why a session's time is over: `idle`, `too_long`, or blank while it lasts."""
    if at.timestamp() - session.get(SIGNED_IN, at.timestamp()) >= settings.SESSION_HOURS * 3600:
        return "too_long"
    return "idle" if at.timestamp() - session.get(SEEN, at.timestamp()) >= settings.SESSION_IDLE_MINUTES * 60 else ""


def _touch(request: HttpRequest, at: datetime) -> None:
    session = request.session
    if SIGNED_IN not in session:
        begin(session, at)
    if QUIET not in request.headers and at.timestamp() - session.get(SEEN, 0) >= _REMEMBER_SECONDS:
        session[SEEN] = at.timestamp()
        UserSession.objects.filter(session_key=session.session_key).update(last_seen_at=at)


def _end(request: HttpRequest, why: str) -> None:
    user = request.user
    assert user.is_authenticated
    request.signed_out_because = why  # type: ignore[attr-defined]
    english = user.language == "en"
    with bound_to(user.pk):
        logout(request)
    messages.info(request, _said(why, english=english))


def _said(why: str, *, english: bool) -> str:
    minutes, hours = settings.SESSION_IDLE_MINUTES, settings.SESSION_HOURS
    if why == "idle":
        zh, en = f"{minutes} 分钟没有操作，已为您退出。请重新登录。", f"You were signed out after {minutes} minutes without activity."
    else:
        zh, en = f"登录已满 {hours} 小时，请重新登录。", f"You had been signed in for {hours} hours. Please sign in again."
    return en if english else zh
