"""The addresses that machines ask. They stand before sessions, hosts and the gate, so that they answer when those cannot."""

from collections.abc import Callable
from hmac import compare_digest
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, JsonResponse

from minsheng.web.health.checks import OK, standing

Answer = Callable[[HttpRequest], HttpResponse]


class Health:
    """The middleware: /health/live, /health/ready and /metrics."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        self._answers: dict[str, Answer] = {"/health/live": live, "/health/ready": ready, "/metrics": metrics}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a machine, or let the request through."""
        answer = self._answers.get(request.path, self.get_response)
        return answer(request)


def live(_: HttpRequest) -> HttpResponse:
    """Whether the process answers."""
    return JsonResponse({"live": True})


def ready(_: HttpRequest) -> HttpResponse:
    """Whether every part is there; says which is not."""
    parts = standing()
    fine = all(said == OK for said in parts.values())
    return JsonResponse({"ready": fine, "parts": parts}, status=200 if fine else 503)


def metrics(request: HttpRequest) -> HttpResponse:
    """The figures, for this machine itself or whoever brings the token."""
    from minsheng.web.health.measures import CONTENT_TYPE, page

    if not _may_measure(request):
        return HttpResponseForbidden("The figures are for this machine, or for whoever brings MINSHENG_METRICS_TOKEN.", "text/plain")
    return HttpResponse(page(), content_type=CONTENT_TYPE)


def _may_measure(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        return compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {settings.METRICS_TOKEN}".encode())
    forwarded = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-Ip"))
    return not forwarded and _is_this_machine(request.META.get("REMOTE_ADDR", ""))


def _is_this_machine(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
