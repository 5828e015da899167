"""The search for a household, and its file."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from minsheng.domain.access.masking import masked_name
from minsheng.domain.access.roles import May
from minsheng.domain.monitoring.queries import levels_at, run_choices
from minsheng.domain.registry.queries import Sought, found_first, household_names, sought
from minsheng.engine.contracts.schema import Text
from minsheng.web.components import Crumb
from minsheng.web.gate import page
from minsheng.web.office.households.reading import FilePage, file_page
from minsheng.web.office.warnings import listing
from minsheng.web.office.warnings.asked import chosen_run
from minsheng.web.office.warnings.sealed import opened, sealed
from minsheng.web.requests import OfficeRequest, installation
from minsheng.web.templatetags.asking import PURPOSES

SHOWN = 50


@page(May.SEE_HOUSEHOLDS)
@require_GET
def households(request: OfficeRequest) -> HttpResponse:
    """One box for a name, pinyin, an identity number or a household's number."""
    installed, viewer = installation(), request.viewer
    typed = opened(request.GET.get("who", ""), installed.keys)
    what = sought(typed)
    found = found_first(what, keys=installed.keys, within=viewer.where(May.SEE_HOUSEHOLDS), limit=SHOWN + 1)
    names = household_names([one.household_key for one in found[:SHOWN]])
    places = listing.short_places(name.division for name in names.values())
    run = next(iter(run_choices()), None)
    levels = levels_at(run, names) if run else {}
    viewer.saw(names, "households.search")
    rows = [
        {
            "name": name,
            "head": masked_name(name.head),
            "member": one.member,
            "place": places.get(name.division, ""),
            "level": levels.get(name.household_key),
        }
        for one in found[:SHOWN]
        if (name := names.get(one.household_key))
    ]
    said = {"typed": typed, "what": what, "rows": rows, "more": len(found) > SHOWN, "run": run, "glass": _glass(request, what)}
    return render(request, "office/households/search.html", said)


@page(May.SEE_HOUSEHOLDS)
@require_POST
def search(request: OfficeRequest) -> HttpResponse:
    """Seal what is looked for, so that nobody's name or number stands in an address."""
    token = sealed(request.POST.get("q", ""), installation().keys)
    query = urlencode({"who": token}) if token else ""
    return HttpResponseRedirect(f"{reverse('office:households')}?{query}".removesuffix("?"))


@page(May.SEE_HOUSEHOLDS)
@require_GET
def household(request: OfficeRequest, number: str) -> HttpResponse:
    """A household's file, today or as it was in a month."""
    installed, choices = installation(), run_choices()
    run = chosen_run(request.GET, choices) if choices else None
    shown = file_page(
        number, run=run, choices=choices, asked_month=request.GET.get("month", ""), installation=installed, viewer=request.viewer
    )
    return render(request, "office/households/file.html", _said(shown))


def _said(shown: FilePage) -> dict[str, Any]:
    return {
        "file": shown,
        "crumbs": [
            Crumb(Text(zh="预警", en="Warnings"), reverse("office:warnings")),
            Crumb(Text(zh="家庭", en="Households"), reverse("office:households")),
        ],
        "purposes": PURPOSES,
        "query": urlencode({"status": "all", "month": shown.run.month, "model": shown.run.model_name}) if shown.run else "",
    }


def _glass(request: OfficeRequest, what: Sought) -> str:
    """Where the glass is broken, for those who may and who know a household's number."""
    if what.kind != "household" or not request.viewer.may(May.BREAK_GLASS):
        return ""
    return f"{reverse('office:break_glass')}?{urlencode({'number': what.text})}"
