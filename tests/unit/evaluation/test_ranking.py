"""AUC, gain and targeting errors: by hand, and as scikit-learn has them."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from minsheng.engine.evaluation.ranking import auc, auc_interval, folded, found_in_first, gains, targeting

HARD = np.array([True, True, False, True, False, False, False, False, False, False])
SCORE = np.array([90.0, 70.0, 70.0, 20.0, 20.0, 0.0, 0.0, 0.0, 0.0, 0.0])
EVEN = np.ones(10)


def worlds():
    rng = np.random.default_rng(5)
    for ties in (1, 5, 1000):
        hard = rng.random(400) < 0.3
        yield np.round(ties * (rng.normal(size=400) + hard)), hard, rng.integers(0, 4, size=400).astype(float)


def test_auc_counts_pairs_and_half_of_ties():
    """Of 3 × 7 pairs: 7 won by 90, 6 and a half by 70, 5 and a half by 20."""
    assert auc(SCORE, HARD, EVEN) == pytest.approx((7 + 6.5 + 5.5) / 21)


@pytest.mark.parametrize("world", list(worlds()))
def test_auc_is_scikit_learns_with_ties_and_weights(world):
    score, hard, weight = world

    assert auc(score, hard, weight) == pytest.approx(roc_auc_score(hard, score, sample_weight=weight))


def test_auc_of_permuted_labels_is_one_half():
    rng = np.random.default_rng(11)
    score, hard = rng.normal(size=20_000), np.arange(20_000) % 5 == 0

    assert auc(score, rng.permutation(hard), np.ones(20_000)) == pytest.approx(0.5, abs=0.03)


def test_auc_needs_both_kinds_of_households():
    assert auc(SCORE, np.zeros(10, dtype=bool), EVEN) is None
    assert auc_interval(SCORE, np.ones(10, dtype=bool), EVEN, np.arange(10)).value is None


def test_auc_interval_holds_the_value_and_is_the_same_again():
    score, hard, weight = next(worlds())
    household = np.arange(400) // 4

    found = auc_interval(score, hard, weight, household)

    assert found.low < found.value < found.high
    assert found == auc_interval(score, hard, weight, household)


def test_auc_interval_is_wider_where_a_household_stands_for_several_months():
    rng = np.random.default_rng(3)
    hard, score = rng.random(300) < 0.4, rng.normal(size=300)
    once = auc_interval(score + hard, hard, np.ones(300), np.arange(300))
    often = auc_interval(np.repeat(score + hard, 6), np.repeat(hard, 6), np.ones(1800), np.repeat(np.arange(300), 6))
    pretended = auc_interval(np.repeat(score + hard, 6), np.repeat(hard, 6), np.ones(1800), np.arange(1800))

    assert often.high - often.low == pytest.approx(once.high - once.low, rel=0.35)
    assert pretended.high - pretended.low < 0.6 * (often.high - often.low)


@pytest.mark.parametrize(("share", "found"), [(0.1, 1.0), (0.2, 1.5), (0.3, 2.0), (0.5, 3.0), (1.0, 3.0)])
def test_ties_at_the_cut_are_shared_evenly(share, found):
    assert found_in_first(SCORE, HARD, EVEN, share) == pytest.approx((found, 10 * share))


def test_gain_is_recall_precision_and_lift():
    (gain,) = gains(SCORE, HARD, EVEN, [0.2])

    assert (gain.recall, gain.precision, gain.lift) == pytest.approx((1.5 / 3, 1.5 / 2, 0.75 / 0.3))


def test_targeting_errors_are_those_left_out_and_those_chosen_in_vain():
    (first, *_) = targeting(SCORE, HARD, EVEN, [0.3])

    assert (first.exclusion_error, first.inclusion_error) == pytest.approx((1 / 3, 1 / 3))


def test_weights_count_as_so_many_households():
    weight = np.array([2.0, 1, 1, 1, 1, 1, 1, 1, 1, 0])
    times = weight.astype(int)

    assert found_in_first(SCORE, HARD, weight, 0.3) == pytest.approx(
        found_in_first(np.repeat(SCORE, times), np.repeat(HARD, times), np.ones(times.sum()), 0.3)
    )


def test_folds_give_their_mean_and_spread():
    found = folded(iter([0.6, 0.8, None]))

    assert found.value == pytest.approx(0.7)
    assert found.high - found.value == pytest.approx(1.96 * np.sqrt(0.02) / np.sqrt(2))
