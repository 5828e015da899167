"""How many households a township can have verified in a month, and who waits when there are more warnings than that."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import polars as pl

from minsheng.engine.indicators.grammar import LEVELS
from minsheng.kernel.errors import Refusal

NEVER_DEFERRED = LEVELS.index("orange")
"""From this level on a household is always visited, whatever the capacity."""
QUEUED = pl.Schema({"household_key": pl.Int64, "township": pl.String, "level": pl.Int64, "score": pl.Int64, "new_points": pl.Int64})
REASONS = ("urgent", "within-capacity", "beyond-capacity")


class NegativeCapacity(Refusal):
    """Nobody can verify fewer than no households."""

    code: ClassVar[str] = "negative-capacity"


@dataclass(frozen=True)
class Capacity:
    """Verifications a month by township code; `otherwise` for townships not named (None: as many as there are)."""

    by_township: Mapping[str, int] = field(default_factory=dict)
    otherwise: int | None = None

    def __post_init__(self) -> None:
        negative = {place: number for place, number in {**self.by_township, "otherwise": self.otherwise or 0}.items() if number < 0}
        if negative:
            told = ", ".join(f"{place}: {number}" for place, number in negative.items())
            raise NegativeCapacity(f"A capacity is below nought ({told}).", next_step="Give 0 or more verifications a month.")

    def of(self, township: str) -> int | None:
        """What a township can verify in a month; None: no limit."""
        return self.by_township.get(township, self.otherwise)


def queue(warnings: pl.DataFrame, capacity: Capacity) -> pl.DataFrame:
    """The warnings of a month in the order in which each township takes them up, with who is deferred.

    `warnings`: QUEUED (score in millionths of a point; new_points in hundredths: what is new since last month). Within a township by
    level, then score, then how much is new, then household. Adds `place` (from 1 in the township), `capacity` (null: no limit),
    `deferred` and `reason` (REASONS): orange and red are urgent and never deferred; others are when as many as the capacity stand
    before them.
    """
    ordered = warnings.select(QUEUED.names()).sort(
        "township", "level", "score", "new_points", "household_key", descending=[False, True, True, True, False]
    )
    number = pl.col("township").replace_strict(dict(capacity.by_township), default=capacity.otherwise, return_dtype=pl.Int64)
    placed = ordered.with_columns(place=pl.int_range(1, pl.len() + 1).over("township"), capacity=number)
    urgent = pl.col("level") >= NEVER_DEFERRED
    fits = pl.col("capacity").is_null() | (pl.col("place") <= pl.col("capacity"))
    told = pl.when(urgent).then(pl.lit(REASONS[0])).when(fits).then(pl.lit(REASONS[1])).otherwise(pl.lit(REASONS[2]))
    return placed.with_columns(deferred=~urgent & ~fits, reason=told)


def workload(queued: pl.DataFrame) -> pl.DataFrame:
    """Per township of a `queue`: warnings, urgent (orange and red), capacity, deferred, and `over`: urgent ones above the capacity."""
    urgent = pl.col("level") >= NEVER_DEFERRED
    counted = queued.group_by("township").agg(
        warnings=pl.len().cast(pl.Int64),
        urgent=urgent.sum().cast(pl.Int64),
        capacity=pl.col("capacity").first(),
        deferred=pl.col("deferred").sum().cast(pl.Int64),
    )
    return counted.with_columns(over=(pl.col("urgent") - pl.col("capacity")).clip(0).fill_null(0)).sort("township")
