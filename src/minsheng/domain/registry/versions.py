"""What a snapshot changes in lines that are kept over time: pure, frames in, frames out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl


@dataclass(frozen=True)
class LineChanges:
    """What to write so that the standing lines are the wanted ones.

    `end`, `reopen` and `remove` hold `id` and the entity; `start` holds the wanted rows that need a new line. The last three are
    entities: first listed now, listed before and now with other facts, no longer listed.
    """

    end: pl.DataFrame
    reopen: pl.DataFrame
    remove: pl.DataFrame
    start: pl.DataFrame
    new: pl.Series
    changed: pl.Series
    closed: pl.Series

    def __bool__(self) -> bool:
        return any(frame.height for frame in (self.end, self.reopen, self.remove, self.start))


def diff_lines(lines: pl.DataFrame, wanted: pl.DataFrame, *, entity: str, values: Sequence[str], month: date) -> LineChanges:
    """Compare the lines that stand, or ended at the first day of this month, with what this month's snapshot wants.

    `lines`: id, entity, values, listed_from, listed_until (null or `month`); `wanted`: entity (unique) and values. A line begun this month
    that is no longer wanted never was: it is removed. One that ended this month and is wanted as it was is reopened. So the outcome
    is the same whether a month's snapshot was right at once or corrected later.
    """
    same = [entity, *values]
    standing = lines.filter(pl.col("listed_until").is_null())
    ended = lines.filter(pl.col("listed_until") == month)
    kept = standing.join(wanted, on=same, how="semi", nulls_equal=True)
    gone = standing.join(kept, on="id", how="anti")
    reopen = ended.join(wanted, on=same, how="semi", nulls_equal=True)
    start = wanted.join(kept, on=entity, how="anti").join(reopen, on=entity, how="anti")
    handle = ["id", entity]
    return LineChanges(
        end=gone.filter(pl.col("listed_from") < month).select(handle),
        reopen=reopen.select(handle),
        remove=gone.filter(pl.col("listed_from") == month).select(handle),
        start=start,
        new=wanted.join(standing, on=entity, how="anti")[entity],
        changed=gone.join(wanted, on=entity, how="semi")[entity],
        closed=gone.join(wanted, on=entity, how="anti")[entity],
    )
