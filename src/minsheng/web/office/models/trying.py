"""Trying a draft on a month that was run: asking for it, following it, and what it found."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from minsheng.domain.access.masking import masked_name
from minsheng.domain.access.roles import May
from minsheng.domain.access.viewers import Viewer, demand
from minsheng.domain.audit.operations import record
from minsheng.domain.jobs import operations as jobs
from minsheng.domain.jobs.kinds import Argument
from minsheng.domain.jobs.queries import job_numbered
from minsheng.domain.modelling import queries
from minsheng.domain.modelling.capacities import capacity_of
from minsheng.domain.modelling.permissions import can_throughout, check_throughout
from minsheng.domain.modelling.queries import SimulationView
from minsheng.domain.monitoring.queries import NoSuchRun
from minsheng.engine.contracts.schema import Text
from minsheng.engine.explaining.words import LEVELS, named
from minsheng.reports.groups import group_name
from minsheng.web.charts import Table
from minsheng.web.gate import page
from minsheng.web.office.models import pictures
from minsheng.web.office.models.drafting import draft_crumb
from minsheng.web.office.models.reading import crumbs, file_answer
from minsheng.web.requests import OfficeRequest, installation, now
from minsheng.web.templatetags.writing import points
from minsheng.web.words import spoken

EVERYTHING = 100_000
"""Households in one file."""
CAUSES = {
    "new": Text(zh="新增", en="new"),
    "escalated": Text(zh="升级", en="escalated"),
    "new-indicator": Text(zh="级别不变，有新情况", en="same level, something new"),
}


@page(May.SEE_MODELS)
@require_POST
def simulate(request: OfficeRequest, draft: int) -> HttpResponse:
    """Ask for a simulation; the worker reads the lake, the web does not."""
    writes = can_throughout(request.viewer, May.WRITE_MODELS, installation())
    check_throughout(request.viewer, May.WRITE_MODELS if writes else May.APPROVE_MODELS, installation())
    found = queries.draft_view(draft)
    chosen = request.POST.get("run", "")
    run = next((one for one in queries.runs_to_try(found.line.name) if one.id == chosen), None)
    if run is None:
        raise NoSuchRun("This month has not been run with the model.", next_step="Choose one of the list.")
    capacity, lines = request.POST.get("capacity", "").strip(), request.POST.get("townships", "").splitlines()
    capacity_of(capacity, lines)
    title = f"{found.line.name}@{found.line.version}"
    arguments: dict[str, Argument] = {
        "draft": draft,
        "model": title,
        "month": run.month,
        "run": run.id,
        "capacity": capacity,
        "townships": [*filter(str.strip, lines)],
    }
    try:
        job = jobs.ask_job(kind="simulate_draft", arguments=arguments, by=request.viewer.acts_as, at=now())
    except jobs.AlreadyAsked as refused:
        if refused.job is None:
            raise
        job = refused.job
    return redirect("office:simulating", draft=draft, job=job)


@page(May.SEE_MODELS)
def simulating(request: OfficeRequest, draft: int, job: int) -> HttpResponse:
    """How far a simulation is; on to what it found once it is done."""
    found = queries.draft_view(draft)
    asked = job_numbered(job, at=now())
    simulation = asked.result.get("simulation") if asked.kind == "simulate_draft" else None
    if simulation is not None and asked.result.get("draft") == draft:
        address = reverse("office:simulation", args=[draft, simulation])
        return HttpResponse(headers={"HX-Redirect": address}) if request.htmx else redirect(address)
    template = "office/models/simulating_part.html" if request.htmx else "office/models/simulating.html"
    return render(request, template, {"draft": found, "job": asked, "crumbs": crumbs(draft_crumb(found))})


@page(May.SEE_MODELS)
def simulation(request: OfficeRequest, draft: int, simulation: int) -> HttpResponse:
    """What a simulation found."""
    found, view = queries.draft_view(draft), _seen(request.viewer, draft, simulation)
    heads, rows = pictures.heat(view)
    sees = request.viewer.may(May.SEE_HOUSEHOLDS)
    moves = queries.moves_of(simulation, after=request.GET.get("after", "")) if sees else None
    if moves is not None:
        request.viewer.saw([one.household_key for one in moves.rows], "models.moves")
    return render(
        request,
        "office/models/simulation.html",
        {
            "draft": found,
            "found": view,
            "everybody": {name: pictures.written(getattr(view.everybody, name)) for name in ("households", "up", "down", "same")},
            "sent": tuple(map(pictures.written, (view.sent.before, view.sent.after))),
            "chart": pictures.levels_chart(view),
            "heat_heads": list(enumerate(heads)),
            "heat": rows,
            "splits": [_split(name, view) for name in pictures.SPLITS if view.splits.get(name)],
            "warnings": _warnings(view),
            "work": [_work(one, view) for one in view.work],
            "moves": [(one, masked_name(one.head), points(one.score_before), points(one.score_after)) for one in moves.rows]
            if moves
            else None,
            "older": moves.older if moves else "",
            "may_export": request.viewer.may(May.EXPORT),
            "crumbs": crumbs(draft_crumb(found)),
        },
    )


@page(May.SEE_MODELS)
def figures_csv(request: OfficeRequest, draft: int, simulation: int, split: str) -> HttpResponse:
    """The groups of a split, as they are shown."""
    view = _seen(request.viewer, draft, simulation)
    table = pictures.groups_table(split if split in pictures.SPLITS else "age", view)
    return _exported(request, table, f"simulation-{simulation}-{split}", simulation, {"split": split})


@page(May.SEE_MODELS)
def moves_csv(request: OfficeRequest, draft: int, simulation: int) -> HttpResponse:
    """The households that move and that the viewer sees, with their heads' names masked."""
    demand(request.viewer, May.EXPORT)
    _seen(request.viewer, draft, simulation)
    rows = queries.moves_of(simulation, size=EVERYTHING).rows
    request.viewer.saw([one.household_key for one in rows], "models.moves_exported")
    heads = [("户编号", "household"), ("户主", "head"), ("地区", "place"), ("现行", "before"), ("调整后", "after")]
    figures = [("得分", "points"), ("调整后得分", "points after"), ("指标", "indicators")]
    headings = [(spoken(*one), False) for one in heads] + [(spoken(*one), True) for one in figures]
    told = [
        (
            one.number,
            masked_name(one.head),
            one.place,
            spoken(LEVELS[one.before]),
            spoken(LEVELS[one.after]),
            points(one.score_before),
            points(one.score_after),
            one.indicators,
        )
        for one in rows
    ]
    return _exported(request, Table(headings, told), f"moves-{simulation}", simulation, {"households": len(told)})


def _seen(viewer: Viewer, draft: int, simulation: int) -> SimulationView:
    """A simulation for a viewer: every number only to those who see the households of the whole area."""
    whole = can_throughout(viewer, May.SEE_HOUSEHOLDS, installation()) and bool(installation().area)
    return queries.simulation_view(draft, simulation, protected=not whole, places=viewer.where(May.SEE_SITUATION))


def _exported(request: OfficeRequest, table: Table, name: str, simulation: int, detail: dict[str, object]) -> HttpResponse:
    record("simulation.exported", by=request.viewer.acts_as, at=now(), subject=f"simulation:{simulation}", detail=detail)
    return file_answer(table.csv(), "text/csv", f"{name}.csv")


def _split(name: str, view: SimulationView) -> dict[str, object]:
    rows = [
        (group_name(name, one.group, view.places), [pictures.written(count) for count in pictures.group_counts(one)], pictures.shares(one))
        for one in view.splits[name]
    ]
    return {"name": name, "title": pictures.SPLITS[name], "rows": rows}


def _warnings(view: SimulationView) -> list[tuple[Text, str, str, int | None]]:
    heads = [(Text(zh="发出", en="sent"), view.sent, None), (Text(zh="静默", en="held back"), view.suppressed, None)]
    levels = [(LEVELS[at], one, at) for at, one in enumerate(view.by_level, start=1)]
    causes = [(named(CAUSES, one.name), one, None) for one in view.by_cause]
    return [(title, pictures.written(one.before), pictures.written(one.after), level) for title, one, level in (*heads, *levels, *causes)]


def _work(one: queries.Work, view: SimulationView) -> tuple[str, queries.Work, list[str]]:
    shown = [pictures.written(getattr(pair, when)) for pair in (one.warnings, one.urgent) for when in ("before", "after")]
    deferred = ["–" if count is None else pictures.written(count) for count in (one.deferred.before, one.deferred.after)]
    name = view.places.get(one.township, one.township) or spoken("未登记地区", "no place registered")
    return name, one, shown + deferred
