"""The list of warnings, what is searched for, and the filters one keeps."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from minsheng.domain.access.roles import May
from minsheng.domain.monitoring import operations, states
from minsheng.domain.monitoring.queries import (
    DeskCounts,
    DeskWatch,
    RunChoice,
    desk_found,
    models_of,
    recent_batch,
    run_choices,
    saved_filters,
)
from minsheng.engine.indicators.grammar import Model
from minsheng.kernel.divisions import DivisionCode
from minsheng.web.gate import page
from minsheng.web.office.warnings import listing
from minsheng.web.office.warnings.asked import AGES, ALL, KEPT, LEVELS, Asked, chosen_run, read
from minsheng.web.office.warnings.sealed import sealed
from minsheng.web.requests import OfficeRequest, installation, now
from minsheng.web.templatetags.asking import PURPOSES

PAGE = 50


@page(May.SEE_HOUSEHOLDS)
@require_GET
def warnings(request: OfficeRequest) -> HttpResponse:
    """One's list, as the address asks for it."""
    choices = run_choices()
    run = chosen_run(request.GET, choices) if choices else None
    if run is None:
        return render(request, "office/warnings/not_yet.html")
    installed = installation()
    models = models_of([choice.model_id for choice in choices], catalogue=installed.catalogue)
    asked = read(request.GET, model=models[run.model_id], keys=installed.keys)
    watch = listing.watch_of(request.viewer, installed.keys)
    after, before = (request.GET.get(name, "")[:60] for name in ("after", "before"))
    found, counts = desk_found(run, asked.wanted, watch, after=after, before=before, size=PAGE)
    rows = listing.shown(found.rows, model=models[run.model_id], viewer=request.viewer)
    said = {"asked": asked, "run": run, "found": found, "rows": rows, "counts": counts, "tiles": _tiles(asked, counts)}
    said |= {"query": asked.query(), "hidden": _hidden(asked), **_chosen(request, asked)}
    return render(request, "office/warnings/list.html", said | _choices(run, choices, models, asked, watch) | _allowed(request))


def _tiles(asked: Asked, counts: DeskCounts) -> list[dict[str, Any]]:
    """Each level with how many there are; one more time on a level that is chosen shows them all again."""
    here = reverse("office:warnings")
    return [
        {
            "level": level,
            "word": states.LEVELS[level],
            "count": None if counts.found is None else counts.by_level.get(level, 0),
            "chosen": asked.wanted.levels == (level,),
            "url": f"{here}?{asked.query(level='' if asked.wanted.levels == (level,) else str(level))}",
        }
        for level in LEVELS
    ]


def _hidden(asked: Asked) -> list[tuple[str, list[str]]]:
    """What the filters' form carries along, since no field of it says so."""
    return [(name, asked.words[name]) for name in ("level", "who", "warned") if name in asked.words]


def _chosen(request: OfficeRequest, asked: Asked) -> dict[str, object]:
    """What stands in the filters' fields."""
    place = DivisionCode.parse(asked.wanted.division).text if asked.wanted.division else ""
    one_indicator = asked.wanted.indicators[0] if len(asked.wanted.indicators) == 1 and request.GET.get("indicator") else ""
    return {
        "status": asked.wanted.status or ALL,
        "place": place,
        "dimension": request.GET.get("dimension", ""),
        "indicator": one_indicator,
        "narrowed": any(name in asked.words for name in ("change", "dimension", "indicator", "verdict", "age", "noted", "least", "most")),
    }


def _choices(run: RunChoice, choices: list[RunChoice], models: dict[str, Model], asked: Asked, watch: DeskWatch) -> dict[str, Any]:
    model, lines = models[run.model_id], {choice.model_name: choice.model_id for choice in reversed(choices)}
    dimension = next(iter(asked.words.get("dimension", [])), "")
    spoken = [one for one in model.indicators if one.dimension is not None and dimension in ("", one.dimension)]
    return {
        "months": [choice.month for choice in choices if choice.model_name == run.model_name],
        "models": [listing.Option(name, models[model_id].title) for name, model_id in lines.items()],
        "statuses": [
            *(listing.Option(code, status.title) for code, status in states.DESK.items()),
            listing.Option(ALL, listing.EVERY_STATUS),
        ],
        "changes": ("new", "escalated", "unchanged", "eased"),
        "places": listing.place_options(asked.wanted.division, watch.within, on=timezone.localdate(now())),
        "dimensions": [listing.Option(name, one.title) for name, one in model.dimensions.items()],
        "indicators": [listing.Option(one.id, one.title) for one in spoken],
        "verdicts": [listing.Option(code, title) for code, title in states.VERDICTS.items()],
        "ages": AGES,
        "sorts": listing.SORTS,
    }


def _allowed(request: OfficeRequest) -> dict[str, Any]:
    may_answer = request.viewer.may(May.ANSWER_WARNINGS)
    return {
        "may_answer": may_answer,
        "may_export": request.viewer.may(May.EXPORT),
        "may_reveal": request.viewer.may(May.REVEAL),
        "purposes": PURPOSES,
        "kept": saved_filters(request.viewer.user_id),
        "marked": request.GET.get("marked", "")[:40] if may_answer else "",
        "recent": recent_batch(request.viewer.acts_as, since=now() - operations.WITHDRAWN_WITHIN) if may_answer else None,
    }


@page(May.SEE_HOUSEHOLDS)
@require_POST
def search(request: OfficeRequest) -> HttpResponse:
    """Look for somebody in the list as it is filtered. The search is sealed, so that nobody's name or number stands in an address."""
    query = kept(request.POST.get("query", ""))
    query["who"] = sealed(request.POST.get("q", ""), installation().keys)
    return HttpResponseRedirect(address(query))


@page(May.SEE_HOUSEHOLDS)
@require_POST
def keep_filter(request: OfficeRequest) -> HttpResponse:
    """Keep the list's filter under a name; the month is left out, so that it asks for the newest when it is used again."""
    query = kept(request.POST.get("query", ""))
    query.pop("month", None)
    viewer, name = request.viewer, request.POST.get("name", "")
    operations.save_filter(user_id=viewer.user_id, name=name, query=query.urlencode(), by=viewer.acts_as, at=now())
    return HttpResponseRedirect(address(query))


@page(May.SEE_HOUSEHOLDS)
@require_POST
def forget_filter(request: OfficeRequest, filter_id: int) -> HttpResponse:
    """Forget a filter of one's own."""
    viewer = request.viewer
    operations.forget_filter(user_id=viewer.user_id, filter_id=filter_id, by=viewer.acts_as, at=now())
    return HttpResponseRedirect(address(kept(request.POST.get("query", ""))))


def address(query: QueryDict) -> str:
    """The list's address with a query."""
    return f"{reverse('office:warnings')}?{query.urlencode()}".removesuffix("?")


def kept(text: str) -> QueryDict:
    """Of a query, the words that the list knows; nothing else goes into an address."""
    given, query = QueryDict(text[:4000]), QueryDict(mutable=True)
    for name in (*KEPT, "sort"):
        query.setlist(name, [value for value in given.getlist(name)[:20] if value])
    return query
