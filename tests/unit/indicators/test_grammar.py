"""The grammar's numbers are whole, and what is written short reads the same as what is written long."""

from decimal import Decimal

import pytest
from pydantic import ValidationError

from minsheng.engine.indicators.grammar import Band, Condition, Measure, Overlap
from tests.spec.models import indicator, model


def test_points_are_counted_in_hundredths() -> None:
    assert Band.model_validate({"from": "5", "points": "12.25"}).hundredths == 1225
    with pytest.raises(ValidationError, match="decimal places"):
        Band.model_validate({"from": "5", "points": "12.255"})


def test_thresholds_and_margin_are_counted_in_millionths() -> None:
    tried = model([indicator("a", "registry", "exists", [(1, 1)])], levels=(20, 40.5, 60, 80), margin=2.5)
    assert tried.thresholds == {1: 20_000_000, 2: 40_500_000, 3: 60_000_000, 4: 80_000_000}
    assert tried.hysteresis.margin_millionths == 2_500_000


def test_measure_written_short_and_long_are_equal() -> None:
    assert Measure.model_validate("count") == Measure(kind="count")
    assert Measure.model_validate({"sum": "own_share"}) == Measure(kind="sum", column="own_share")
    assert Measure(kind="sum", column="own_share").model_dump() == {"sum": "own_share"}
    with pytest.raises(ValidationError):
        Measure.model_validate({"average": "own_share"})


def test_condition_reads_numbers_and_flags_but_keeps_codes_with_leading_zeros() -> None:
    condition = Condition.model_validate({"column": "a", "in": ["01", "10", "true", "-3", "x"]})
    assert condition.comparisons() == {"in": ("01", 10, True, -3, "x")}
    assert Condition.model_validate({"column": "a", "eq": "false"}).comparisons() == {"eq": False}
    assert Condition.model_validate({"column": "a"}).comparisons() == {}


def test_overlap_takes_the_largest_number_reached() -> None:
    overlap = Overlap(percent={2: 10, 4: 30}, basis="made up")
    assert [overlap.for_dimensions(count) for count in range(6)] == [0, 0, 10, 10, 30, 30]


def test_bands_of_an_unlisted_category_are_the_default() -> None:
    tried = model([indicator("a", "registry", "exists", {"default": [(1, 1)], "TEKUN": [(1, 2)]})]).indicators[0]
    assert [tried.bands_for(category) for category in ("TEKUN", "DIBAO", None)] == ["TEKUN", "default", "default"]


def test_models_cannot_be_changed_once_made() -> None:
    tried = model([indicator("a", "registry", "exists", [(1, 1)])])
    with pytest.raises(ValidationError, match="frozen"):
        tried.hysteresis.margin = Decimal(9)
