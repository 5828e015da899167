"""What must be done before anything else: a one-time password is changed at first sign-in."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from minsheng.web.accounts.adapters import how_signed_in
from minsheng.web.accounts.recording import DEVICE

_YEAR_SECONDS = 365 * 24 * 3600
_STILL_OPEN = frozenset({"account_change_password", "account_logout", "account_reauthenticate", "office:language"})


class FirstDuties:
    """The middleware; stands behind the gate."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; a browser that has just signed in is given the cookie by which it is known again."""
        response = self.get_response(request)
        device = getattr(request, "device", "")
        if device:
            response.set_cookie(
                DEVICE, device, max_age=_YEAR_SECONDS, secure=settings.HTTPS, httponly=True, samesite="Lax", path="/accounts/"
            )
        return response

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponse | None:
        """Send whoever came in with a one-time password to change it."""
        user = request.user
        route = request.resolver_match.view_name if request.resolver_match else ""
        if not user.is_authenticated or user.one_time_until is None or route in _STILL_OPEN:
            return None
        if "socialaccount" in how_signed_in(request, user):
            return None
        address = reverse("account_change_password")
        if getattr(request, "htmx", False):
            return HttpResponse(status=204, headers={"HX-Redirect": address})
        return HttpResponseRedirect(address)
