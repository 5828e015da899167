"""How well a score puts households in hardship first. Ties count as if they were drawn by lot; higher scores come first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from minsheng.engine.evaluation.arrays import Flags, Floats, Ints, codes_of
from minsheng.engine.evaluation.shares import CONFIDENCE

SHARES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5)
"""At which shares of all households the gain is given."""
TARGETED = (0.1, 0.2, 0.3)
"""At which shares of all households exclusion and inclusion errors are given."""


@dataclass(frozen=True)
class Estimate:
    """A figure with its 95 % interval; None where it cannot be known."""

    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Gain:
    """What looking at the first `share` of all households finds.

    recall: the share found of those in hardship. precision: the share in hardship of those looked at. lift: precision over the
    share in hardship among all.
    """

    share: float
    recall: float | None
    precision: float | None
    lift: float | None


@dataclass(frozen=True)
class Targeting:
    """The two errors of choosing the first `share`: left out though in hardship, and chosen though not (of those chosen)."""

    share: float
    exclusion_error: float | None
    inclusion_error: float | None


def auc(score: Floats, hard: Flags, weight: Floats) -> float | None:
    """The chance that a household in hardship scores above one that is not (half for ties); None unless there are both."""
    codes, distinct = codes_of(score)
    return _auc_of_counts(codes, distinct, weight, hard)


def auc_interval(score: Floats, hard: Flags, weight: Floats, household: Ints, *, draws: int = 200, seed: int = 20_261_121) -> Estimate:
    """The AUC with a bootstrap interval: households are drawn anew, each with all its months. The same seed gives the same interval."""
    known = auc(score, hard, weight)
    if known is None:
        return Estimate(None)
    codes, distinct = codes_of(score)
    homes, households = codes_of(household)
    rng = np.random.default_rng(seed)
    drawn = [_auc_redrawn(rng, codes, distinct, homes, households, weight, hard) for _ in range(draws)]
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile([one for one in drawn if one is not None], [tail, 1 - tail])
    return Estimate(known, float(low), float(high))


def found_in_first(score: Floats, hard: Flags, weight: Floats, share: float) -> tuple[float, float]:
    """Of the first `share` of all households by weight: the weight in hardship, and the weight chosen. Ties are shared evenly."""
    codes, distinct = codes_of(-score)
    all_of, hard_of = np.bincount(codes, weight, distinct), np.bincount(codes, weight * hard, distinct)
    room = share * float(weight.sum())
    before = np.concatenate([[0.0], np.cumsum(all_of)[:-1]])
    taken = np.clip(room - before, 0.0, all_of)
    part = np.divide(taken, all_of, out=np.zeros_like(taken), where=all_of > 0)
    return float((part * hard_of).sum()), float(taken.sum())


def gains(score: Floats, hard: Flags, weight: Floats, shares: Sequence[float] = SHARES) -> list[Gain]:
    """What the first k of all households would find, for each share k."""
    in_hardship, everybody = float(weight[hard].sum()), float(weight.sum())
    return [_gain(score, hard, weight, one, in_hardship, everybody) for one in shares]


def targeting(score: Floats, hard: Flags, weight: Floats, shares: Sequence[float] = TARGETED) -> list[Targeting]:
    """Exclusion and inclusion error where the first shares of all households are chosen, as targeting studies give them."""
    return [
        Targeting(one.share, None if one.recall is None else 1 - one.recall, None if one.precision is None else 1 - one.precision)
        for one in gains(score, hard, weight, shares)
    ]


def folded(counts: Iterator[float | None]) -> Estimate:
    """The mean over folds, with the spread of the folds as its interval (mean ± 1.96 standard errors)."""
    known = np.array([count for count in counts if count is not None])
    if not len(known):
        return Estimate(None)
    error = 1.96 * float(known.std(ddof=1)) / np.sqrt(len(known)) if len(known) > 1 else 0.0
    return Estimate(float(known.mean()), float(known.mean() - error), float(known.mean() + error))


def _gain(score: Floats, hard: Flags, weight: Floats, share: float, in_hardship: float, everybody: float) -> Gain:
    found, chosen = found_in_first(score, hard, weight, share)
    precision = found / chosen if chosen > 0 else None
    return Gain(
        share,
        recall=found / in_hardship if in_hardship > 0 else None,
        precision=precision,
        lift=precision * everybody / in_hardship if precision is not None and in_hardship > 0 else None,
    )


def _auc_redrawn(
    rng: np.random.Generator, codes: Ints, distinct: int, homes: Ints, households: int, weight: Floats, hard: Flags
) -> float | None:
    times = np.bincount(rng.integers(0, households, size=households), minlength=households)[homes] * weight
    return _auc_of_counts(codes, distinct, times, hard)


def _auc_of_counts(codes: Ints, distinct: int, weight: Floats, is_hard: Flags) -> float | None:
    """Mann and Whitney's statistic, from the weights in hardship and not at each distinct score in order."""
    hard, others = np.bincount(codes, weight * is_hard, distinct), np.bincount(codes, weight * ~is_hard, distinct)
    pairs = float(hard.sum() * others.sum())
    if pairs <= 0:
        return None
    below = np.cumsum(others) - others
    return float((hard * (below + others / 2)).sum() / pairs)
