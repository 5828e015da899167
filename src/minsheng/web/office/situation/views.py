"""The situation page, its downloads, and the wall."""

from dataclasses import dataclass
from typing import ClassVar

from django.http import HttpResponse
from django.shortcuts import render

from minsheng.domain.access.roles import May
from minsheng.domain.audit.operations import record
from minsheng.domain.monitoring.queries import NoSuchRun, current_run, model_named
from minsheng.domain.monitoring.situation import Situation
from minsheng.domain.places.queries import full_names, short_names
from minsheng.engine.explaining.words import LEVELS
from minsheng.kernel.errors import Refusal
from minsheng.kernel.periods import Month
from minsheng.web.charts import Bars, Lines, Table, Tiles
from minsheng.web.components import Crumb
from minsheng.web.gate import page
from minsheng.web.office.situation import pictures, sentences
from minsheng.web.office.situation.asked import Asked, asked, months_and_models
from minsheng.web.office.situation.health import FeedHealth, feed_health, feeds_table
from minsheng.web.office.situation.links import Links
from minsheng.web.office.situation.maps import mapped
from minsheng.web.office.situation.work import work_of
from minsheng.web.requests import OfficeRequest, installation, now, origin_of

Pictures = dict[str, Tiles | Lines | Bars]
_INDICATORS_DRAWN = 12


class NoSuchPicture(Refusal):
    """The situation has no such picture."""

    code: ClassVar[str] = "no-such-picture"


@dataclass(frozen=True)
class _Shown:
    """What a request asks for and everything it is answered from."""

    wanted: Asked
    found: Situation
    links: Links
    by: str

    @classmethod
    def of(cls, request: OfficeRequest, wanted: Asked) -> "_Shown":
        return cls(wanted, wanted.found(), Links.of(request, wanted), "count" if request.GET.get("by") == "count" else "share")

    def csv(self, picture: str) -> str:
        """Where the figures of a picture can be downloaded."""
        return self.wanted.address("office:situation_csv", picture, by=self.by)


@page(May.SEE_SITUATION)
def overview(request: OfficeRequest) -> HttpResponse:
    """The month at a glance for one place."""
    try:
        wanted = asked(request)
    except NoSuchRun:
        if request.GET:
            raise
        return render(request, "office/situation/not_yet.html")
    return render(request, "office/situation/situation.html", _said(_Shown.of(request, wanted)))


@page(May.SEE_SITUATION)
def picture_csv(request: OfficeRequest, picture: str) -> HttpResponse:
    """The figures of one picture, as they are shown."""
    wanted = asked(request)
    table = _table(_Shown.of(request, wanted), picture)
    if table is None:
        raise NoSuchPicture("There is no such picture.", next_step="Use the links under the pictures.")
    subject = f"division:{wanted.place}"
    record(
        "situation.exported",
        by=request.viewer.acts_as,
        at=now(),
        subject=subject,
        detail={"picture": picture},
        origin=origin_of(request),
        division=wanted.place,
    )
    answer = HttpResponse(table.csv(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{picture}-{wanted.place}-{wanted.run.month}.csv"'
    return answer


@page(May.SEE_SITUATION)
def wall(request: OfficeRequest) -> HttpResponse:
    """The same for a large screen that nobody touches: four figures, the places, the trend, the feeds."""
    return render(request, "office/wall/wall.html", _said(_Shown.of(request, asked(request))))


def _said(shown: _Shown) -> dict[str, object]:
    wanted, found = shown.wanted, shown.found
    months, models = months_and_models()
    names = full_names({*wanted.path, *wanted.tops})
    drawn = _pictures(shown)
    feeds = _feeds(wanted)
    places = drawn.get("places")
    return {
        "wanted": wanted,
        "found": found,
        "by": shown.by,
        "months": months,
        "models": models,
        "place_name": names.get(wanted.place, wanted.place),
        "crumbs": [Crumb(names.get(code, code), wanted.address(place=code)) for code in wanted.path[:-1]],
        "tops": [(code, names.get(code, code)) for code in wanted.tops],
        "answer": sentences.answer(found),
        "figures": _figures(shown),
        "work": "" if wanted.protected else wanted.address("office:situation_work"),
        "protected": sentences.PROTECTED if found.protected else None,
        "pictures": drawn,
        "map": mapped(found, places, by=shown.by) if isinstance(places, Tiles) else None,
        "csv": {name: shown.csv(name) for name in (*drawn, "feeds")},
        "feeds": feeds,
        "deliveries": shown.links.deliveries(),
        "lacking": sentences.lacking(feeds),
        "feeds_to_see": [feed for feed in feeds if feed.state in ("missing", "held")],
        "feeds_said": sentences.feeds_said(feeds),
    }


def _figures(shown: _Shown) -> list[dict[str, object]]:
    """Red, orange, yellow, blue: how many, how many more than before, and the list behind."""
    counts = shown.found.counts.levels
    return [
        {
            "level": level,
            "name": LEVELS[level],
            "count": pictures.written(counts[level]),
            "note": sentences.note(shown.found, level),
            "url": shown.links.households(counts[level], level=level),
        }
        for level in (4, 3, 2, 1)
    ]


def _pictures(shown: _Shown, *, most: int = _INDICATORS_DRAWN) -> Pictures:
    found, links = shown.found, shown.links
    names = short_names([one.division for one in found.below])
    model = model_named(shown.wanted.run.model_id, catalogue=installation().catalogue)
    drawn: Pictures = {}
    if found.below:
        drawn["places"] = pictures.places(found, names, links, by=shown.by)
    drawn["trend"] = pictures.trend(found, links)
    if found.changes:
        drawn["changes"] = pictures.changes(found, links)
    if found.dimensions:
        drawn["dimensions"] = pictures.dimensions(found, {name: one.title for name, one in model.dimensions.items()}, links)
        drawn["indicators"] = pictures.indicators(found, {one.id: one.title for one in model.indicators}, links, most=most)
    return drawn


def _table(shown: _Shown, picture: str) -> Table | None:
    """The figures of one picture; in a file every indicator has its line."""
    if picture == "feeds":
        return feeds_table(_feeds(shown.wanted))
    if picture in ("work", "verdicts"):
        work = None if shown.wanted.protected else work_of(shown.wanted, shown.found, shown.links)
        verdicts = work.verdicts.table() if work and work.verdicts else None
        return verdicts if picture == "verdicts" else work.table() if work else None
    drawn = _pictures(shown, most=len(shown.found.indicators)).get(picture)
    return drawn.table() if drawn else None


def _feeds(wanted: Asked) -> list[FeedHealth]:
    before = current_run(wanted.run.model_name, Month.parse(wanted.run.month).plus(-1))
    return feed_health(wanted.run, installation().catalogue, before)
