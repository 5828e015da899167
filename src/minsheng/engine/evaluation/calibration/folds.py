"""Folds that keep together what belongs together: all months of a household, all households of a township."""

import numpy as np

from minsheng.engine.evaluation.arrays import Ints, codes_of

FOLDS = 5


def folds_of(together: Ints, *, folds: int = FOLDS, seed: int = 20_261_121) -> Ints:
    """A fold for every case: what is together falls into one, drawn by the seed, the largest first so that folds are alike in size.

    Fewer folds where there are fewer things to keep together.
    """
    codes, count = codes_of(together)
    sizes = np.bincount(codes, minlength=count)
    rng = np.random.default_rng(seed)
    order = np.lexsort((rng.random(count), -sizes))
    fold, filled = np.zeros(count, dtype=np.int64), np.zeros(min(folds, count), dtype=np.int64)
    if sizes.max(initial=0) == sizes.min(initial=0):
        fold[order] = np.arange(count) % len(filled)
        return fold[codes]
    for one in order:
        least = int(filled.argmin())
        fold[one] = least
        filled[least] += sizes[one]
    return fold[codes]
