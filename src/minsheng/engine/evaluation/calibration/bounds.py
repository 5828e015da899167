"""Where bands begin: cuts of a value at which hardship rises, taken over only where they hold for households not seen."""

import math
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import polars as pl

from minsheng.engine.evaluation.arrays import Flags, Floats, Ints
from minsheng.engine.evaluation.calibration.material import Band, Bands, BandsKey, Material

LEAST_CASES = 200
"""Cases with a value and a known outcome below which bounds stay as they are."""
LEAST_VALUES = 4
"""Distinct values below which bounds stay as they are: yes and no have nothing to cut."""
LEAST_IN_BAND = 0.03
"""Share of these cases that each band must hold."""


def proposed_bounds(material: Material, folds: Ints, *, most_bands: int | None = None) -> Bands:
    """The bands with new bounds where those foresee hardship better in folds not seen, by more than one standard error.

    As many bands as there are now (triggers name bands by number), or up to `most_bands` where there are none yet. Bounds are cut by
    scikit-learn's decision tree with a monotone constraint, and written with two digits.
    """
    return {key: _rebound(material, folds, key, bands, most_bands) for key, bands in material.bands.items()}


def cuts_of(values: Floats, hard: Flags, weight: Floats, most: int) -> list[float]:
    """Up to `most` cuts of a value, ascending, such that hardship is more common from each cut on than below it."""
    from sklearn.tree import DecisionTreeClassifier

    tree = DecisionTreeClassifier(max_leaf_nodes=most + 1, min_samples_leaf=LEAST_IN_BAND, monotonic_cst=[1], random_state=0)
    tree.fit(values.reshape(-1, 1), hard, sample_weight=weight)
    raw = sorted(tree.tree_.threshold[tree.tree_.feature >= 0].tolist())
    return sorted({_rounded(cut, values) for cut in raw})


def _rebound(material: Material, folds: Ints, key: BandsKey, bands: tuple[Band, ...], most_bands: int | None) -> tuple[Band, ...]:
    """One indicator's bands, with the points that a value had before where it stands now."""
    worst = material.values_of(key).group_by("case").agg(pl.col("value").max()).sort("case")
    case, values = worst["case"].to_numpy(), worst["value"].to_numpy().astype(np.float64)
    known = material.weight[case] > 0
    case, values = case[known], values[known]
    hard, weight, fold = material.hard[case], material.weight[case], folds[case]
    few = bands and len(np.unique(values)) < LEAST_VALUES
    if few or len(values) < LEAST_CASES or hard.all() or not hard.any():
        return bands
    most = len(bands) or (most_bands or 0)
    cuts = cuts_of(values, hard, weight, most)
    if not cuts or (bands and len(cuts) != len(bands)):
        return bands
    if bands and not _better([band.bound for band in bands], most, values, hard, weight, fold):
        return bands
    return tuple(Band(cut, _points_at(bands, at)) for at, cut in enumerate(cuts))


def _points_at(bands: tuple[Band, ...], at: int) -> float:
    return bands[at].points if bands else 0.0


def _better(bounds: list[float], most: int, values: Floats, hard: Flags, weight: Floats, fold: Ints) -> bool:
    gains = np.array(list(_gains(bounds, most, values, hard, weight, fold)))
    return bool(len(gains) > 1 and gains.mean() > gains.std(ddof=1) / math.sqrt(len(gains)))


def _gains(bounds: list[float], most: int, values: Floats, hard: Flags, weight: Floats, fold: Ints) -> Iterator[float]:
    """Fold by fold, by how much the cuts of the other folds foresee hardship better than the bounds there are (log-loss a case)."""
    for one in np.unique(fold):
        seen = fold != one
        if not seen.any() or hard[seen].all() or not hard[seen].any():
            continue
        cuts = cuts_of(values[seen], hard[seen], weight[seen], most)
        losses = [_loss(np.array(edges), values, hard, weight, seen) for edges in (bounds, cuts)]
        yield losses[0] - losses[1]


def _loss(edges: Floats, values: Floats, hard: Flags, weight: Floats, seen: Flags) -> float:
    """The log-loss, on cases not seen, of the shares that each band had among those seen (with half a case of either kind added)."""
    band: npt.NDArray[np.int64] = np.searchsorted(edges, values, side="right").astype(np.int64)
    scale = seen.sum() / weight[seen].sum()
    hits = np.bincount(band[seen], weight[seen] * hard[seen] * scale, len(edges) + 1)
    counts = np.bincount(band[seen], weight[seen] * scale, len(edges) + 1)
    chance = ((hits + 0.5) / (counts + 1))[band[~seen]]
    unseen = weight[~seen]
    return float(-(unseen * np.log(np.where(hard[~seen], chance, 1 - chance))).sum() / unseen.sum())


def _rounded(cut: float, values: Floats) -> float:
    """A bound people can say: two digits; whole where all values are."""
    if cut == 0:
        return 0.0
    places = 1 - math.floor(math.log10(abs(cut)))
    said = round(cut, places)
    return float(math.ceil(cut)) if abs(cut) < 100 and (values == np.rint(values)).all() else float(said)
