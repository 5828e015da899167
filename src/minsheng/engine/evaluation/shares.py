"""Shares and means with what chance allows them to be."""

from dataclasses import dataclass

import numpy as np

from minsheng.engine.evaluation.arrays import Flags, Floats

CONFIDENCE = 0.95
_NORMAL_95 = 1.959963984540054


@dataclass(frozen=True)
class Share:
    """A share (or mean) with its 95 % interval; None where nothing was counted.

    part, whole: the weighted counts it was made of. counted: how many cases, without weights.
    """

    value: float | None
    low: float | None
    high: float | None
    part: float
    whole: float
    counted: int


NO_SHARE = Share(None, None, None, 0.0, 0.0, 0)


def share(hits: Flags, weight: Floats) -> Share:
    """The weighted share of hits, with Wilson's interval.

    Unequal weights carry less information than their number: the interval is that of Kish's effective number of cases.
    """
    whole = float(weight.sum())
    if whole <= 0:
        return NO_SHARE
    from statsmodels.stats.proportion import proportion_confint

    part = float(weight[hits].sum())
    effective = whole**2 / float((weight**2).sum())
    low, high = proportion_confint(part / whole * effective, effective, alpha=1 - CONFIDENCE, method="wilson")
    return Share(part / whole, float(low), float(high), part, whole, int((weight > 0).sum()))


def mean(values: Floats, weight: Floats) -> Share:
    """The weighted mean of values, with the normal interval of its standard error; blank values (NaN) are left out."""
    known = ~np.isnan(values) & (weight > 0)
    values, weight = values[known], weight[known]
    whole = float(weight.sum())
    if whole <= 0:
        return NO_SHARE
    middle = float((weight * values).sum() / whole)
    error = float(np.sqrt((weight**2 * (values - middle) ** 2).sum())) / whole
    return Share(middle, middle - _NORMAL_95 * error, middle + _NORMAL_95 * error, float((weight * values).sum()), whole, len(values))
