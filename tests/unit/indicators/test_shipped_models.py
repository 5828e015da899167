"""The two shipped models are sound, sourced, and hold the published numbers."""

import pytest

from minsheng.engine.contracts.loading import Catalogue
from minsheng.engine.indicators.grammar import REGISTRY, Model
from minsheng.engine.indicators.loading import shipped_models

YUAN = 100
TONGLING = {
    "TEKUN": 1_000 * YUAN,
    "DIBAO": 5_000 * YUAN,
    "DIBAO_MARGINAL": 10_000 * YUAN,
    "RIGID_EXPENDITURE": 10_000 * YUAN,
    "POVERTY_RETURN_MONITORED": 10_000 * YUAN,
    "default": 15_000 * YUAN,
}


@pytest.fixture(params=["gansu", "wuchang"])
def shipped(request: pytest.FixtureRequest, catalogue: Catalogue) -> Model:
    return shipped_models(catalogue=catalogue)[request.param]


def test_own_medical_cost_begins_at_the_tongling_thresholds(shipped: Model) -> None:
    bands = shipped.indicator("own_medical_cost").bands
    assert {category: bands[category][0].bound for category in TONGLING} == TONGLING
    assert all(len(entries) == 3 for entries in bands.values())
    assert shipped.indicator("own_medical_cost").window_months == 12


def test_every_number_that_is_not_published_is_said_to_be_our_reading(shipped: Model) -> None:
    parts = [
        shipped.overlap,
        shipped.identity,
        shipped.levels,
        shipped.hysteresis,
        shipped.suppression,
        *shipped.triggers,
        *shipped.dimensions.values(),
    ]
    assert [part for part in parts if "our reading" not in part.basis and ":" not in part.basis] == []
    assert [indicator.id for indicator in shipped.scoring_indicators if "our reading" not in indicator.basis] == []


def test_every_indicator_shows_its_evidence(shipped: Model) -> None:
    assert [indicator.id for indicator in shipped.indicators if not indicator.evidence] == []


def test_reverse_indicators_cover_the_named_six(shipped: Model) -> None:
    ids = {indicator.id for indicator in shipped.reverse_indicators}
    assert {"vehicle", "second_property", "business", "wages_above_standard", "custody", "death_on_benefit"} <= ids


def test_gansu_has_the_published_factors_and_indicators(catalogue: Catalogue) -> None:
    gansu = shipped_models(catalogue=catalogue)["gansu"]
    assert list(gansu.dimensions) == ["illness", "schooling", "disability", "work", "emergency"]
    sources = {indicator.source for indicator in gansu.scoring_indicators if indicator.dimension != "emergency"}
    assert sources == {
        "medical_settlements",
        "disease_registrations",
        "school_enrolment",
        "disability_certificates",
        "registered_unemployment",
    }


def test_wuchang_has_six_dimensions_all_used_and_looks_at_many_feeds(catalogue: Catalogue) -> None:
    wuchang = shipped_models(catalogue=catalogue)["wuchang"]
    assert list(wuchang.dimensions) == ["age_structure", "economic", "health", "education", "housing", "sudden_events"]
    assert {indicator.dimension for indicator in wuchang.scoring_indicators} == set(wuchang.dimensions)
    assert len(wuchang.scoring_indicators) >= 20
    assert len({indicator.source for indicator in wuchang.indicators} - {REGISTRY}) >= 17
