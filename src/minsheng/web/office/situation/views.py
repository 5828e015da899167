"""The situation page, its downloads, and the wall."""

from typing import ClassVar

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode

from minsheng.domain.access.roles import May
from minsheng.domain.audit.operations import record
from minsheng.domain.monitoring.queries import NoSuchRun, model_named
from minsheng.domain.monitoring.situation import Situation
from minsheng.domain.places.queries import full_names, short_names
from minsheng.engine.contracts.schema import Text
from minsheng.engine.explaining.words import LEVELS
from minsheng.kernel.divisions import DivisionCode, Level
from minsheng.kernel.errors import Refusal
from minsheng.web.charts import Bars, Lines, Tiles
from minsheng.web.components import Crumb
from minsheng.web.gate import page
from minsheng.web.office.situation import pictures, sentences
from minsheng.web.office.situation.asked import Asked, asked, months_and_models
from minsheng.web.office.situation.health import feed_health
from minsheng.web.requests import OfficeRequest, installation, now, origin_of


class NoSuchPicture(Refusal):
    """The situation has no such picture."""

    code: ClassVar[str] = "no-such-picture"


@page(May.SEE_SITUATION)
def overview(request: OfficeRequest) -> HttpResponse:
    """The month at a glance for one place."""
    try:
        wanted = asked(request)
    except NoSuchRun:
        if request.GET:
            raise
        return render(request, "office/situation/not_yet.html")
    return render(request, "office/situation/situation.html", _said(request, wanted))


@page(May.SEE_SITUATION)
def picture_csv(request: OfficeRequest, picture: str) -> HttpResponse:
    """The figures of one picture, as they are shown."""
    wanted = asked(request)
    found = wanted.found()
    shown = _pictures(request, wanted, found).get(picture)
    if shown is None:
        raise NoSuchPicture("There is no such picture.", next_step="Use the links under the pictures.")
    detail = {"picture": picture, "origin": origin_of(request)}
    record("situation.exported", by=request.viewer.acts_as, at=now(), subject=f"division:{wanted.place}", detail=detail)
    answer = HttpResponse(shown.table().csv(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{picture}-{wanted.place}-{wanted.run.month}.csv"'
    return answer


@page(May.SEE_SITUATION)
def wall(request: OfficeRequest) -> HttpResponse:
    """The same for a large screen that nobody touches: four figures, the places, the trend, the feeds."""
    wanted = asked(request)
    return render(request, "office/wall/wall.html", _said(request, wanted))


def _said(request: OfficeRequest, wanted: Asked) -> dict[str, object]:
    found = wanted.found()
    months, models = months_and_models()
    names = full_names({*wanted.path, *wanted.tops})
    shown = _pictures(request, wanted, found)
    feeds = feed_health(wanted.run, installation().catalogue)
    return {
        "wanted": wanted,
        "found": found,
        "by": _by(request),
        "months": months,
        "models": models,
        "place_name": names.get(wanted.place, wanted.place),
        "crumbs": [Crumb(names.get(code, code), wanted.address(place=code)) for code in wanted.path[:-1]],
        "tops": [(code, names.get(code, code)) for code in wanted.tops],
        "answer": sentences.answer(found),
        "figures": _figures(request, wanted, found),
        "work": _work(request, wanted, found),
        "protected": sentences.PROTECTED if found.protected else None,
        "pictures": shown,
        "csv": {name: f"{reverse('office:situation_csv', args=[name])}?{_query(wanted, _by(request))}" for name in shown},
        "feeds": feeds,
        "lacking": sentences.lacking(feeds),
        "feeds_to_see": [feed for feed in feeds if feed.state in ("missing", "held")],
        "feeds_said": sentences.feeds_said(feeds),
    }


def _figures(request: OfficeRequest, wanted: Asked, found: Situation) -> list[dict[str, object]]:
    """Red, orange, yellow, blue: how many, how many more than before, and the list behind."""
    return [
        {
            "level": level,
            "name": LEVELS[level],
            "count": pictures.written(found.counts.levels[level]),
            "note": sentences.note(found, level),
            "url": _warned_link(request, wanted, level=level),
        }
        for level in (4, 3, 2, 1)
    ]


def _pictures(request: OfficeRequest, wanted: Asked, found: Situation) -> dict[str, Tiles | Lines | Bars]:
    names = short_names([one.division for one in found.below])
    addresses = {one.division: _place_address(wanted, one.division) for one in found.below}
    model = model_named(wanted.run.model_id, catalogue=installation().catalogue)
    dimensions = {name: dimension.title for name, dimension in model.dimensions.items()}
    indicators = {indicator.id: indicator.title for indicator in model.indicators}
    shown: dict[str, Tiles | Lines | Bars] = {}
    if found.below:
        shown["places"] = pictures.places(found, names, addresses, by=_by(request))
    shown["trend"] = pictures.trend(found, [wanted.address(month=str(month)) for month, _ in found.trend])
    if found.changes:
        shown["changes"] = pictures.changes(found)
    if found.dimensions:
        title, heading = Text(zh="困难在哪些方面", en="In which respects households are in hardship"), Text(zh="方面", en="Dimension")
        shown["dimensions"] = pictures.topics(found, found.dimensions, dimensions, title, heading)
        title, heading = Text(zh="由哪些指标发现", en="By which indicators they were found"), Text(zh="指标", en="Indicator")
        shown["indicators"] = pictures.topics(found, found.indicators[:12], indicators, title, heading)
    return shown


def _work(request: OfficeRequest, wanted: Asked, found: Situation) -> list[dict[str, object]]:
    """The warnings that go out at each place below, most first; where those are townships, beside what they can verify in a month."""
    if wanted.protected:
        return []
    capacity = installation().capacity
    names = short_names([one.division for one in found.below])
    rows: list[dict[str, object]] = []
    for one in sorted(found.below, key=lambda one: -(one.warnings or 0)):
        limit = capacity.of(one.division) if DivisionCode(one.division).level is Level.TOWNSHIP else None
        address = _warned_link(request, wanted, one.division) or _place_address(wanted, one.division)
        over = limit is not None and (one.warnings or 0) > limit
        rows.append(
            {"name": names.get(one.division, one.division), "address": address, "warnings": one.warnings, "capacity": limit, "over": over}
        )
    return rows


def _warned_link(request: OfficeRequest, wanted: Asked, place: str = "", level: int | None = None) -> str:
    """The list of warnings behind a number, for those who see households."""
    if not request.viewer.may(May.SEE_HOUSEHOLDS):
        return ""
    words = {"place": place or wanted.place, "month": wanted.run.month, "model": wanted.run.model_name, "status": "all"}
    try:
        return f"{reverse('office:warnings')}?{urlencode(words | ({'level': level} if level else {}))}"
    except NoReverseMatch:
        return ""


def _place_address(wanted: Asked, division: str) -> str:
    return wanted.address(place=division)


def _by(request: OfficeRequest) -> str:
    return "count" if request.GET.get("by") == "count" else "share"


def _query(wanted: Asked, by: str) -> str:
    return urlencode({"place": wanted.place, "month": wanted.run.month, "model": wanted.run.model_name, "by": by})
