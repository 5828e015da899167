"""The draft of a model: a valid model with proposed numbers that say where they come from."""

import pytest

from minsheng.engine.evaluation.calibration.draft import bands_of, drafted, next_version, tied_bands, with_bands
from minsheng.engine.evaluation.calibration.material import Band
from minsheng.engine.indicators.loading import load_model, shipped_models

THRESHOLDS = {"blue": 21.0, "yellow": 41.0, "orange": 61.0, "red": 81.0}


@pytest.fixture(scope="module")
def model():
    return shipped_models()["gansu"]


def halved(model):
    return {key: tuple(Band(band.bound, max(1.0, band.points // 2)) for band in bands) for key, bands in bands_of(model).items()}


def test_a_model_under_its_own_bands_is_itself(model):
    assert with_bands(model, bands_of(model)) == model


def test_a_draft_is_a_valid_model_that_says_it_is_a_draft(model):
    draft = load_model(drafted(model, halved(model), THRESHOLDS, version="2026.77", source="a survey of 2026"))

    assert draft.version == "2026.77"
    assert "DRAFT" in draft.note.en
    assert "草案" in draft.note.zh
    assert (draft.levels.blue, draft.levels.red) == (21, 81)
    assert "a survey of 2026" in draft.levels.basis


def test_every_changed_number_names_its_data_and_unchanged_ones_keep_their_basis(model):
    changed = bands_of(model) | {("major_disease", "default"): (Band(1, 3),)}
    draft = load_model(drafted(model, changed, {}, version="2026.77", source="a survey of 2026"))

    told = [one.id for one in draft.indicators if "a survey of 2026" in one.basis]
    assert told == ["major_disease"]
    assert model.indicator("major_disease").basis in draft.indicator("major_disease").basis
    assert draft.indicator("own_medical_cost") == model.indicator("own_medical_cost")
    assert draft.reverse_indicators == model.reverse_indicators


def test_categories_with_the_same_bands_are_calibrated_as_one(model):
    tied = tied_bands(model)

    assert tied["own_medical_cost", "ORPHAN"] == tied["own_medical_cost", "TEKUN"]
    assert tied["own_medical_cost", "DIBAO"] != tied["own_medical_cost", "TEKUN"]
    assert set(tied) == set(bands_of(model))


def test_the_next_version_is_the_first_of_the_year_that_is_free(model):
    year, number = model.version.split(".")
    following = [f"{year}.{int(number) + later}" for later in (1, 2, 3)]

    assert next_version(model, set()) == following[0]
    assert next_version(model, set(following[:2])) == following[2]
