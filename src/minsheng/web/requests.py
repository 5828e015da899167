"""A request as views are given it."""

from datetime import datetime
from typing import cast

from allauth.core.internal.httpkit import get_client_ip
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.module_loading import import_string
from django_htmx.middleware import HtmxDetails

from minsheng.domain.access.viewers import Viewer
from minsheng.domain.installation import Installation


class OfficeRequest(HttpRequest):
    """A request of somebody signed in."""

    viewer: Viewer
    htmx: HtmxDetails


def now() -> datetime:
    """This instant."""
    return timezone.now()


def installation() -> Installation:
    """The installation of this process; raises NotInitialised or BadKey."""
    return cast("Installation", import_string(settings.INSTALLATION_PROVIDER)())


def origin_of(request: HttpRequest) -> str:
    """From where a request comes: its address, and whose session it is by a digest that opens nothing."""
    session = request.session.session_key or "" if hasattr(request, "session") else ""
    return f"{get_client_ip(request) or ''} {_digest(session)}".strip()


def _digest(session: str) -> str:
    from hashlib import sha256

    return sha256(session.encode()).hexdigest()[:12] if session else ""
