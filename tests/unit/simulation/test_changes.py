from pathlib import Path
from textwrap import dedent

import pytest

from minsheng.engine.contracts.loading import load_catalogue
from minsheng.engine.indicators.grammar import Model
from minsheng.engine.indicators.loading import ModelFaults, earlier_model, model_json
from minsheng.engine.simulation.changes import changed_model, differences

CATALOGUE = load_catalogue()
GANSU = earlier_model("gansu", "2026.1")


def changed(folder: Path, text: str) -> Model:
    path = folder / "change.yaml"
    path.write_text(dedent(text), encoding="utf-8")
    return changed_model(path, GANSU, catalogue=CATALOGUE)


def faults(folder: Path, text: str) -> list[str]:
    with pytest.raises(ModelFaults) as refused:
        changed(folder, text)
    return [str(fault) for fault in refused.value.faults]


def told(after: Model) -> dict[str, tuple[object, object]]:
    return {one.place: (one.before, one.after) for one in differences(GANSU, after)}


def test_only_what_is_written_changes(tmp_path: Path) -> None:
    after = changed(tmp_path, "levels: {blue: 25}\nhysteresis: {margin: 5}\n")
    assert told(after) == {"levels.blue": ("20.00", "25.00"), "hysteresis.margin": ("3.00", "5.00")}


def test_an_indicator_is_changed_by_its_id(tmp_path: Path) -> None:
    after = changed(tmp_path, "indicators: {major_disease: {bands: {default: [{from: 1, points: 30}]}}}")
    assert told(after) == {"indicators.major_disease.bands.default[0].points": ("20.00", "30.00")}


def test_null_takes_away(tmp_path: Path) -> None:
    after = changed(
        tmp_path, "indicators: {chronic_disease: null, own_medical_cost: {bands: {TEKUN: ~}}}\nidentity: {percent: {DIBAO: null}}"
    )
    assert "chronic_disease" not in {indicator.id for indicator in after.indicators}
    assert set(GANSU.indicator("own_medical_cost").bands) - set(after.indicator("own_medical_cost").bands) == {"TEKUN"}
    assert "DIBAO" not in after.identity.percent


def test_a_measure_stands_instead_of_the_other(tmp_path: Path) -> None:
    after = changed(tmp_path, "indicators: {long_hospital_stay: {measure: {max: days}}}")
    assert after.indicator("long_hospital_stay").measure.kind == "max"


def test_a_whole_model_is_a_change_too(tmp_path: Path) -> None:
    written = model_json(GANSU).replace('"2026.1"', '"2026.9"')
    assert told(changed(tmp_path, written)) == {"version": ("2026.1", "2026.9")}


def test_every_fault_is_told_with_its_line_in_the_change(tmp_path: Path) -> None:
    written = """\
        levels:
          blue: 90
        indicators:
          no_such: {bands: {default: []}}
          major_disease:
            bands:
              default:
                - {from: 1, points: 30}
                - {from: 1, points: 20}
        overlap: {percent: {9: null}}
        colour: blue
        """
    assert faults(tmp_path, written) == [
        "change.yaml:2 levels.yellow: must be above blue",
        "change.yaml:4 indicators.no_such: there is no indicator no_such",
        "change.yaml:9 indicators.major_disease.bands.default[1].from: must be above the `from` of the band before",
        "change.yaml:9 indicators.major_disease.bands.default[1].points: may not be fewer than those of the band before",
        "change.yaml:10 overlap.percent.9: there is nothing to take away",
        "change.yaml:11 colour: is not part of the grammar",
    ]


@pytest.mark.parametrize("written", ["", "blue", "- levels", "[]"])
def test_what_is_no_change_is_refused(tmp_path: Path, written: str) -> None:
    assert "is no change" in faults(tmp_path, written)[0]


def test_broken_yaml_is_told(tmp_path: Path) -> None:
    assert "is not valid YAML" in faults(tmp_path, "levels: {blue: 25")[0]


def test_an_indicator_cannot_become_a_word(tmp_path: Path) -> None:
    assert faults(tmp_path, "indicators: {major_disease: less}") == [
        "change.yaml:1 indicators.major_disease: is no change of an indicator: its parts were expected, or null"
    ]


def test_nothing_differs_from_itself() -> None:
    assert differences(GANSU, GANSU) == []
