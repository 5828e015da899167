"""Reading models: the list, one version, what two versions say otherwise, a version as a file."""

from itertools import groupby

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from minsheng.domain.access.roles import May
from minsheng.domain.modelling import queries
from minsheng.domain.modelling.permissions import can_throughout
from minsheng.engine.contracts.schema import Text
from minsheng.engine.explaining.words import category_words
from minsheng.engine.indicators.grammar import Model
from minsheng.kernel.periods import Month
from minsheng.web.components import Crumb
from minsheng.web.gate import page
from minsheng.web.office.models import describing
from minsheng.web.office.models.differing import Row, compared
from minsheng.web.requests import OfficeRequest, installation

MODELS = Text(zh="监测模型", en="Models")


def crumbs(*below: Crumb) -> list[Crumb]:
    """The way from the list of models."""
    return [Crumb(MODELS, reverse("office:models")), *below]


def this_month() -> Month:
    """The month of today, of which the lists say what counts."""
    return Month.of(installation().today)


def file_answer(text: str, kind: str, name: str) -> HttpResponse:
    """A file to keep."""
    answer = HttpResponse(text, content_type=f"{kind}; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@page(May.SEE_MODELS)
def overview(request: OfficeRequest) -> HttpResponse:
    """Every model with the version that counts, and the drafts in hand."""
    return render(
        request,
        "office/models/overview.html",
        {
            "families": queries.families(month=this_month()),
            "drafts": queries.drafts(),
            "month": this_month(),
            "may_write": can_throughout(request.viewer, May.WRITE_MODELS, installation()),
        },
    )


@page(May.SEE_MODELS)
def model(request: OfficeRequest, name: str, version: str) -> HttpResponse:
    """One published version, for people who did not write it."""
    family = queries.family(name, month=this_month())
    found = queries.published(name, version, catalogue=installation().catalogue)
    line = next(one for one in family.versions if one.version == version)
    return render(
        request,
        "office/models/model.html",
        described(found)
        | {
            "family": family,
            "line": line,
            "earlier": family.before(version),
            "crumbs": crumbs(),
            "next_version": queries.next_version(family),
            "may_write": can_throughout(request.viewer, May.WRITE_MODELS, installation()),
        },
    )


@page(May.SEE_MODELS)
def difference(request: OfficeRequest, name: str) -> HttpResponse:
    """What two versions say otherwise."""
    family = queries.family(name, month=this_month())
    after = request.GET.get("after") or family.versions[0].version
    earlier = family.before(after) if after in {one.version for one in family.versions} else None
    before = request.GET.get("before") or (earlier.version if earlier else after)
    catalogue = installation().catalogue
    pair = [queries.published(name, version, catalogue=catalogue) for version in (before, after)]
    return render(
        request,
        "office/models/difference.html",
        {
            "family": family,
            "before": before,
            "after": after,
            "sections": by_section(compared(pair[0], pair[1], catalogue)),
            "crumbs": crumbs(Crumb(family.title, reverse("office:model", args=[name, after]))),
        },
    )


@page(May.SEE_MODELS)
def export(request: OfficeRequest, name: str, version: str) -> HttpResponse:  # noqa: ARG001
    """A version as YAML."""
    found = queries.published(name, version, catalogue=installation().catalogue)
    return file_answer(queries.model_text(found), "application/yaml", f"{name}-{version}.yaml")


def described(model: Model) -> dict[str, object]:
    """Everything that a model's page says of the model itself."""
    catalogue = installation().catalogue
    return {
        "model": model,
        "dimensions": describing.dimensions(model, catalogue),
        "reported": describing.reported(model, catalogue),
        "scale": describing.scale(model),
        "triggers": describing.trigger_texts(model, catalogue),
        "overlap": sorted(model.overlap.percent.items()),
        "identity": [
            (category_words(tag, catalogue), percent) for tag, percent in sorted(model.identity.percent.items(), key=lambda pair: -pair[1])
        ],
        "verdicts": describing.joined(describing.verdict_texts(model.suppression.verdicts)),
    }


def by_section(rows: list[Row]) -> list[tuple[Text, list[Row]]]:
    """Rows under their sections, in the order in which these come first."""
    order = {section: at for at, section in reversed(list(enumerate(row.section for row in rows)))}
    ordered = sorted(rows, key=lambda row: order[row.section])
    return [(section, list(found)) for section, found in groupby(ordered, key=lambda row: row.section)]
