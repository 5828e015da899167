"""How far any model could get on the same values: a boosting model, which nobody could explain and nobody will use."""

import numpy as np
import polars as pl

from minsheng.engine.evaluation.arrays import Flags, Floats
from minsheng.engine.evaluation.calibration.material import Material

MOST_SEEN = 200_000
"""Cases that the boosting model learns from at most: more of them no longer move it."""


def features_of(material: Material) -> Floats:
    """cases × features: of every indicator the worst value among the members (blank without any) and how many have one; the factor."""
    cases = len(material.hard)
    columns = [material.factor]
    for indicator in sorted({key[0] for key in material.bands}):
        own = material.values.filter(pl.col("indicator") == indicator).group_by("case").agg(worst=pl.col("value").max(), members=pl.len())
        worst, members = np.full(cases, np.nan), np.zeros(cases)
        worst[own["case"].to_numpy()] = own["worst"].to_numpy()
        members[own["case"].to_numpy()] = own["members"].to_numpy()
        columns += [worst, members]
    return np.column_stack(columns)


def boosted(features: Floats, hard: Flags, weight: Floats, seen: Flags) -> Floats:
    """The chance of hardship of every case, by a boosting model that saw only some (of them an even choice, if they are many)."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from threadpoolctl import threadpool_limits

    rows = np.flatnonzero(seen & (weight > 0))
    if not hard[rows].any() or hard[rows].all():
        return np.full(len(hard), float(hard[rows].any()))
    rows = rows[:: -(-len(rows) // MOST_SEEN)]
    model = HistGradientBoostingClassifier(max_iter=120, learning_rate=0.08, max_leaf_nodes=15, l2_regularization=1.0, random_state=0)
    with threadpool_limits(limits=1, user_api="openmp"):
        model.fit(features[rows], hard[rows], sample_weight=weight[rows])
        return np.asarray(model.predict_proba(features)[:, 1], dtype=np.float64)
