"""Which language a request speaks: the user's, else the one chosen on this device, else the browser's."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation

COOKIE = "language"
_CODES = {"zh": "zh-hans", "en": "en"}
LANGUAGES = tuple(_CODES)


def language_of(request: HttpRequest) -> str:
    """`zh` or `en`."""
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return str(user.language)
    if (chosen := request.COOKIES.get(COOKIE, "")) in _CODES:
        return chosen
    accepted = request.META.get("HTTP_ACCEPT_LANGUAGE", "").lower()
    return "en" if accepted.startswith("en") else "zh"


def speaks() -> str:
    """The active language: `zh` or `en`."""
    return "en" if (translation.get_language() or "").startswith("en") else "zh"


class Language:
    """The middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the request's language."""
        with translation.override(_CODES[language_of(request)]):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", _CODES[language_of(request)])
        return response
