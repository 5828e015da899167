"""Outcomes known only for some, weighed by the inverse of their chance."""

import numpy as np
import pytest

from minsheng.engine.evaluation.known import inverse_chances, strata_of
from minsheng.engine.evaluation.shares import share


def test_a_known_case_stands_for_its_stratum():
    strata, names = strata_of(np.array(["red", "red", "none", "none", "none", "none"]))
    weight, coverage = inverse_chances(strata, names, np.array([True, True, True, False, False, False]))

    assert names == ["none", "red"]
    assert weight.tolist() == [1.0, 1.0, 4.0, 0.0, 0.0, 0.0]
    assert coverage.everybody
    assert [(one.cases, one.known, one.weight) for one in coverage.strata] == [(4, 1, 4.0), (2, 2, 1.0)]


def test_a_stratum_of_which_nothing_is_known_is_missing():
    weight, coverage = inverse_chances(*strata_of(np.array(["blue", "none"])), np.array([True, False]))

    assert weight.tolist() == [1.0, 0.0]
    assert (coverage.everybody, coverage.missing) == (False, ("none",))


def test_a_surveys_own_weights_are_kept_in_proportion():
    weight, _ = inverse_chances(*strata_of(np.array(["all"] * 4)), np.array([True, True, False, False]), np.array([3.0, 1.0, 9.0, 9.0]))

    assert weight.tolist() == [3.0, 1.0, 0.0, 0.0]


def test_biased_visiting_is_put_right():
    """Warned households are twice as often in hardship and ten times as often visited."""
    rng = np.random.default_rng(8)
    warned = rng.random(40_000) < 0.1
    hard = rng.random(40_000) < np.where(warned, 0.5, 0.2)
    visited = rng.random(40_000) < np.where(warned, 0.6, 0.06)

    weight, _ = inverse_chances(*strata_of(np.where(warned, "warned", "not")), visited)

    assert hard[visited].mean() > 0.33
    assert share(hard, weight).value == pytest.approx(hard.mean(), abs=0.02)
