"""The map of the places within one, where boundaries are configured: what is drawn, what the files lack, and the boundaries themselves."""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import structlog
from django.http import HttpResponse
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from minsheng.domain.access.roles import May
from minsheng.domain.access.viewers import demand
from minsheng.domain.monitoring.situation import Situation
from minsheng.domain.places.boundaries import Boundaries
from minsheng.domain.places.boundary_files import BoundaryFaults, boundaries_of
from minsheng.engine.contracts.schema import Text
from minsheng.kernel.divisions import DivisionCode
from minsheng.kernel.errors import Refusal
from minsheng.web.charts import BoundaryMap, Tiles
from minsheng.web.gate import page
from minsheng.web.office.situation import pictures
from minsheng.web.requests import OfficeRequest, installation

_A_YEAR = 365 * 24 * 3600
_NAMED = 5
_log = structlog.stdlib.get_logger("minsheng.web")


class NoSuchMap(Refusal):
    """There are no boundaries of this place, or they have changed since the page was made."""

    code: ClassVar[str] = "no-such-map"


@dataclass(frozen=True)
class Mapped:
    """A map, and what it does not show; without a map, why."""

    drawn: BoundaryMap | None
    lacking: Text | None


def mapped(found: Situation, tiles: Tiles, *, by: str) -> Mapped | None:
    """The map that says what the tiles say, from the installation's boundary files; None where none are configured."""
    basemap = installation().basemap
    if basemap is None:
        return None
    try:
        boundaries = boundaries_of(basemap)
    except BoundaryFaults as fault:
        _log.error("boundary files cannot be used", faults=len(fault.faults))
        return Mapped(None, Text(zh="边界文件有错误，地图没有画出；请平台管理人员运行 minsheng doctor 查看。", en=_BROKEN))
    known = set(boundaries.below(found.division))
    missing = {place.code: place.name for place in tiles.places if place.code not in known}
    if len(missing) == len(tiles.places):
        return Mapped(
            None, Text(zh="边界文件里没有这一级的边界，所以没有地图。", en="The boundary files hold no boundaries of this level: no map.")
        )
    address = reverse("office:boundaries", args=[boundaries.digest, found.division])
    drawn = BoundaryMap(
        pictures.title_of_places(by),
        tiles.places,
        tiles.axis,
        tiles.source,
        tiles.beside,
        geojson=address,
        review_number=basemap.review_number,
    )
    return Mapped(drawn, _not_drawn({code: str(name) for code, name in missing.items()}))


_BROKEN = "The boundary files have faults and no map was drawn; whoever runs the platform sees them with: minsheng doctor."


def _not_drawn(missing: Mapping[str, str]) -> Text | None:
    if not missing:
        return None
    names, more = list(missing.values())[:_NAMED], len(missing) - _NAMED
    zh, en = "、".join(names), ", ".join(names)
    return Text(
        zh=f"边界文件里没有：{zh}{f'等 {len(missing)} 处' if more > 0 else ''}；方块图和表里有。",
        en=f"Not in the boundary files: {en}{f' and {more} more' if more > 0 else ''}; the tiles and the table have them.",
    )


@page(May.SEE_SITUATION)
def boundary_file(request: OfficeRequest, digest: str, division: str) -> HttpResponse:
    """The boundaries directly within a place. Its address names their content, so that a browser never asks twice."""
    place = DivisionCode.parse(division).text
    demand(request.viewer, May.SEE_SITUATION, place)
    basemap = installation().basemap
    boundaries = boundaries_of(basemap) if basemap else None
    if boundaries is None or boundaries.digest != digest or not boundaries.below(place):
        raise NoSuchMap("There is no such map.", next_step="Open the situation page again.")
    packed = _packed(boundaries, place)
    plain = "gzip" not in request.headers.get("Accept-Encoding", "")
    answer = HttpResponse(gzip.decompress(packed) if plain else packed, content_type="application/geo+json")
    if not plain:
        answer["Content-Encoding"] = "gzip"
    answer["Cache-Control"] = f"private, max-age={_A_YEAR}, immutable"
    patch_vary_headers(answer, ["Accept-Encoding"])
    return answer


@lru_cache(maxsize=256)
def _packed(boundaries: Boundaries, place: str) -> bytes:
    """A picture, compressed; boundaries that were read anew are others."""
    return gzip.compress(boundaries.picture_of(place), mtime=0)
