"""What `minsheng doctor` and the start of the web say of configured boundary files."""

import json
from pathlib import Path
from typing import Any

import pytest

from minsheng.cli import serving, setting_up
from minsheng.cli.setting_up import Finding
from tests.staff import place


@pytest.fixture
def drawn(tmp_path: Path, settings: Any) -> Path:
    """A map of two divisions, one of which is on the list, and of a feature that is none."""
    square = [[100, 30], [101, 30], [101, 31], [100, 31], [100, 30]]
    features = [
        {"type": "Feature", "properties": {"adcode": code}, "geometry": {"type": "Polygon", "coordinates": [square]}}
        for code in ("999001", "999777", "100000_JD")
    ]
    file = tmp_path / "map.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    settings.BOUNDARIES, settings.BOUNDARY_CODE, settings.MAP_REVIEW = str(file), "", "GS(2026)0001"
    return file


def looked() -> Finding:
    [check] = [one for one in setting_up._CHECKS if one[0] == "map"]
    return setting_up._look(*check)


def test_without_a_map_there_is_nothing_to_mend(settings: Any) -> None:
    settings.BOUNDARIES = ""
    assert looked().ok


@pytest.mark.django_db
def test_a_map_is_told_with_what_belongs_to_no_division(drawn: Path) -> None:
    place("999001001201")
    found = looked()
    assert found.ok
    assert found.said.startswith("2 divisions; 1 features without one, the first: map.geojson: feature 3 has '100000_JD'")
    assert "1 codes that are not on the list of divisions: 999777000000; review number GS(2026)0001" in found.said


@pytest.mark.django_db
def test_a_map_without_a_review_number_is_to_be_mended(drawn: Path, settings: Any) -> None:
    settings.MAP_REVIEW = ""
    found = looked()
    assert not found.ok
    assert "MINSHENG_MAP_REVIEW" in found.next_step


def test_a_broken_file_is_named_by_the_doctor_and_at_the_start_of_the_web(
    drawn: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn.write_text("{")
    found = looked()
    assert not found.ok
    assert "map.geojson: is not JSON" in found.said
    told: list[str] = []
    monkeypatch.setattr(serving.asides, "print", lambda text, **_: told.append(text))
    serving._tell_of_the_map()
    assert "方块图" in told[0] and "map.geojson: is not JSON" in told[0]
