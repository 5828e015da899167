"""From stored values to the points of a model: bands as a table to look up in."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from minsheng.engine.indicators.grammar import DEFAULT_BANDS, Indicator, Model
from minsheng.engine.simulation.arrays import Coded, Ints, Smalls

_OUT_OF_REACH = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Banding:
    """For every (indicator, name of bands) the bounds in order and what each band is worth, in hundredths of a point.

    bounds: pairs × most bands, out of reach where an indicator has fewer. points: pairs × (most bands + 1); band 0 is worth nothing.
    """

    bounds: Ints
    points: Ints

    @classmethod
    def of(cls, model: Model, indicators: tuple[str, ...], bands: tuple[str, ...]) -> "Banding":
        """The bands of the model's scoring indicators, for values coded with these names; others are never reached."""
        scoring: Mapping[str, Indicator] = {indicator.id: indicator for indicator in model.scoring_indicators}
        most = max((len(rows) for one in scoring.values() for rows in one.bands.values()), default=0)
        bounds = np.full((len(indicators) * len(bands), max(most, 1)), _OUT_OF_REACH, dtype=np.int64)
        points = np.zeros((len(indicators) * len(bands), max(most, 1) + 1), dtype=np.int64)
        for at, (indicator, name) in enumerate((indicator, name) for indicator in indicators for name in bands):
            rows = scoring[indicator].bands.get(name, ()) if indicator in scoring else ()
            bounds[at, : len(rows)] = [row.bound for row in rows]
            points[at, 1 : len(rows) + 1] = [row.hundredths for row in rows]
        return cls(bounds, points)

    def banded(self, pairs: Ints, values: Ints) -> tuple[Ints, Smalls, Ints]:
        """The rows that reach a band worth points: which rows, their band (from 1), their points."""
        rows = np.flatnonzero(values >= self.bounds[pairs, 0])
        pairs, values = pairs[rows], values[rows]
        band = np.ones(len(rows), dtype=np.int8)
        for column in range(1, self.bounds.shape[1]):
            band += values >= self.bounds[pairs, column]
        points = self.points[pairs, band]
        worth = points > 0
        return (rows, band, points) if worth.all() else (rows[worth], band[worth], points[worth])


def pairs_of(indicator: Coded, bands: Coded) -> Ints:
    """The (indicator, name of bands) of every value, as `Banding` numbers them."""
    return indicator.codes.astype(np.int64) * len(bands.names) + bands.codes


def renamed(before: Model, after: Model) -> tuple[str, ...]:
    """The indicators for which other categories have bands of their own than before, so that stored names no longer hold."""
    known = {indicator.id: indicator for indicator in before.indicators}
    return tuple(one.id for one in after.scoring_indicators if one.id in known and set(one.bands) != set(known[one.id].bands))


def bands_by_category(indicator: Indicator, category: Coded) -> Coded:
    """The name of the bands that apply to each person of a category."""
    names = (DEFAULT_BANDS, *(name for name in indicator.bands if name != DEFAULT_BANDS))
    return Coded(category.translated({name: at for at, name in enumerate(names)}, 0).astype(np.int32), names)
