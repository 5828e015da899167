"""Models are read from YAML with every fault at once, each with its line."""

from pathlib import Path

import pytest

from minsheng.engine.contracts.loading import Catalogue
from minsheng.engine.indicators.loading import EARLIER, ModelFaults, earlier_model, load_model, model_digest, model_json, shipped_models

GANSU = (EARLIER / "gansu-2026.1.yaml").read_text(encoding="utf-8")


def faults(text: str, catalogue: Catalogue) -> dict[str, str]:
    """Place → message of every fault of a model's text."""
    with pytest.raises(ModelFaults) as caught:
        load_model(text, catalogue=catalogue)
    return {fault.place: fault.message for fault in caught.value.faults}


def test_model_from_text_and_from_a_file_are_equal(catalogue: Catalogue, tmp_path: Path) -> None:
    path = tmp_path / "other-name.yaml"
    path.write_text(GANSU, encoding="utf-8")
    assert load_model(path, catalogue=catalogue) == load_model(GANSU, catalogue=catalogue) == earlier_model("gansu", "2026.1")


def test_digest_when_only_the_writing_differs_then_is_the_same(catalogue: Catalogue) -> None:
    model = load_model(GANSU, catalogue=catalogue)
    rewritten = load_model(GANSU.replace("margin: 3", "margin: 3.00") + "\n# a remark\n", catalogue=catalogue)
    changed = load_model(GANSU.replace("margin: 3", "margin: 4"), catalogue=catalogue)
    assert model_digest(model) == model_digest(rewritten) != model_digest(changed)


def test_json_of_a_model_reads_back_to_an_equal_model(catalogue: Catalogue) -> None:
    for model in shipped_models(catalogue=catalogue).values():
        again = load_model(model_json(model), catalogue=catalogue)
        assert again == model
        assert model_digest(again) == model_digest(model)


def test_faults_of_structure_and_of_sense_come_together_with_their_lines(catalogue: Catalogue) -> None:
    text = GANSU.replace("blue: 20", "blue: many").replace("source: vehicles", "source: spaceships").replace("quiet_months: 6", "quiet: 6")
    with pytest.raises(ModelFaults) as caught:
        load_model(text, catalogue=catalogue)
    lines = text.splitlines()
    told = {fault.place: lines[fault.line - 1].strip() for fault in caught.value.faults}
    assert told["levels.blue"] == "blue: many"
    assert told["indicators[8].source"] == "source: spaceships"
    assert told["suppression.quiet"] == "quiet: 6"
    assert "suppression.quiet_months" in told
    assert "is missing" in str(caught.value)


def test_faults_when_the_text_is_not_yaml_then_says_where(catalogue: Catalogue) -> None:
    with pytest.raises(ModelFaults, match="is not valid YAML"):
        load_model("model: [gansu\nversion: 1", catalogue=catalogue)


@pytest.mark.parametrize("text", ["", "just words", "- a\n- list"])
def test_faults_when_the_document_is_no_model_then_refused(catalogue: Catalogue, text: str) -> None:
    with pytest.raises(ModelFaults):
        load_model(text, catalogue=catalogue)


def test_faults_when_a_key_is_given_twice_then_refused(catalogue: Catalogue) -> None:
    assert faults(GANSU.replace("  margin: 3", "  margin: 3\n  margin: 4"), catalogue) == {"hysteresis.margin": "is given twice"}


def test_broken_dimension_does_not_bring_faults_of_those_who_use_it(catalogue: Catalogue) -> None:
    found = faults(GANSU.replace("person_cap: 60", "person_cap: -60"), catalogue)
    assert list(found) == ["dimensions.illness.person_cap"]


def test_extra_folder_adds_a_model_and_overrides_a_shipped_one(catalogue: Catalogue, tmp_path: Path) -> None:
    (tmp_path / "ours.yaml").write_text(GANSU.replace("model: gansu", "model: ours"), encoding="utf-8")
    (tmp_path / "gansu.yaml").write_text(GANSU.replace('"2026.1"', '"2026.2"'), encoding="utf-8")
    found = shipped_models([tmp_path], catalogue=catalogue)
    assert {name: model.version for name, model in found.items()} == {"gansu": "2026.2", "ours": "2026.1", "wuchang": "2026.1"}
