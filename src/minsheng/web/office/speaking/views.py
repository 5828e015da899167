"""Switching between Chinese and English."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from minsheng.domain.access.operations import speak
from minsheng.web.gate import public
from minsheng.web.language import COOKIE, LANGUAGES
from minsheng.web.requests import now

_A_YEAR = 31_536_000


@public
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Speak this language from now on, and go back to where the person was."""
    chosen = request.POST.get("language", "")
    back = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    answer = HttpResponseRedirect(back if safe else "/")
    if chosen in LANGUAGES:
        viewer = getattr(request, "viewer", None)
        if viewer is not None:
            speak(user_id=viewer.user_id, language=chosen, by=viewer.acts_as, at=now())
        answer.set_cookie(COOKIE, chosen, max_age=_A_YEAR, samesite="Lax", httponly=True, secure=request.is_secure())
    return answer
