"""Expected failures as answers: what happened, what is safe, what to do, and a code to quote, in the person's language."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from minsheng.kernel.errors import Refusal

_STATUS = {
    "not-allowed": HTTPStatus.FORBIDDEN,
    "no-such-household": HTTPStatus.NOT_FOUND,
    "no-such-run": HTTPStatus.NOT_FOUND,
    "changed-meanwhile": HTTPStatus.CONFLICT,
}


def answer_to(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The page (or for htmx the panel) that tells a refusal."""
    status = _STATUS.get(refusal.code, HTTPStatus.BAD_REQUEST)
    template = "office/refused_panel.html" if getattr(request, "htmx", False) else "office/refused.html"
    return render(request, template, {"refusal": refusal, "status": int(status)}, status=status)
