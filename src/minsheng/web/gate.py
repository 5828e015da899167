"""The gate in front of every page: who is it, may they, and within which rows of the database.

A view says what it needs (`@page(May.…)`) or that it is public; one that says nothing is refused to everybody. Each request is one
transaction under row-level security. What was refused, and whose people were shown, is written down.
"""

from collections.abc import Callable
from typing import Any, Protocol, cast
from urllib.parse import quote

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from minsheng.domain.access.operations import record_looks, record_refusal
from minsheng.domain.access.roles import May
from minsheng.domain.access.row_security.acting import bound_to
from minsheng.domain.access.viewers import NotAllowed, Viewer, demand, viewer_of
from minsheng.domain.audit.operations import acting_from
from minsheng.kernel.errors import Refusal
from minsheng.web.looks import looks_at
from minsheng.web.refusals import answer_to
from minsheng.web.requests import OfficeRequest, now, origin_of

Answer = Callable[[HttpRequest], HttpResponse]
LIBRARY_VIEWS = ("allauth.",)
"""Libraries' views that guard themselves: signing in and out, second factors, one's own sessions."""


class View(Protocol):
    """A view with what it needs."""

    needs: May | None
    public: bool

    def __call__(self, request: OfficeRequest, *args: Any, **words: Any) -> HttpResponse:
        """Answer a request."""
        ...


def page(needs: May | None = None) -> Callable[[Callable[..., HttpResponse]], View]:
    """Mark a view as open to signed-in people who may do something (None: to everybody signed in)."""

    def mark(view: Callable[..., HttpResponse]) -> View:
        marked = cast("View", view)
        marked.needs, marked.public = needs, False
        return marked

    return mark


def public(view: Callable[..., HttpResponse]) -> View:
    """Mark a view as open to everybody, signed in or not."""
    marked = cast("View", view)
    marked.needs, marked.public = None, True
    return marked


class Gate:
    """The middleware; stands behind those that know the session, the user and htmx."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer within one transaction, as the web's own role and for the signed-in user."""
        user = request.user if request.user.is_authenticated else None
        with bound_to(user.pk if user else None):
            viewer = viewer_of(user) if user else None
            request.viewer = viewer  # type: ignore[attr-defined]
            with acting_from(origin=origin_of(request), division=viewer.home if viewer else ""):
                response = self.get_response(request)
            self._write_down_looks(request)
            failed = getattr(request, "failed", None)
            if failed is not None or response.status_code >= 500:
                transaction.set_rollback(True)
        if isinstance(failed, NotAllowed | PermissionDenied | Http404):
            self._write_down_refusal(request, failed)
        return response

    def process_view(self, request: HttpRequest, view: Callable[..., HttpResponse], *_: Any) -> HttpResponse | None:
        """Let through who may, send to sign in who has not, refuse the rest."""
        inner = getattr(view, "view_class", view)
        if getattr(inner, "public", False) or inner.__module__.startswith(LIBRARY_VIEWS):
            return None
        viewer: Viewer | None = request.viewer  # type: ignore[attr-defined]
        if viewer is None:
            return _to_sign_in(request)
        if viewer.needs_second_factor and settings.SECOND_FACTOR_REQUIRED and not _has_second_factor(request):
            return HttpResponseRedirect(reverse("mfa_index"))
        if not hasattr(inner, "needs"):
            return self._refuse(request, NotAllowed("This address is open to nobody.", next_step="Tell whoever runs the platform."))
        try:
            if inner.needs is not None:
                demand(viewer, inner.needs)
        except NotAllowed as refusal:
            return self._refuse(request, refusal)
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer expected failures in the person's language; nothing of what the request wrote is kept."""
        request.failed = exception  # type: ignore[attr-defined]
        return answer_to(request, exception) if isinstance(exception, Refusal) else None

    def _refuse(self, request: HttpRequest, refusal: Refusal) -> HttpResponse:
        request.failed = refusal  # type: ignore[attr-defined]
        return answer_to(request, refusal)

    def _write_down_looks(self, request: HttpRequest) -> None:
        viewer: Viewer | None = request.viewer  # type: ignore[attr-defined]
        if viewer is None or not viewer.seen:
            return
        record_looks(viewer=viewer, looks=looks_at(viewer.seen), path=request.path, origin=origin_of(request), at=now())

    def _write_down_refusal(self, request: HttpRequest, failed: Exception) -> None:
        viewer: Viewer | None = request.viewer  # type: ignore[attr-defined]
        user_id = viewer.user_id if viewer else None
        if viewer is not None:
            with bound_to(user_id):
                record_refusal(viewer=viewer, path=request.path, kind=type(failed).__name__, origin=origin_of(request), at=now())


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    address = f"{reverse('account_login')}?next={quote(request.get_full_path())}"
    if getattr(request, "htmx", False):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def _has_second_factor(request: HttpRequest) -> bool:
    from allauth.mfa.utils import is_mfa_enabled

    return bool(is_mfa_enabled(request.user))
