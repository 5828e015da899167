"""Writing drafts: starting from a version or a file, the form with its faults, what two people changed, earlier revisions."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from minsheng.domain.access.roles import May
from minsheng.domain.modelling import operations, queries, states
from minsheng.domain.modelling.operations.drafting import DraftChanged, NotInThatState
from minsheng.domain.modelling.permissions import check_throughout
from minsheng.domain.modelling.queries import DraftView
from minsheng.engine.contracts.schema import Text
from minsheng.engine.indicators.grammar import Model
from minsheng.engine.indicators.loading import ModelFaults
from minsheng.kernel.errors import Refusal
from minsheng.web.components import Crumb
from minsheng.web.gate import page
from minsheng.web.office.models import faults
from minsheng.web.office.models.form import DraftForm, Values, Written, joined
from minsheng.web.office.models.reading import crumbs, this_month
from minsheng.web.office.models.sheet import Sheet
from minsheng.web.refusals import said, status_of
from minsheng.web.requests import OfficeRequest, installation, now

LARGEST = 1_000_000
"""Bytes of a model's file."""
UNREADABLE = Text(zh="请选择一个 UTF-8 编码、不超过 1 MB 的 YAML 文件。", en="Choose a YAML file in UTF-8 of at most 1 MB.")


def draft_crumb(found: DraftView) -> Crumb:
    """The way back to a draft."""
    title = f"{found.line.name} {found.line.version}"
    return Crumb(Text(zh=f"草稿 {title}", en=f"Draft {title}"), reverse("office:draft", args=[found.line.number]))


@page(May.WRITE_MODELS)
@require_POST
def start(request: OfficeRequest, name: str, version: str) -> HttpResponse:
    """Start a draft from a published version."""
    check_throughout(request.viewer, May.WRITE_MODELS, installation())
    made = operations.start_draft(
        base=f"{name}@{version}",
        version=request.POST.get("version", "").strip(),
        by=request.viewer.acts_as,
        at=now(),
        installation=installation(),
    )
    return redirect("office:draft_edit", draft=made)


@page(May.WRITE_MODELS)
def import_draft(request: OfficeRequest) -> HttpResponse:
    """Start a draft from a YAML file, a calibration's say."""
    check_throughout(request.viewer, May.WRITE_MODELS, installation())
    bases = [version.id for family in queries.families(month=this_month()) for version in family.versions]
    shown: dict[str, Any] = {
        "bases": bases,
        "base": request.POST.get("base", ""),
        "version": request.POST.get("version", ""),
        "crumbs": crumbs(),
    }
    if request.method != "POST":
        return render(request, "office/models/import.html", shown)
    text = _uploaded(request)
    if text is None:
        return render(request, "office/models/import.html", shown | {"problem": UNREADABLE}, status=422)
    try:
        made = operations.start_draft(
            base=str(shown["base"]),
            version=str(shown["version"]).strip(),
            by=request.viewer.acts_as,
            at=now(),
            installation=installation(),
            text=text,
        )
    except ModelFaults as refused:
        return render(request, "office/models/import.html", shown | {"faults": faults.at_lines(refused.faults)}, status=422)
    except Refusal as refused:
        return render(request, "office/models/import.html", shown | {"refused": said(refused)}, status=int(status_of(refused)))
    return redirect("office:draft", draft=made)


@page(May.WRITE_MODELS)
def edit(request: OfficeRequest, draft: int) -> HttpResponse:
    """The form of a draft; saved as its next revision."""
    check_throughout(request.viewer, May.WRITE_MODELS, installation())
    found = queries.draft_view(draft)
    if found.line.state != states.DRAFT:
        raise NotInThatState(
            f"The draft is {found.line.label.en}: this cannot be done now.", next_step="Reload the page to see where it stands."
        )
    if request.method == "POST":
        return _save(request, found)
    sheet = _sheet(found, found.model, _form(found).values(found.model))
    return _page(request, found, sheet, found.revision)


@page(May.WRITE_MODELS)
@require_POST
def check(request: OfficeRequest, draft: int) -> HttpResponse:
    """What is wrong with what stands in the form now."""
    found = queries.draft_view(draft)
    seen, values, written = _typed(request, found)
    wrong = faults.at_fields(queries.faults_of(written.text, installation=installation()), written)
    sheet = _sheet(found, seen, values, wrong)
    return render(request, "office/models/faults.html", {"faults": _told(wrong, sheet), "fields": sheet.all_fields(), "live": True})


@page(May.WRITE_MODELS)
@require_POST
def restore(request: OfficeRequest, draft: int, number: int) -> HttpResponse:
    """Take an earlier revision up again."""
    check_throughout(request.viewer, May.WRITE_MODELS, installation())
    seen = _number(request, "seen_revision")
    operations.restore_revision(draft=draft, number=number, seen_revision=seen, by=request.viewer.acts_as, at=now())
    return redirect("office:draft", draft=draft)


def _save(request: OfficeRequest, found: DraftView) -> HttpResponse:
    seen, values, written = _typed(request, found)
    revision = _number(request, "seen_revision")
    try:
        operations.change_draft(
            draft=found.line.number,
            text=written.text,
            seen_revision=revision,
            by=request.viewer.acts_as,
            at=now(),
            installation=installation(),
        )
    except ModelFaults as refused:
        sheet = _sheet(found, seen, values, faults.at_fields(refused.faults, written))
        return _page(request, found, sheet, revision, faults.at_fields(refused.faults, written), status=422)
    except DraftChanged as refused:
        return _both(request, found, seen, values, refused)
    return HttpResponseRedirect(reverse("office:draft", args=[found.line.number]))


def _both(request: OfficeRequest, found: DraftView, seen: Model, ours: Values, refused: DraftChanged) -> HttpResponse:
    """Somebody else saved meanwhile: show both, and go on from both together."""
    form = _form(found)
    theirs = form.values(found.model)
    together, changed = joined(form.values(seen), theirs, {**form.values(seen), **ours})
    sheet = _sheet(found, found.model, together)
    labels = _sheet(found, seen, ours).names() | sheet.names()
    rows = [(labels.get(name, Text(zh=name, en=name)), told) for name, told in changed.items()]
    return _page(request, found, sheet, refused.revision, status=409, conflict=rows, other=found.line.changed_by)


def _page(
    request: OfficeRequest,
    found: DraftView,
    sheet: Sheet,
    revision: int,
    wrong: Sequence[faults.FieldFault] = (),
    status: int = 200,
    **more: object,
) -> HttpResponse:
    shown = {"draft": found, "sections": sheet.sections(), "seen_revision": revision, "crumbs": crumbs(draft_crumb(found))}
    shown |= {"faults": _told(wrong, sheet)}
    return render(request, "office/models/edit.html", shown | more, status=status)


def _told(wrong: Sequence[faults.FieldFault], sheet: Sheet) -> list[tuple[faults.FieldFault, Text | None]]:
    """Each fault with what its field is called (None: it belongs to none)."""
    names = sheet.names() if wrong else {}
    return [(one, names.get(one.field)) for one in wrong]


def _typed(request: HttpRequest, found: DraftView) -> tuple[Model, Values, Written]:
    """The revision that was seen, what was typed, and the document that it makes."""
    seen = queries.revision_model(found.line.number, _number(request, "seen_revision"))
    values = {
        name: ",".join(one for one in request.POST.getlist(name) if one)
        if name.endswith((".verdicts", ".categories"))
        else request.POST[name]
        for name in request.POST
        if "." in name
    }
    return seen, values, _form(found).written(seen, values)


def _form(found: DraftView) -> DraftForm:
    return DraftForm(queries.revision_model(found.line.number, 1), installation().catalogue)


def _sheet(found: DraftView, model: Model, values: Values, wrong: list[faults.FieldFault] | None = None) -> Sheet:
    return Sheet(_form(found), model, values, installation().catalogue, {one.field: one.says for one in wrong or () if one.field})


def _uploaded(request: HttpRequest) -> str | None:
    sent = request.FILES.get("file")
    if sent is None or not sent.size or sent.size > LARGEST:
        return None
    try:
        return str(sent.read(), "utf-8-sig")
    except UnicodeDecodeError:
        return None


def _number(request: HttpRequest, name: str) -> int:
    sent = request.POST.get(name, "")
    return int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < 10 else 0
