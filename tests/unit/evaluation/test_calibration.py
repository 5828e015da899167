"""Points from outcomes: planted ones are found, constraints hold whatever the outcomes, biased visiting is put right."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minsheng.engine.evaluation.calibration.bounds import proposed_bounds
from minsheng.engine.evaluation.calibration.calibrating import calibrate, moved_thresholds
from minsheng.engine.evaluation.calibration.ceiling import boosted, features_of
from minsheng.engine.evaluation.calibration.fitting import fitted, log_loss
from minsheng.engine.evaluation.calibration.folds import folds_of
from minsheng.engine.evaluation.calibration.material import Band, steps_of
from minsheng.engine.evaluation.known import inverse_chances, strata_of
from minsheng.engine.evaluation.ranking import auc
from tests.unit.evaluation.planted import FLAT, PLANTED, planted, worth

THRESHOLDS = {"blue": 20.0, "yellow": 40.0, "orange": 60.0, "red": 80.0}


def proposed(material, strength=0.1):
    steps = steps_of(material)
    return steps.bands(material.bands, fitted(steps, material.hard, material.weight, strength=strength))


def ratios(bands):
    """Points relative to the first band of cost, which is worth 20 in truth."""
    first = worth(bands, "cost")[0]
    return [points / first for points in (worth(bands, "cost")[1], worth(bands, "work")[0], worth(bands, "noise")[0])]


def test_planted_points_are_found_in_proportion():
    found = proposed(planted(40_000))

    assert ratios(found) == pytest.approx([2.0, 1.5, 0.0], abs=0.2)


def test_biased_visiting_finds_the_same_points_when_weighed_and_others_when_not():
    """Hardship that cost does not explain is visited most: unweighed, cost looks worth less than it is."""
    material = planted(60_000)
    unexplained = material.hard & (material.score({("cost", "default"): (Band(10, 1),)}) == 0)
    warned = unexplained | (np.random.default_rng(1).random(60_000) < 0.05)
    visited = np.random.default_rng(2).random(60_000) < np.where(warned, 0.9, 0.15)
    weighed, _ = inverse_chances(*strata_of(np.where(warned, "warned", "not")), visited)

    right = proposed(replace(material, weight=weighed))
    naive = proposed(replace(material, weight=visited.astype(float)))

    assert ratios(right) == pytest.approx([2.0, 1.5, 0.0], abs=0.35)
    assert ratios(naive)[1] > 2.5


def test_strong_penalties_leave_points_where_they_are():
    assert proposed(planted(), strength=1e9) == FLAT


def test_points_that_were_right_stay_about_right():
    right = PLANTED | {("noise", "default"): (Band(1, 1),)}

    assert ratios(proposed(planted(40_000, bands=right))) == pytest.approx([2.0, 1.5, 0.0], abs=0.2)


def test_without_points_to_start_from_the_most_is_a_hundred():
    nothing = {key: tuple(Band(band.bound, 0.0) for band in bands) for key, bands in PLANTED.items()}
    found = proposed(planted(bands=nothing))

    assert sum(max(worth(found, indicator)) for indicator in ("cost", "work", "noise")) == pytest.approx(100, abs=2)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.lists(st.booleans(), min_size=60, max_size=60), st.sampled_from([0.1, 3.0, 300.0]))
def test_more_hardship_never_lowers_a_score_whatever_the_outcomes(seed, outcomes, strength):
    material = replace(planted(60, seed=seed), hard=np.array(outcomes))

    found = proposed(material, strength)

    for bands in found.values():
        points = [band.points for band in bands]
        assert points == sorted(points)
        assert all(1 <= one <= 500 and one == int(one) for one in points)


def test_calibration_gains_what_was_planted_and_nears_the_ceiling():
    found = calibrate(planted(), thresholds=THRESHOLDS, share=0.1)
    household, township = found.comparisons

    assert (household.kept, township.kept, household.folds) == ("household", "township", 5)
    for one in (household, township):
        assert one.after.auc.value > one.before.auc.value + 0.02
        assert one.after.auc.value > one.ceiling.auc.value - 0.01
        assert one.after.recall.value > one.before.recall.value
    assert worth(found.after, "noise")[0] < worth(found.after, "cost")[0] < worth(found.after, "cost")[1]


def test_bounds_move_to_where_hardship_begins():
    wrong = FLAT | {("cost", "default"): (Band(4, 20.0), Band(28, 20.0))}
    material = planted(20_000, bands=wrong)
    found = proposed_bounds(material, folds_of(material.household))

    assert [band.bound for band in found["cost", "default"]] == pytest.approx([10, 20], abs=1)


def test_bounds_that_are_right_stay():
    material = planted(20_000)

    assert proposed_bounds(material, folds_of(material.household)) == material.bands


def test_permuted_outcomes_gain_nothing():
    material = planted()
    permuted = replace(material, hard=np.random.default_rng(6).permutation(material.hard))
    household, _ = calibrate(permuted, thresholds=THRESHOLDS, share=0.1).comparisons

    for one in (household.before, household.after, household.ceiling):
        assert one.auc.value == pytest.approx(0.5, abs=0.03)


def test_the_draft_does_not_depend_on_outcomes_without_weight():
    material = planted()
    half = np.arange(len(material.hard)) % 4 < 2
    other = replace(material, weight=half.astype(float), hard=np.where(half, material.hard, ~material.hard))

    assert proposed(other) == proposed(replace(material, weight=half.astype(float)))


def test_thresholds_keep_each_levels_share():
    before = np.array([0.0] * 80 + [25.0] * 10 + [45.0] * 6 + [65.0] * 3 + [85.0])

    assert moved_thresholds(THRESHOLDS, before, before * 2) == {"blue": 20.0, "yellow": 51.0, "orange": 91.0, "red": 131.0}
    assert moved_thresholds(THRESHOLDS, before, before) == THRESHOLDS


def test_thresholds_rise_strictly_even_if_nobody_scores():
    found = list(moved_thresholds(THRESHOLDS, np.zeros(5), np.zeros(5), least=3).values())

    assert found == sorted(set(found))
    assert found[0] >= 3


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=1, max_size=200), st.integers(0, 5))
def test_folds_keep_together_what_belongs_together(together, seed):
    folds = folds_of(np.array(together), seed=seed)

    assert len(folds) == len(together)
    assert all(len({int(fold) for fold, one in zip(folds, together, strict=True) if one == group}) == 1 for group in set(together))
    assert set(folds) == set(range(min(5, len(set(together)))))


def test_folds_of_unlike_townships_are_alike_in_size():
    sizes = np.bincount(folds_of(np.repeat(np.arange(10), [50, 50, 40, 30, 30, 20, 20, 20, 20, 20])))

    assert sizes.max() - sizes.min() <= 20


def test_the_ceiling_sees_the_worst_value_of_the_members_and_how_many_have_one():
    material = planted(100)
    features = features_of(material)
    first = material.values.filter(indicator="cost").row(0, named=True)

    assert features.shape == (100, 1 + 2 * 3)
    assert features[first["case"], 1:3].tolist() == [first["value"], 1.0]


def test_log_loss_is_that_of_the_chances():
    hard, odds = np.array([True, False]), np.array([0.0, np.log(3)])

    assert log_loss(odds, hard, np.ones(2)) == pytest.approx(-(np.log(0.5) + np.log(0.25)) / 2)


def test_a_planted_score_ranks_as_it_should():
    material = planted(20_000)

    assert auc(material.score(PLANTED), material.hard, material.weight) > auc(material.score(FLAT), material.hard, material.weight) + 0.02


def test_the_ceiling_of_one_kind_of_outcome_is_that_outcome():
    features = features_of(planted(50))

    assert boosted(features, np.ones(50, dtype=bool), np.ones(50), np.ones(50, dtype=bool)).tolist() == [1.0] * 50


def test_without_any_outcome_points_stay():
    assert proposed(replace(planted(50), weight=np.zeros(50))) == FLAT
