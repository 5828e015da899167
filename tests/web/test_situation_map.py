"""The map beside the tiles: drawn where boundaries are configured, for one's own places, cached for good, and never in the way."""

import gzip
import html
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from minsheng.domain.access.roles import Role
from minsheng.domain.places.boundary_files import Basemap
from tests.web import conftest
from tests.web.world import BOTH, HERE_COUNTY, OfficeWorld

REVIEW = "GS(2026)0001"
Configured = Callable[..., None]


@pytest.fixture
def configured(world: OfficeWorld, tmp_path: Path) -> Configured:
    """Configure a map of these counties (code → where its west lies), or of a text that is none."""

    def configure(*codes: str, text: str = "") -> None:
        features = [
            {"type": "Feature", "properties": {"adcode": code}, "geometry": {"type": "Polygon", "coordinates": [_square(100 + at)]}}
            for at, code in enumerate(codes)
        ]
        file = tmp_path / "map.geojson"
        file.write_text(text or json.dumps({"type": "FeatureCollection", "features": features}))
        basemap = Basemap(file, review_number=REVIEW)
        conftest._PROVIDED[:] = [replace(world, installation=replace(world.installation, basemap=basemap))]

    return configure


def _square(west: float) -> list[list[float]]:
    return [[west, 30], [west + 1, 30], [west + 1, 31], [west, 31], [west, 30]]


def asked(world: OfficeWorld, address: str, role: Role = Role.MONITOR, code: str = BOTH, language: str = "zh", **headers: str) -> Any:
    client = Client()
    client.force_login(world.staff(role, code, language))
    return client.get(address, headers=headers)


def map_of(answer: HttpResponse) -> dict[str, Any] | None:
    charts = [json.loads(html.unescape(one)) for one in re.findall(r'data-chart="([^"]*)"', answer.content.decode())]
    return next((one for one in charts if one["kind"] == "map"), None)


def test_without_boundaries_there_are_tiles_alone(world: OfficeWorld) -> None:
    answer = asked(world, "/situation/")
    assert map_of(answer) is None
    assert "tile-picture" in answer.content.decode()


@pytest.mark.parametrize("address", ["/situation/", "/wall/"])
@pytest.mark.parametrize(("language", "review"), [("zh", f"审图号：{REVIEW}"), ("en", f"Map review number: {REVIEW}")])
def test_the_map_stands_beside_the_tiles_and_says_its_review_number(
    world: OfficeWorld, configured: Configured, address: str, language: str, review: str
) -> None:
    configured("999001", "999002")
    answer = asked(world, address, language=language)
    drawn, said = map_of(answer), answer.content.decode()
    assert drawn is not None
    assert [(one["code"], one["written"]) for one in drawn["places"]] == [("999001000000", "333.3"), ("999002000000", "333.3")]
    assert all("place=99900" in one["url"] for one in drawn["places"])
    assert "tile-picture" in said and review in said


def test_the_boundaries_are_fetched_once_compressed_and_hold_the_area_alone(world: OfficeWorld, configured: Configured) -> None:
    configured("999001", "999002", "998001", "999001002")
    address = map_of(asked(world, "/situation/"))["geojson"]  # type: ignore[index]
    answer = asked(world, address, **{"Accept-Encoding": "gzip, br"})
    assert answer["Content-Encoding"] == "gzip"
    assert answer["Content-Type"] == "application/geo+json"
    assert "immutable" in answer["Cache-Control"] and "private" in answer["Cache-Control"]
    assert "Accept-Encoding" in answer["Vary"]
    assert "connect-src 'self'" in answer["Content-Security-Policy"]
    features = json.loads(gzip.decompress(answer.content))["features"]
    assert [one["properties"] for one in features] == [{"code": "999001000000"}, {"code": "999002000000"}]
    plain = asked(world, address)
    assert "Content-Encoding" not in plain
    assert plain.content == gzip.decompress(answer.content)


def test_boundaries_of_elsewhere_and_of_earlier_files_are_refused(world: OfficeWorld, configured: Configured) -> None:
    configured("999001", "999002")
    address = map_of(asked(world, "/situation/"))["geojson"]  # type: ignore[index]
    assert asked(world, address, code=HERE_COUNTY).status_code == 403
    assert asked(world, address.replace("9990000", "nowhere")).status_code == 400
    configured("999001")
    assert asked(world, address).status_code == 404


def test_a_place_that_the_files_lack_is_named_and_stays_among_the_tiles(world: OfficeWorld, configured: Configured) -> None:
    configured("999001")
    answer = asked(world, "/situation/")
    drawn = map_of(answer)
    assert drawn is not None and len(drawn["places"]) == 2
    assert "边界文件里没有：" in answer.content.decode()


def test_where_the_files_hold_no_boundaries_of_the_level_the_page_says_so(world: OfficeWorld, configured: Configured) -> None:
    configured("999001", "999002")
    answer = asked(world, "/situation/?place=999001000000")
    assert map_of(answer) is None
    assert "没有这一级的边界" in answer.content.decode()
    assert "tile-picture" in answer.content.decode()


def test_broken_files_leave_the_page_standing(world: OfficeWorld, configured: Configured) -> None:
    configured(text="{")
    answer = asked(world, "/situation/", language="en")
    assert answer.status_code == 200
    assert map_of(answer) is None
    assert "The boundary files have faults" in answer.content.decode()


def test_who_sees_no_households_is_told_no_small_number_by_the_map(world: OfficeWorld, configured: Configured) -> None:
    configured("999001", "999002")
    drawn = map_of(asked(world, "/situation/?by=count", Role.CHARITY))
    assert drawn is not None
    assert {one["written"] for one in drawn["places"]} <= {"<10", "0", "–"}
