"""The cases of an evaluation: one row for each household and month, as columns and as arrays."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from minsheng.engine.evaluation.arrays import Flags, Floats, Ints
from minsheng.engine.evaluation.known import Coverage, inverse_chances, strata_of

CASES = pl.Schema(
    {
        "household_key": pl.Int64,
        "month": pl.Int64,
        "score": pl.Float64,
        "level": pl.Int64,
        "warned": pl.Boolean,
        "new_points": pl.Float64,
        "in_hardship": pl.Boolean,
        "newly": pl.Boolean,
        "severity": pl.Float64,
        "cause": pl.String,
        "stratum": pl.String,
        "given_weight": pl.Float64,
    }
)
"""Of every household and month (its ordinal): score in points, level, whether a warning goes out, points that are new; then what was
found, blank where nobody knows: in_hardship, newly (hit in this very month), severity, cause. Cases of one `stratum` had one chance
of being known; `given_weight` is a survey's own weight. Further columns are groups."""


@dataclass(frozen=True)
class Cases:
    """The cases as arrays. hard and newly are False where unknown, and `weight` is 0 there."""

    frame: pl.DataFrame
    household: Ints
    month: Ints
    score: Floats
    level: Ints
    warned: Flags
    listed: Flags
    hard: Flags
    newly: Flags
    severity: Floats
    weight: Floats
    coverage: Coverage

    @classmethod
    def of(cls, frame: pl.DataFrame, listed: pl.Series) -> "Cases":
        """The arrays of a table of cases and of whether each is on its month's list."""
        known = frame["in_hardship"].is_not_null().to_numpy()
        given = frame["given_weight"].fill_null(1.0).to_numpy() if frame["given_weight"].is_not_null().any() else None
        weight, coverage = inverse_chances(*strata_of(frame["stratum"].to_numpy().astype(np.str_)), known, given)
        return cls(
            frame=frame,
            household=frame["household_key"].to_numpy(),
            month=frame["month"].to_numpy(),
            score=frame["score"].to_numpy(),
            level=frame["level"].to_numpy(),
            warned=frame["warned"].to_numpy(),
            listed=listed.to_numpy(),
            hard=frame["in_hardship"].fill_null(value=False).to_numpy(),
            newly=frame["newly"].fill_null(value=False).to_numpy(),
            severity=frame["severity"].fill_null(np.nan).to_numpy(),
            weight=weight,
            coverage=coverage,
        )

    def at(self, rows: Flags) -> "Cases":
        """Some of the cases, with the weights that they have among all."""
        arrays = {name: column[rows] for name, column in vars(self).items() if isinstance(column, np.ndarray)}
        return Cases(frame=self.frame.filter(pl.Series(rows)), coverage=self.coverage, **arrays)
