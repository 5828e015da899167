"""Reviewing identities one after the other."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from minsheng.domain.access.roles import May
from minsheng.domain.feeds import operations, queries
from minsheng.domain.feeds.operations.claiming import CaseTaken
from minsheng.domain.feeds.operations.deciding import AlreadyDecided, NoSuchCase, NothingToReopen
from minsheng.domain.feeds.queries import IdentityCase, Review
from minsheng.domain.feeds.queries.reviewing import MOST_COUNTED
from minsheng.engine.contracts.schema import Text
from minsheng.kernel.errors import Refusal
from minsheng.web.components import Crumb
from minsheng.web.gate import page
from minsheng.web.office.identity.sums import sums
from minsheng.web.refusals import said
from minsheng.web.requests import OfficeRequest, installation, now, origin_of
from minsheng.web.words import spoken

NOBODY = "nobody"
_HOW = "identity.review"


@page(May.DECIDE_IDENTITY)
@never_cache
def identity(request: OfficeRequest) -> HttpResponse:
    """The next identity that waits, held for whoever looks."""
    found = operations.take_up_next(after=_number(request.GET.get("after", "")), by=request.viewer.acts_as, at=now())
    return _shown(request, found)


@page(May.DECIDE_IDENTITY)
@never_cache
def case(request: OfficeRequest, case: int) -> HttpResponse:
    """One identity, waiting or decided."""
    found = queries.case_numbered(case)
    if found is None:
        raise NoSuchCase(f"There is no identity {case}.", next_step="Go back to the list.")
    held = operations.take_up(case=case, by=request.viewer.acts_as, at=now())
    return _shown(request, queries.case_numbered(case) if held else found)


@page(May.DECIDE_IDENTITY)
@require_POST
def decide(request: OfficeRequest, case: int) -> HttpResponse:
    """Decide an identity, then show the next."""
    choice = request.POST.get("person", "")
    person = None if choice == NOBODY else _number(choice) or -1
    viewer = request.viewer
    try:
        operations.settle_case(
            case=case,
            person_key=person,
            reason=request.POST.get("reason", "").strip(),
            within=viewer.where(May.DECIDE_IDENTITY),
            by=viewer.acts_as,
            at=now(),
        )
    except (AlreadyDecided, CaseTaken) as refusal:
        return _next(request, after=case, refusal=refusal)
    return _next(request, after=case, done=case)


@page(May.DECIDE_IDENTITY)
@require_POST
def later(request: OfficeRequest, case: int) -> HttpResponse:
    """Leave an identity for later, and show the next."""
    return _next(request, after=case)


@page(May.DECIDE_IDENTITY)
@require_POST
def undo(request: OfficeRequest) -> HttpResponse:
    """Take one's own newest decision back, and show that identity again."""
    viewer = request.viewer
    last = queries.last_decided(viewer.acts_as)
    if last is None:
        raise NothingToReopen("You have decided nothing that could be taken back.", next_step="Go on with the next one.")
    operations.reopen_case(case=last, reason="", by=viewer.acts_as, at=now())
    operations.take_up(case=last, by=viewer.acts_as, at=now())
    if not request.htmx:
        return redirect("office:identity_case", case=last)
    return _shown(request, queries.case_numbered(last), panel=True)


@page(May.DECIDE_IDENTITY)
@require_POST
@never_cache
def reveal(request: OfficeRequest, case: int) -> HttpResponse:
    """Show names and numbers of an identity and its candidates in clear."""
    found = operations.take_up(case=case, by=request.viewer.acts_as, at=now()) and queries.case_numbered(case)
    if not found:
        return _next(request, after=case, refusal=CaseTaken("It is no longer before you.", next_step="Here is the next one."))
    return _shown(request, found, panel=True, in_clear=True)


@page(May.DECIDE_IDENTITY)
@require_POST
def reopen(request: OfficeRequest, case: int) -> HttpResponse:
    """Take somebody's decision back with a reason."""
    operations.reopen_case(case=case, reason=request.POST.get("reason", ""), by=request.viewer.acts_as, at=now())
    return redirect("office:identity_case", case=case)


def _next(request: OfficeRequest, *, after: int, done: int | None = None, refusal: Refusal | None = None) -> HttpResponse:
    if not request.htmx and refusal is None:
        return redirect(f"{reverse('office:identity')}?after={after}")
    found = operations.take_up_next(after=after, by=request.viewer.acts_as, at=now())
    return _shown(request, found, panel=bool(request.htmx), done=done, refusal=refusal, before=after)


def _shown(
    request: OfficeRequest,
    found: IdentityCase | None,
    *,
    panel: bool = False,
    in_clear: bool = False,
    done: int | None = None,
    refusal: Refusal | None = None,
    before: int | None = None,
) -> HttpResponse:
    """The page, or for htmx the panel, with one identity (None: nothing waits)."""
    review = _review(request, found, in_clear)
    told = said(refusal) if refusal else None
    words = {
        "review": review,
        "pairs": list(zip(review.candidates, sums(review.candidates), strict=True)) if review else [],
        "waiting": (waiting := queries.waiting_cases()),
        "many": waiting >= MOST_COUNTED,
        "behind": queries.decisions_behind(installation().catalogue),
        "done": done,
        "refusal": told,
        "before": before,
        "may_reveal": request.viewer.may(May.REVEAL),
        "me": request.viewer.acts_as,
        "held_by_me": found is not None and found.claimed_by == request.viewer.acts_as,
        "crumbs": [Crumb(Text(zh="身份核对", en="Identity review"), reverse("office:identity"))],
        "nobody": NOBODY,
        "title": spoken("身份核对", "Identity review"),
    }
    template = "office/identity/review.html" if panel else "office/identity/identity.html"
    return render(request, template, words)


def _review(request: OfficeRequest, found: IdentityCase | None, in_clear: bool) -> Review | None:
    if found is None:
        return None
    review = queries.review_of(found, installation=installation(), in_clear=in_clear)
    request.viewer.saw(review.households, _HOW)
    if in_clear:
        operations.reveal_identity(
            case=review.case, households=review.households, viewer=request.viewer, origin=origin_of(request), at=now()
        )
    return review


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0
