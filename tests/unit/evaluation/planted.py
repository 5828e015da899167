"""Material in which the truth is planted: households with three indicators, whose hardship follows known points."""

from collections.abc import Mapping

import numpy as np
import polars as pl

from minsheng.engine.evaluation.calibration.material import Band, Bands, Material, plain_scores

PLANTED = {
    ("cost", "default"): (Band(10, 20), Band(20, 40)),
    ("work", "default"): (Band(1, 30),),
    ("noise", "default"): (Band(1, 0),),
}
FLAT = {key: tuple(Band(band.bound, 20.0) for band in bands) for key, bands in PLANTED.items()}
"""The same bounds, all worth the same: what a model knows before it is calibrated."""
_LOG_ODDS_A_POINT = 0.08


def planted(cases: int = 6_000, *, seed: int = 4, bands: Bands = FLAT, truth: Bands = PLANTED, months: int = 2) -> Material:
    """Households with values whose hardship follows the planted points; every `months` cases are one household."""
    rng = np.random.default_rng(seed)
    values = pl.concat(
        [
            _values(rng, cases, "cost", 0.5, lambda count: rng.integers(1, 31, size=count)),
            _values(rng, cases, "work", 0.3, np.ones),
            _values(rng, cases, "noise", 0.3, np.ones),
        ]
    )
    odds = _LOG_ODDS_A_POINT * plain_scores(values, truth, cases) - 2.5
    return Material(
        values=values,
        factor=np.ones(cases),
        bands=bands,
        score=lambda proposed: plain_scores(values, proposed, cases),
        hard=rng.random(cases) < 1 / (1 + np.exp(-odds)),
        weight=np.ones(cases),
        household=np.arange(cases) // months,
        place=rng.integers(0, 12, size=cases // months + 1)[np.arange(cases) // months],
    )


def worth(bands: Mapping[tuple[str, str], tuple[Band, ...]], indicator: str) -> list[float]:
    """The points of an indicator's bands."""
    return [band.points for band in bands[indicator, "default"]]


def _values(rng, cases, indicator, share, draw):
    case = np.flatnonzero(rng.random(cases) < share)
    return pl.DataFrame({"case": case, "indicator": indicator, "bands": "default", "value": draw(len(case)).astype(float)})
