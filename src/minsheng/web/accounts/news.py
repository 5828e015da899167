"""News about one's own account that the next page tells: somebody signed in from a device not seen before."""

from datetime import datetime
from importlib import import_module

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone

from minsheng.domain.access.sessions import sessions_of

_NEWS = "news"


def leave_news(user_id: int, *, besides: str, address: str, at: datetime) -> None:
    """Leave word in a user's other sessions that a new device signed in."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    for one in sessions_of(user_id):
        if one.session_key != besides:
            session = store(session_key=one.session_key)
            session[_NEWS] = {"address": address, "at": at.timestamp()}
            session.save(must_create=False)


def tell_news(request: HttpRequest) -> None:
    """Tell what was left here, once, on a page that is shown whole."""
    if _NEWS not in request.session or "HX-Request" in request.headers:
        return
    news = request.session.pop(_NEWS)
    when = timezone.localtime(datetime.fromtimestamp(news["at"], tz=timezone.get_default_timezone()))
    messages.warning(request, new_device(request.user.language, f"{when:%Y-%m-%d %H:%M}", news["address"]))  # type: ignore[union-attr]


def new_device(language: str, when: str, address: str) -> str:
    """The words of the notice."""
    if language == "en":
        return (
            f"Your account was used on a new device at {when} (from {address}). If that was not you, "
            "sign out everywhere under My account and change your password."
        )
    return f"您的账号于 {when} 在一台新设备上登录（地址 {address}）。如果不是您本人，请在“我的账号”退出所有登录并修改密码。"
