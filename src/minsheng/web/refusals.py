"""Expected failures as answers: what happened, what is safe, what to do, and a code to quote, in the person's language."""

from dataclasses import dataclass
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from minsheng.kernel.errors import Refusal
from minsheng.web.language import speaks
from minsheng.web.refused_words import GENERAL, WORDS

_STATUS_OF = {
    "not-allowed": HTTPStatus.FORBIDDEN,
    "not-oneself": HTTPStatus.FORBIDDEN,
    "beyond-ones-area": HTTPStatus.FORBIDDEN,
    "needs-second-person": HTTPStatus.FORBIDDEN,
    "too-many-opened": HTTPStatus.TOO_MANY_REQUESTS,
    "not-held": HTTPStatus.CONFLICT,
}
_STATUS_OF_BEGINNING = {
    "no-such-": HTTPStatus.NOT_FOUND,
    "unknown-": HTTPStatus.NOT_FOUND,
    "already-": HTTPStatus.CONFLICT,
    "changed-": HTTPStatus.CONFLICT,
}


@dataclass(frozen=True)
class Said:
    """A refusal in the person's language."""

    message: str
    next_step: str
    code: str


def said(refusal: Refusal) -> Said:
    """What a refusal says to whoever reads the active language."""
    if speaks() == "en":
        return Said(refusal.message, refusal.next_step, refusal.code)
    return Said(*WORDS.get(refusal.code, GENERAL), refusal.code)


def status_of(refusal: Refusal) -> HTTPStatus:
    """The HTTP status of a refusal: who may not, what is not there, what changed meanwhile, and everything else that was asked wrongly."""
    by_beginning = (status for beginning, status in _STATUS_OF_BEGINNING.items() if refusal.code.startswith(beginning))
    return _STATUS_OF.get(refusal.code) or next(by_beginning, HTTPStatus.BAD_REQUEST)


def answer_to(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The page (or for htmx the panel) that tells a refusal."""
    template = "office/refused_panel.html" if getattr(request, "htmx", False) else "office/refused.html"
    status = status_of(refusal)
    return render(request, template, {"refusal": said(refusal), "status": int(status)}, status=status)
