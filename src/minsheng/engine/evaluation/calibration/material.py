"""What a calibration works on: values in bands, outcomes with their weights, and how a score comes of bands."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from scipy.sparse import csr_array

from minsheng.engine.evaluation.arrays import Flags, Floats, Ints

BandsKey = tuple[str, str]
"""An indicator and the name of its bands."""


@dataclass(frozen=True)
class Band:
    """From this bound upward a value is worth so many points; what is worse is larger."""

    bound: float
    points: float


Bands = Mapping[BandsKey, tuple[Band, ...]]
Scorer = Callable[[Bands], Floats]
"""The score of every case, in points, if these bands held: the model's own arithmetic, caps and multipliers included."""


@dataclass(frozen=True)
class Material:
    """One entry for each household and month in every array.

    values: case (its position), indicator, bands, value; one row for each member with a value. factor: what the household's points
    are multiplied by, 1 for no multiplier. weight is 0 where the outcome is unknown. place: for folds by township.
    """

    values: pl.DataFrame
    factor: Floats
    bands: Bands
    score: Scorer
    hard: Flags
    weight: Floats
    household: Ints
    place: Ints

    def with_bands(self, bands: Bands) -> "Material":
        """The same under other bands."""
        return replace(self, bands=bands)

    def values_of(self, key: BandsKey) -> pl.DataFrame:
        """case and value of one indicator, where these of its bands apply."""
        return self.values.filter((pl.col("indicator") == key[0]) & (pl.col("bands") == key[1])).select("case", "value")


@dataclass(frozen=True)
class Steps:
    """The bands as steps upward, one column each: how many members of each case reach them, times the case's factor.

    keys: whose step each column is, in the order of the bands. current: points that the step now adds.
    """

    keys: tuple[BandsKey, ...]
    current: Floats
    matrix: csr_array

    def bands(self, before: Bands, added: Floats) -> dict[BandsKey, tuple[Band, ...]]:
        """The bands in which each step adds so many points, cumulated and rounded to whole ones; a band is worth at least one."""
        found: dict[BandsKey, tuple[Band, ...]] = dict.fromkeys(before, ())
        for key in dict.fromkeys(self.keys):
            own = added[[at for at, one in enumerate(self.keys) if one == key]]
            points = np.maximum(np.rint(np.cumsum(own)), 1.0)
            found[key] = tuple(Band(band.bound, float(worth)) for band, worth in zip(before[key], points, strict=True))
        return found


def steps_of(material: Material) -> Steps:
    """The design of a calibration: every band of the material as a step."""
    columns = [(key, at) for key, bands in material.bands.items() for at in range(len(bands))]
    reached = [_reaching(material, key, material.bands[key][at].bound) for key, at in columns]
    row = np.concatenate([np.zeros(0, dtype=np.int64), *reached])
    column = np.repeat(np.arange(len(columns)), [len(cases) for cases in reached])
    matrix = csr_array((material.factor[row], (row, column)), shape=(len(material.hard), len(columns)))
    current = [material.bands[key][at].points - (material.bands[key][at - 1].points if at else 0.0) for key, at in columns]
    return Steps(tuple(key for key, _ in columns), np.array(current, dtype=np.float64), matrix)


def _reaching(material: Material, key: BandsKey, bound: float) -> Ints:
    """The case of every member whose value reaches a bound."""
    return material.values_of(key).filter(pl.col("value") >= bound)["case"].to_numpy().astype(np.int64)


def plain_scores(values: pl.DataFrame, bands: Bands, cases: int) -> Floats:
    """The plain sum of every case's points, without caps and multipliers."""
    score = np.zeros(cases)
    for (indicator, name), own in bands.items():
        rows = values.filter((pl.col("indicator") == indicator) & (pl.col("bands") == name))
        worth = np.array([0.0, *(band.points for band in own)])
        reached = np.searchsorted(np.array([band.bound for band in own]), rows["value"].to_numpy(), side="right")
        np.add.at(score, rows["case"].to_numpy(), worth[reached])
    return score
