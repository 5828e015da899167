"""Shares and means with their intervals."""

import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

from minsheng.engine.evaluation.shares import NO_SHARE, mean, share


def test_share_of_equal_weights_has_wilsons_interval():
    found = share(np.array([True] * 3 + [False] * 7), np.ones(10))

    assert (found.value, found.part, found.whole, found.counted) == (0.3, 3.0, 10.0, 10)
    assert (found.low, found.high) == pytest.approx(proportion_confint(3, 10, method="wilson"))
    assert (found.low, found.high) == pytest.approx((0.1078, 0.6032), abs=1e-4)


def test_share_of_unequal_weights_has_the_interval_of_fewer_cases():
    """Weights 3, 1, 1, 1 hold as much as 36 / 12 = 3 equal cases."""
    found = share(np.array([True, False, True, False]), np.array([3.0, 1.0, 1.0, 1.0]))

    assert found.value == pytest.approx(4 / 6)
    assert (found.low, found.high) == pytest.approx(proportion_confint(2, 3, method="wilson"))


def test_share_does_not_count_cases_without_weight():
    found = share(np.array([True, False, True]), np.array([1.0, 1.0, 0.0]))

    assert (found.value, found.counted) == (0.5, 2)


def test_share_and_mean_of_nothing_are_not_known():
    assert share(np.zeros(2, dtype=bool), np.zeros(2)) == NO_SHARE
    assert mean(np.array([np.nan]), np.ones(1)) == NO_SHARE


def test_mean_leaves_out_blanks():
    found = mean(np.array([10.0, np.nan, 30.0]), np.array([1.0, 5.0, 1.0]))

    assert (found.value, found.counted) == (20.0, 2)
    assert found.high == pytest.approx(20 + 1.959964 * np.sqrt(200) / 2)
