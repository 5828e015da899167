"""Levels and scores against what was found."""

import numpy as np

from minsheng.engine.evaluation.levels import by_level, by_score, monotony
from minsheng.engine.evaluation.shares import mean, share


def shares(*counts):
    return [(level, share(np.arange(whole) < part, np.ones(whole))) for level, (part, whole) in enumerate(counts)]


def test_levels_count_households_hardship_and_severity():
    level, hard = np.array([0, 0, 2, 2, 2]), np.array([False, True, True, True, False])
    none, yellow = by_level(level, hard, np.array([5.0, 45, 60, 80, np.nan]), np.ones(5))

    assert (none.level, none.households, none.in_hardship.value, none.severity.value) == (0, 2.0, 0.5, 25.0)
    assert (yellow.level, yellow.in_hardship.value, yellow.severity.value) == (2, 2 / 3, 70.0)


def test_levels_without_weight_are_not_measured():
    assert [one.level for one in by_level(np.array([0, 1]), np.ones(2, dtype=bool), np.ones(2), np.array([1.0, 0.0]))] == [0]


def test_rising_levels_are_monotone():
    assert monotony(shares((1, 10), (2, 10), (5, 10))).rising


def test_a_reversed_step_is_named_and_told_from_chance():
    by_chance, real = monotony(shares((5, 10), (4, 10), (9, 10))), monotony(shares((100, 1000), (800, 1000), (300, 1000)))

    assert (by_chance.rising, by_chance.reversed_steps, by_chance.beyond_chance) == (False, ((0, 1),), ())
    assert (real.reversed_steps, real.beyond_chance) == (((1, 2),), ((1, 2),))


def test_monotony_passes_over_levels_with_nothing_counted():
    assert monotony(
        [(0, mean(np.array([1.0]), np.ones(1))), (1, mean(np.zeros(0), np.zeros(0))), (2, mean(np.array([2.0]), np.ones(1)))]
    ).rising


def test_bins_of_scores_hold_everybody_once():
    points = np.concatenate([np.zeros(50), np.arange(1, 101)])
    bins = by_score(points, points > 50, np.ones(150), bins=4)

    assert [one.in_hardship.counted for one in bins] == [50, 25, 25, 25, 25]
    assert [one.in_hardship.value for one in bins] == [0.0, 0.0, 0.0, 1.0, 1.0]
    assert (bins[0].low, bins[0].high, bins[-1].high) == (0.0, 0.0, 100.0)


def test_bins_of_nobody_with_points_are_one():
    assert len(by_score(np.zeros(5), np.ones(5, dtype=bool), np.ones(5))) == 1
