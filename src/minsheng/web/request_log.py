"""One line for every request: its number, route, status and duration, and the number of who asked; never what was asked for or typed."""

from collections.abc import Callable
from secrets import token_hex
from time import perf_counter

import structlog
from django.http import HttpRequest, HttpResponse

_log = structlog.stdlib.get_logger("minsheng.web")


class RequestLog:
    """The middleware; its number stands in the header X-Request-Id, and in everything that is logged meanwhile."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and write the line."""
        number, began = token_hex(8), perf_counter()
        request.number = number  # type: ignore[attr-defined]
        with structlog.contextvars.bound_contextvars(request=number):
            response = self.get_response(request)
            viewer = getattr(request, "viewer", None)
            _log.info(
                "request",
                method=request.method if request.method in _METHODS else "?",
                route=request.resolver_match.view_name if request.resolver_match else "",
                status=response.status_code,
                ms=round((perf_counter() - began) * 1000),
                user=viewer.user_id if viewer else None,
            )
        response["X-Request-Id"] = number
        return response


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
