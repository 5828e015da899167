"""Doing something with several warnings at once: marking them, giving a verdict, taking it back, writing them to a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST

from minsheng.domain.access.roles import May
from minsheng.domain.access.viewers import demand
from minsheng.domain.monitoring import operations, states
from minsheng.domain.monitoring.queries import NoSuchRun, RunChoice, desk_rows, models_of, run_choices
from minsheng.engine.contracts.schema import Text
from minsheng.kernel.errors import Refusal
from minsheng.web.components import Crumb
from minsheng.web.gate import page
from minsheng.web.office.warnings import listing
from minsheng.web.office.warnings.asked import chosen_run, read
from minsheng.web.office.warnings.listing import Row
from minsheng.web.office.warnings.views import address, kept
from minsheng.web.requests import OfficeRequest, installation, now
from minsheng.web.templatetags.asking import PURPOSES
from minsheng.web.words import active_language, spoken

AT_ONCE = 200
_KINDS = {".csv": "text/csv; charset=utf-8", ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


class NothingPicked(Refusal):
    """None of the households that were picked can be worked on, or too many were picked."""

    code: ClassVar[str] = "nothing-picked"


@dataclass(frozen=True)
class Picked:
    """The warnings that were picked of a run, of those the viewer may answer, and the list they were picked from."""

    run: RunChoice
    rows: Sequence[Row]
    query: QueryDict

    @property
    def households(self) -> list[int]:
        """Their households."""
        return [row.warning.household_key for row in self.rows]


@page(May.ANSWER_WARNINGS)
@require_POST
def note(request: OfficeRequest) -> HttpResponse:
    """Mark the picked warnings as noted."""
    picked, at = _picked(request), now()
    number = operations.mark_noted(run=picked.run.id, households=picked.households, by=request.viewer.acts_as, at=at)
    query = picked.query.copy()
    if number:
        query["marked"] = at.isoformat()
    messages.success(request, spoken(f"已把 {number} 户标为已阅。", f"{number} households were marked as noted."))
    return HttpResponseRedirect(address(query))


@page(May.ANSWER_WARNINGS)
@require_POST
def undo_note(request: OfficeRequest) -> HttpResponse:
    """Take back the marks set at one instant."""
    query, marked_at = kept(request.POST.get("query", "")), _instant(request.POST.get("marked", ""))
    run = _run(query)
    number = operations.undo_noted(run=run.id, marked_at=marked_at, by=request.viewer.acts_as, at=now()) if marked_at else 0
    messages.success(request, spoken(f"已撤销 {number} 户的已阅标记。", f"The marks of {number} households were taken back."))
    return HttpResponseRedirect(address(query))


@page(May.ANSWER_WARNINGS)
@require_POST
def ask_verdict(request: OfficeRequest) -> HttpResponse:
    """Ask what was found at the picked households, before anything is recorded."""
    return _verdict_form(request, _picked(request), {"given_on": timezone.localdate(now()).isoformat(), "batch": uuid4().hex})


@page(May.ANSWER_WARNINGS)
@require_POST
def give_verdict(request: OfficeRequest) -> HttpResponse:
    """Record one verdict for all of them; what somebody else answered meanwhile is shown first, and nothing is recorded."""
    picked, typed = _picked(request), {name: request.POST.get(name, "") for name in ("verdict", "given_on", "note", "batch")}
    shown_at, faults = _instant(request.POST.get("shown_at", "")), _faults(typed, today=timezone.localdate(now()))
    if faults:
        return _verdict_form(request, picked, typed, faults=faults, status=422)
    changed = [row for row in picked.rows if shown_at is None or _answered_since(row, shown_at, by=request.viewer.acts_as)]
    if changed and "anyway" not in request.POST:
        return _verdict_form(request, picked, typed, changed=changed, status=409)
    number = _record(picked, typed, by=request.viewer.acts_as, at=now())
    messages.success(request, spoken(f"已为 {number} 户登记核查结论。", f"The verdict was recorded for {number} households."))
    return HttpResponseRedirect(address(picked.query))


@page(May.ANSWER_WARNINGS)
@require_POST
def withdraw(request: OfficeRequest) -> HttpResponse:
    """Withdraw the verdicts given together a moment ago."""
    number = operations.withdraw_verdicts(batch=request.POST.get("batch", "")[:32], by=request.viewer.acts_as, at=now())
    messages.success(request, spoken(f"已撤回 {number} 户的核查结论。", f"The verdicts of {number} households were withdrawn."))
    return HttpResponseRedirect(address(kept(request.POST.get("query", ""))))


@page(May.EXPORT)
@require_POST
def export(request: OfficeRequest) -> HttpResponse:
    """The list as it is filtered, as a CSV file or a workbook; names in full only for a purpose, where one may reveal them."""
    query, viewer, installed = kept(request.POST.get("query", "")), request.viewer, installation()
    run = _run(query)
    model = models_of([run.model_id], catalogue=installed.catalogue)[run.model_id]
    purpose = request.POST.get("purpose", "")
    unmasking = operations.Unmasking()
    if purpose in {one.code for one in PURPOSES}:
        demand(viewer, May.REVEAL)
        unmasking = operations.Unmasking(viewer.where(May.REVEAL), purpose)
    with TemporaryDirectory() as folder:
        out = Path(folder) / f"warnings-{run.month}.{'csv' if request.POST.get('format') == 'csv' else 'xlsx'}"
        exported = operations.export_desk(
            run,
            asked=read(query, model=model, keys=installed.keys).wanted,
            watch=listing.exporting_watch(viewer, installed.keys),
            model=model,
            out=out,
            language=active_language(),
            unmasking=unmasking,
            by=viewer.acts_as,
            at=now(),
        )
        content = out.read_bytes()
    viewer.saw(exported.household_keys, "warnings.export")
    answer = HttpResponse(content, content_type=_KINDS[out.suffix])
    answer["Content-Disposition"] = f'attachment; filename="{out.name}"'
    return answer


def _picked(request: OfficeRequest) -> Picked:
    """What was picked; forged keys, other areas' and those that may not be answered fall away. Raises NothingPicked."""
    query, viewer, installed = kept(request.POST.get("query", "")), request.viewer, installation()
    keys = {int(key) for key in request.POST.getlist("household") if key.isascii() and key.isdigit() and len(key) < 19}
    if not 0 < len(keys) <= AT_ONCE:
        raise NothingPicked(f"Pick between 1 and {AT_ONCE} households.", next_step="Tick the households in the list first.")
    run = _run(query)
    warnings = desk_rows(run, sorted(keys), listing.watch_of(viewer, installed.keys))
    model = models_of([run.model_id], catalogue=installed.catalogue)[run.model_id]
    rows = [row for row in listing.shown(warnings, model=model, viewer=viewer) if row.mine]
    if not rows:
        raise NothingPicked("None of these households can be worked on by you.", next_step="Go back to the list and pick others.")
    return Picked(run, rows, query)


def _run(query: QueryDict) -> RunChoice:
    choices = run_choices()
    run = chosen_run(query, choices) if choices else None
    if run is None:
        raise NoSuchRun("No month has been run yet.", next_step="Come back when a month has been run.")
    return run


def _verdict_form(request: OfficeRequest, picked: Picked, typed: dict[str, str], *, status: int = 200, **more: Any) -> HttpResponse:
    said: dict[str, Any] = {
        "picked": picked,
        "typed": typed,
        "shown_at": now().isoformat(),
        "verdicts": states.VERDICTS,
        "today": timezone.localdate(now()),
    }
    said |= {"back": address(picked.query), "crumbs": [Crumb(Text(zh="预警", en="Warnings"), address(picked.query))]}
    said["left"] = [row for row in picked.rows if row not in more.get("changed", [])]
    return render(request, "office/warnings/verdict.html", said | more, status=status)


def _faults(typed: dict[str, str], *, today: date) -> dict[str, Text]:
    faults = {}
    if typed["verdict"] not in states.VERDICTS:
        faults["verdict"] = Text(zh="请选择核查结论。", en="Choose what was found.")
    given_on = _day(typed["given_on"])
    if given_on is None or given_on > today:
        faults["given_on"] = Text(zh="请填写走访日期，不能晚于今天。", en="Give the day of the visit, today at the latest.")
    if len(typed["note"]) > 1000:
        faults["note"] = Text(zh="说明不能超过 1000 字。", en="A note has 1,000 characters at most.")
    return faults


def _record(picked: Picked, typed: dict[str, str], *, by: str, at: datetime) -> int:
    """Each household's verdict is given to the run that warned of it, which may be an earlier month's."""
    given_on, batch = date.fromisoformat(typed["given_on"]), typed["batch"][:32] or uuid4().hex
    visits: dict[str, list[operations.Visit]] = {}
    for row in picked.rows:
        visit = operations.Visit(row.warning.household_key, typed["verdict"], given_on, typed["note"])
        visits.setdefault(row.warning.warned_run, []).append(visit)
    return sum(operations.record_verdicts(run=run, visits=ones, batch=batch, by=by, at=at) for run, ones in sorted(visits.items()))


def _answered_since(row: Row, shown_at: datetime, *, by: str) -> bool:
    warning = row.warning
    return warning.status == states.ANSWERED and warning.touched_at > shown_at and warning.touched_by != by


def _instant(text: str) -> datetime | None:
    try:
        found = parse_datetime(text.replace(" ", "+"))
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
