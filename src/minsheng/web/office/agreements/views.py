"""Sharing agreements as pages."""

from contextlib import suppress
from datetime import date
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from minsheng.domain.access.roles import May
from minsheng.domain.access.viewers import demand
from minsheng.domain.feeds import operations, queries, states
from minsheng.domain.feeds.operations import AgreementFaults
from minsheng.domain.feeds.operations.agreeing import ChangedMeanwhile
from minsheng.domain.feeds.queries import NoSuchFeed, SharingAgreement
from minsheng.domain.places.queries import full_names
from minsheng.engine.contracts.schema import Text
from minsheng.kernel.divisions import DivisionCode, NotADivisionCode
from minsheng.web.components import Crumb
from minsheng.web.gate import page
from minsheng.web.office.agreements.forms import Typed, blank, standing, typed
from minsheng.web.office.deliveries.words import Mark
from minsheng.web.requests import OfficeRequest, installation, now
from minsheng.web.words import spoken

_TONES = {states.DRAFT: ("accent", "edit"), states.IN_FORCE: ("good", "circle-check"), states.EXPIRED: ("stop", "clock")}
MARKS = {
    state: Mark(Text(zh=label.zh, en=label.en), *_TONES.get(state, ("quiet", "ban"))) for state, label in states.AGREEMENT_STATES.items()
}
_CRUMB = Text(zh="共享协议", en="Agreements")


@page(May.SEE_AGREEMENTS)
def agreements(request: OfficeRequest) -> HttpResponse:
    """Every agreement, and how each feed is covered today."""
    office = installation()
    found = queries.agreements()
    places = _places(found)
    words = {
        "agreements": [(one, _mark(one, office.today), places[one.area], (one.expires_on - office.today).days) for one in found],
        "coverage": queries.coverage(office.catalogue, today=office.today),
        "lapsing": queries.running_out(office.today),
        "departments": office.catalogue.departments,
        "may_keep": request.viewer.may(May.KEEP_AGREEMENTS),
        "required": office.agreements_required,
        "today": office.today,
    }
    return render(request, "office/agreements/agreements.html", words)


@page(May.SEE_AGREEMENTS)
def agreement(request: OfficeRequest, agreement: int) -> HttpResponse:
    """One agreement."""
    office = installation()
    found = queries.agreement_named(agreement)
    viewer = request.viewer
    contracts = [(office.catalogue[one.feed], one.columns) for one in found.datasets.all() if one.feed in office.catalogue]
    words = {
        "agreement": found,
        "mark": _mark(found, office.today),
        "crumbs": [Crumb(_CRUMB, reverse("office:agreements"))],
        "department": office.catalogue.departments[found.department].title,
        "place": _places([found])[found.area],
        "days_left": (found.expires_on - office.today).days,
        "datasets": [(contract, [contract.column(name) for name in columns]) for contract, columns in contracts],
        "may_keep": viewer.may(May.KEEP_AGREEMENTS, found.area),
        "is_mine": viewer.acts_as in (found.drafted_by, found.edited_by),
        "renewals": list(found.renewals.all()),
    }
    return render(request, "office/agreements/agreement.html", words)


@page(May.KEEP_AGREEMENTS)
def draft(request: OfficeRequest, department: str) -> HttpResponse:
    """Write an agreement down."""
    office = installation()
    if department not in office.catalogue.departments:
        raise NoSuchFeed(f"There is no department {department!r}.", next_step="Choose one from the list.")
    if request.method != "POST":
        here = request.viewer.where(May.KEEP_AGREEMENTS)
        begin = blank(office.catalogue.departments[department].title.zh, here[0] if here else "")
        return _form(request, begin, department, None)
    said = typed(request.POST)
    _demand_area(request, said)
    try:
        made = operations.draft_agreement(facts=said.facts(department), catalogue=office.catalogue, by=request.viewer.acts_as, at=now())
    except AgreementFaults as faults:
        return _form(request, said, department, None, faults=faults)
    return redirect("office:agreement", agreement=made.pk)


@page(May.KEEP_AGREEMENTS)
def edit(request: OfficeRequest, agreement: int) -> HttpResponse:
    """Change a draft; what somebody else changed meanwhile is shown beside what was typed."""
    found = queries.agreement_named(agreement)
    demand(request.viewer, May.KEEP_AGREEMENTS, found.area)
    if request.method != "POST":
        return _form(request, standing(found), found.department, found)
    said = typed(request.POST)
    _demand_area(request, said)
    try:
        operations.edit_agreement(
            agreement=agreement,
            version=_version(request),
            facts=said.facts(found.department),
            catalogue=installation().catalogue,
            by=request.viewer.acts_as,
            at=now(),
        )
    except AgreementFaults as faults:
        return _form(request, said, found.department, found, faults=faults)
    except ChangedMeanwhile:
        return _form(request, said, found.department, found, stale=True)
    return redirect("office:agreement", agreement=agreement)


@page(May.KEEP_AGREEMENTS)
@require_POST
def in_force(request: OfficeRequest, agreement: int) -> HttpResponse:
    """Put a draft in force, as the second person."""
    demand(request.viewer, May.KEEP_AGREEMENTS, queries.agreement_named(agreement).area)
    operations.put_in_force(agreement=agreement, version=_version(request), by=request.viewer.acts_as, at=now())
    messages.success(request, spoken("协议已生效。", "The agreement is in force."))
    return redirect("office:agreement", agreement=agreement)


@page(May.KEEP_AGREEMENTS)
@require_POST
def end(request: OfficeRequest, agreement: int) -> HttpResponse:
    """End an agreement before its time."""
    demand(request.viewer, May.KEEP_AGREEMENTS, queries.agreement_named(agreement).area)
    reason = request.POST.get("reason", "")
    operations.end_agreement(agreement=agreement, version=_version(request), reason=reason, by=request.viewer.acts_as, at=now())
    messages.success(request, spoken("协议已终止，其数据不再接收。", "The agreement is ended; its data are no longer received."))
    return redirect("office:agreement", agreement=agreement)


@page(May.KEEP_AGREEMENTS)
@require_POST
def renew(request: OfficeRequest, agreement: int) -> HttpResponse:
    """Begin an agreement's renewal as a copy."""
    demand(request.viewer, May.KEEP_AGREEMENTS, queries.agreement_named(agreement).area)
    made = operations.renew_agreement(agreement=agreement, by=request.viewer.acts_as, at=now())
    return redirect("office:agreement_edit", agreement=made.pk)


def _form(
    request: OfficeRequest,
    said: Typed,
    department: str,
    found: SharingAgreement | None,
    *,
    faults: AgreementFaults | None = None,
    stale: bool = False,
) -> HttpResponse:
    office = installation()
    told = faults.faults if faults else ()
    words = {
        "crumbs": [Crumb(_CRUMB, reverse("office:agreements"))],
        "agreement": found,
        "department": office.catalogue.departments[department].title,
        "fields": said.fields(told, standing(found) if found and stale else None),
        "datasets": said.choices(queries.allowed_feeds(office.catalogue, department)),
        "dataset_fault": next((spoken(fault) for field, fault in told if field == "datasets"), ""),
        "places": _choices(request),
        "stale": stale,
        "version": found.version if found else 0,
    }
    status = HTTPStatus.CONFLICT if stale else HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK
    return render(request, "office/agreements/form.html", words, status=status)


def _mark(found: SharingAgreement, today: date) -> Mark:
    """The state's mark; what has passed its last day counts as expired before the timetable says so."""
    lapsed = found.state == states.IN_FORCE and found.expires_on < today
    return MARKS[states.EXPIRED if lapsed else found.state]


def _demand_area(request: OfficeRequest, said: Typed) -> None:
    """The area typed, if it is one, must be the person's to keep agreements for."""
    with suppress(NotADivisionCode):
        area = DivisionCode.parse(said.texts["area"])
        demand(request.viewer, May.KEEP_AGREEMENTS, area.text)


def _choices(request: OfficeRequest) -> list[tuple[str, str]]:
    """The places for which the person keeps agreements: code and name."""
    codes = [DivisionCode.parse(prefix).text for prefix in request.viewer.where(May.KEEP_AGREEMENTS)]
    return list(full_names(codes).items())


def _places(found: list[SharingAgreement]) -> dict[str, str]:
    """Area → name."""
    codes = {one.area: DivisionCode.parse(one.area).text for one in found}
    names = full_names(codes.values())
    return {area: names.get(code, code) for area, code in codes.items()}


def _version(request: OfficeRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
