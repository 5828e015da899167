"""Boundary files: what is joined to which division, what is left out and why, what is refused, and what a picture keeps."""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from minsheng.domain.places.boundaries import Boundaries
from minsheng.domain.places.boundary_files import Basemap, BoundaryFaults, boundaries_of, read_boundaries

WEST = [[[100.0, 30.0], [101.0, 30.0], [101.0, 31.0], [100.0, 31.0], [100.0, 30.0]]]
EAST = [[[101.0, 30.0], [102.0, 30.0], [102.0, 31.0], [101.0, 31.0], [101.0, 30.0]]]


def area(coordinates: Any = WEST, kind: str = "Polygon", **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": coordinates}}


def written(folder: Path, *features: Any, name: str = "map.geojson") -> Path:
    file = folder / name
    file.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}), encoding="utf-8")
    return file


def picture(boundaries: Boundaries, division: str) -> dict[str, Any]:
    return {one["properties"]["code"]: one for one in json.loads(boundaries.picture_of(division))["features"]}


@pytest.mark.parametrize(
    ("name", "code", "division"),
    [
        ("adcode", 999001, "999001000000"),
        ("adcode", "999001", "999001000000"),
        ("code", "999001002", "999001002000"),
        ("code", "999001002203", "999001002203"),
        ("gb", "156999001", "999001000000"),
        ("XZQDM", "999001", "999001000000"),
        ("PAC", 999001.0, "999001000000"),
        ("code", "９９９００１", "999001000000"),
    ],
)
def test_a_feature_is_joined_to_its_division_however_the_code_is_written(tmp_path: Path, name: str, code: Any, division: str) -> None:
    assert set(read_boundaries(written(tmp_path, area(**{name: code, "name": "甲县"}))).shapes) == {division}


def test_a_property_of_another_name_is_read_where_it_is_named(tmp_path: Path) -> None:
    file = written(tmp_path, area(code="999001", region="999002"))
    assert set(read_boundaries(file, code_name="region").shapes) == {"999002000000"}
    with pytest.raises(BoundaryFaults, match=r"property 'nowhere'.*MINSHENG_BOUNDARY_CODE"):
        read_boundaries(file, code_name="nowhere")


def test_what_belongs_to_no_division_is_left_out_and_told(tmp_path: Path) -> None:
    line = area([[1.0, 2.0], [3.0, 4.0]], "LineString", adcode="999001")
    file = written(tmp_path, area(adcode="999002"), area(name="no code"), area(adcode="100000_JD"), line)
    found = read_boundaries(file)
    assert set(found.shapes) == {"999002000000"}
    assert [(one.feature, one.why) for one in found.unmatched] == [(2, "no-code"), (3, "not-a-code"), (4, "not-an-area")]
    assert str(found.unmatched[1]) == "map.geojson: feature 3 has '100000_JD' where a division code should stand"


def test_of_a_folder_every_file_is_read_and_the_first_to_draw_a_division_does(tmp_path: Path) -> None:
    written(tmp_path, area(WEST, adcode="999001"), name="a.geojson")
    written(tmp_path, area(EAST, adcode="999001"), area(EAST, adcode="999002"), name="b.json")
    (tmp_path / "readme.txt").write_text("not a map")
    found = read_boundaries(tmp_path)
    assert set(found.shapes) == {"999001000000", "999002000000"}
    assert found.shapes["999001000000"][0][0][0].tolist() == [100.0, 30.0]
    assert [str(one) for one in found.unmatched] == ["b.json: feature 1 (999001) was drawn by an earlier file"]


def test_islands_of_one_division_stay_together(tmp_path: Path) -> None:
    found = read_boundaries(written(tmp_path, area(adcode="999001"), area([EAST], "MultiPolygon", adcode=999001)))
    assert len(found.shapes["999001000000"]) == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe", "is not UTF-8 text"),
        (b"{", "is not JSON"),
        (b"[]", "must be a FeatureCollection"),
        (b'{"type": "Feature"}', "must be a FeatureCollection"),
        (b'{"type": "FeatureCollection", "features": [1]}', "holds features that are none"),
        (b'{"type": "FeatureCollection", "features": []}', "no feature carries a division code"),
        (b'{"type": "FeatureCollection", "features": [{"properties": 1}]}', "feature 1 has properties"),
    ],
)
def test_a_broken_file_is_refused_with_its_name(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "map.geojson"
    file.write_bytes(content)
    with pytest.raises(BoundaryFaults, match=said) as refused:
        read_boundaries(file)
    assert len(refused.value.faults) == 1


@pytest.mark.parametrize(
    ("coordinates", "said"),
    [
        (None, "has no coordinates"),
        ([1], "has no coordinates|not pairs"),
        ([[["x", "y"]] * 4], "not pairs of numbers"),
        ([[[1.0, 2.0], [2.0, 3.0]]], "fewer than 4 corners"),
        ([[[500_000.0, 3_400_000.0]] * 4], "projected"),
    ],
)
def test_shapes_that_are_none_are_refused_one_by_one(tmp_path: Path, coordinates: Any, said: str) -> None:
    with pytest.raises(BoundaryFaults, match=rf"map.geojson: feature 2 .*({said})") as refused:
        read_boundaries(written(tmp_path, area(adcode="999001"), area(coordinates, adcode="999002"), area(coordinates, adcode="999003")))
    assert len(refused.value.faults) == 2


def test_a_file_or_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(BoundaryFaults, match="no such file or folder"):
        read_boundaries(tmp_path / "nowhere.geojson")
    with pytest.raises(BoundaryFaults, match="holds no file"):
        read_boundaries(tmp_path)


def test_a_picture_holds_what_lies_directly_within_a_place_and_no_other_property(tmp_path: Path) -> None:
    features = [area(adcode=code, name="甲", phone="1") for code in ("999000", "999001", "999001002", "999002003")]
    found = read_boundaries(written(tmp_path, *features))
    assert set(picture(found, "999000000000")) == {"999001000000"}
    assert set(picture(found, "999001000000")) == {"999001002000"}
    assert picture(found, "999001000000")["999001002000"]["properties"] == {"code": "999001002000"}
    assert picture(found, "999003000000") == {}


def test_neighbours_still_touch_when_a_picture_is_made_coarse(tmp_path: Path) -> None:
    generator = np.random.default_rng(7)
    border = [[101 + 0.001 * generator.random(), 30 + at / 5000] for at in range(5001)]
    west = [[[100.0, 30.0], *border, [100.0, 31.0], [100.0, 30.0]]]
    east = [[[102.0, 30.0], [102.0, 31.0], *reversed(border), [102.0, 30.0]]]
    file = written(tmp_path, area(west, adcode="999001"), area(east, adcode="999002"))
    drawn = picture(read_boundaries(file), "999000000000")
    rings = [{tuple(corner) for corner in one["geometry"]["coordinates"][0][0]} for one in drawn.values()]
    common = rings[0] & rings[1]
    assert all(100.99 < east_of <= 101.01 for east_of, _ in common)
    assert len(common) > 900
    assert sum(map(len, rings)) < len(border), "corners that no screen tells apart are left out"
    assert {corner for corner in rings[0] if corner[0] > 100.5} == common


def test_a_place_too_small_for_the_picture_keeps_its_shape(tmp_path: Path) -> None:
    speck = [[[100.50001, 30.5], [100.50003, 30.5], [100.50003, 30.50002], [100.50001, 30.5]]]
    drawn = picture(read_boundaries(written(tmp_path, area(adcode="999001"), area(speck, adcode="999002"))), "999000000000")
    assert len(drawn["999002000000"]["geometry"]["coordinates"][0][0]) == 4


def test_a_hole_that_shrinks_to_nothing_is_left_out(tmp_path: Path) -> None:
    hole = [[100.5, 30.5], [100.500001, 30.5], [100.500001, 30.500001], [100.5, 30.5]]
    drawn = picture(read_boundaries(written(tmp_path, area([*WEST, hole], adcode="999001"))), "999000000000")
    assert len(drawn["999001000000"]["geometry"]["coordinates"][0]) == 1


def test_files_are_read_again_only_when_they_changed(tmp_path: Path) -> None:
    basemap = Basemap(written(tmp_path, area(adcode="999001")))
    first = boundaries_of(basemap)
    assert boundaries_of(basemap) is first
    file = written(tmp_path, area(adcode="999002"), area(EAST, adcode="999003"))
    os.utime(file, ns=(1, 1))
    changed = boundaries_of(basemap)
    assert set(changed.shapes) == {"999002000000", "999003000000"}
    assert changed.digest != first.digest


def test_broken_files_are_read_once_too_and_told_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = written(tmp_path, area(name="no code"))
    for _ in range(2):
        with pytest.raises(BoundaryFaults, match="no feature carries"):
            boundaries_of(Basemap(file))
    monkeypatch.setattr(Path, "read_bytes", lambda _: pytest.fail("read again"))
    with pytest.raises(BoundaryFaults, match="no feature carries"):
        boundaries_of(Basemap(file))


def test_a_file_that_may_not_be_read_is_a_fault_and_no_accident(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    file = written(tmp_path, area(adcode="999001"))
    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(BoundaryFaults, match="cannot be read \\(Permission denied\\)"):
        boundaries_of(Basemap(file))
