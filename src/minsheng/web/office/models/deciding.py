"""A draft's own page, and its way to counting: proposing, taking back, giving up, approving and refusing."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from minsheng.domain.access.roles import May
from minsheng.domain.audit.titles import title_of
from minsheng.domain.modelling import operations, queries, states
from minsheng.domain.modelling.permissions import can_throughout, check_throughout
from minsheng.domain.modelling.queries import DraftView
from minsheng.engine.contracts.schema import Text
from minsheng.kernel.periods import Month
from minsheng.web.components import Stage
from minsheng.web.gate import page
from minsheng.web.office.models.differing import compared
from minsheng.web.office.models.reading import by_section, crumbs, described, file_answer, this_month
from minsheng.web.requests import OfficeRequest, installation, now

_STAGES = (
    Text(zh="起草", en="Draft"),
    Text(zh="试算", en="Try out"),
    Text(zh="提交审批", en="Propose"),
    Text(zh="另一人批准", en="Another approves"),
)


@page(May.SEE_MODELS)
def draft(request: OfficeRequest, draft: int) -> HttpResponse:
    """A draft: what it changes, what it would do, where it stands, and everything that happened to it."""
    found, viewer = queries.draft_view(draft), request.viewer
    runs = queries.runs_to_try(found.line.name)
    writes, decides = (can_throughout(viewer, may, installation()) for may in (May.WRITE_MODELS, May.APPROVE_MODELS))
    state = found.line.state
    return render(
        request,
        "office/models/draft.html",
        {
            "draft": found,
            "line": found.line,
            "sections": by_section(compared(found.base_model, found.model, installation().catalogue)),
            "runs": runs,
            "stages": _stages(found),
            "steps": [(one, title_of(one.event)) for one in found.steps],
            "may_edit": writes and state == states.DRAFT,
            "may_try": (writes or decides) and bool(runs) and state in (states.DRAFT, states.PROPOSED),
            "may_take_back": writes and state in (states.PROPOSED, states.REFUSED),
            "may_withdraw": writes and state in (states.DRAFT, states.REFUSED),
            "may_decide": decides and state == states.PROPOSED and viewer.acts_as not in found.hands,
            "own": decides and state == states.PROPOSED and viewer.acts_as in found.hands,
            "first_month": _first_month(found),
            "crumbs": crumbs(),
        },
    )


@page(May.SEE_MODELS)
def draft_model(request: OfficeRequest, draft: int) -> HttpResponse:
    """A draft read as a model."""
    found = queries.draft_view(draft)
    shown = described(found.model) | {"draft": found, "line": found.line, "crumbs": crumbs()}
    return render(request, "office/models/draft_model.html", shown)


@page(May.SEE_MODELS)
def draft_export(request: OfficeRequest, draft: int) -> HttpResponse:  # noqa: ARG001
    """A draft as YAML."""
    found = queries.draft_view(draft)
    return file_answer(queries.model_text(found.model), "application/yaml", f"{found.line.name}-{found.line.version}-draft.yaml")


@page(May.WRITE_MODELS)
@require_POST
def propose(request: OfficeRequest, draft: int) -> HttpResponse:
    """Propose it, to count from a month."""
    check_throughout(request.viewer, May.WRITE_MODELS, installation())
    seen = request.POST.get("seen_revision", "")
    operations.propose_draft(
        draft=draft,
        reason=request.POST.get("reason", ""),
        from_month=Month.parse(request.POST.get("from_month", "")),
        seen_revision=int(seen) if seen.isdecimal() and len(seen) < 10 else 0,
        by=request.viewer.acts_as,
        at=now(),
    )
    return redirect("office:draft", draft=draft)


@page(May.APPROVE_MODELS)
@require_POST
def decide(request: OfficeRequest, draft: int) -> HttpResponse:
    """Approve it, which publishes the version, or refuse it with a reason."""
    check_throughout(request.viewer, May.APPROVE_MODELS, installation())
    operations.decide_draft(
        draft=draft,
        approve=request.POST.get("decision") == "approve",
        note=request.POST.get("note", ""),
        by=request.viewer.acts_as,
        at=now(),
        installation=installation(),
    )
    return redirect("office:draft", draft=draft)


@page(May.WRITE_MODELS)
@require_POST
def take_back(request: OfficeRequest, draft: int) -> HttpResponse:
    """Take a proposal back, or take a refused draft up again."""
    check_throughout(request.viewer, May.WRITE_MODELS, installation())
    operations.take_back(draft=draft, by=request.viewer.acts_as, at=now())
    return redirect("office:draft", draft=draft)


@page(May.WRITE_MODELS)
@require_POST
def withdraw(request: OfficeRequest, draft: int) -> HttpResponse:
    """Give it up."""
    check_throughout(request.viewer, May.WRITE_MODELS, installation())
    operations.withdraw_draft(draft=draft, by=request.viewer.acts_as, at=now())
    return redirect("office:draft", draft=draft)


def _stages(found: DraftView) -> list[Stage]:
    done = {states.DRAFT: 2 if found.simulated else 1, states.PROPOSED: 3, states.REFUSED: 3, states.APPROVED: 4, states.WITHDRAWN: 0}[
        found.line.state
    ]
    return [
        Stage(title, "done" if at < done else "now" if at == done and found.line.state != states.WITHDRAWN else "next")
        for at, title in enumerate(_STAGES)
    ]


def _first_month(found: DraftView) -> Month:
    """The first month that the draft can count from: after every month that was run, and not before this one."""
    runs = queries.runs_to_try(found.line.name)
    return max([this_month(), *(Month.parse(run.month).plus(1) for run in runs[:1])])
