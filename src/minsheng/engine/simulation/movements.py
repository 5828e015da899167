"""What a change does to levels: who moves, counted by group, and for every household that moves what made it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl
import pyarrow as pa

from minsheng.engine.indicators.grammar import LEVELS, Model
from minsheng.engine.simulation.arrays import Coded, Flags, Ints, Smalls, ints, positions
from minsheng.engine.simulation.findings import Findings, findings
from minsheng.engine.simulation.groups import UNSTATED, groups_of
from minsheng.engine.simulation.rescoring import Scored, highest_reached
from minsheng.engine.simulation.stored import StoredMonth, StoredRange, divisions_of

ALL = "all"
_LEVELS = len(LEVELS)
MOVED = pl.Schema(
    {
        "household_key": pl.Int64,
        "division": pl.String,
        "before": pl.Int64,
        "after": pl.Int64,
        "score_before": pl.Int64,
        "score_after": pl.Int64,
        "indicators": pl.String,
        "because": pl.String,
    }
)
"""The list that moves. Scores in millionths; `indicators` as `own_medical_cost +15; …` in points, the largest change first;
`because` names the parts of the model that made the difference, of `BECAUSE`."""
BECAUSE = ("points", "caps", "overlap", "identity", "levels", "hysteresis", "triggers")


@dataclass(frozen=True)
class Changed:
    """One range before and after: what was stored, and what the changed model makes of it."""

    stored: StoredRange
    scored: Scored
    found: Findings


@dataclass(frozen=True)
class Movements:
    """Split → group → households by level before (rows) and after (columns); and the list that moves, as `MOVED`."""

    splits: dict[str, dict[str, Ints]] = field(default_factory=dict)
    moved: list[pl.DataFrame] = field(default_factory=list)

    def of(self, split: str, group: str) -> Ints:
        """The matrix of one group."""
        return self.splits.get(split, {}).get(group, np.zeros((_LEVELS, _LEVELS), dtype=np.int64))

    def listed(self) -> pl.DataFrame:
        """Everybody who moves: upwards first, then by score."""
        together = pl.concat([MOVED.to_frame(), *self.moved])
        return together.sort(pl.col("before") - pl.col("after"), -pl.col("score_after"), "household_key")


def movements(before: Model, after: Model, ranges: Iterable[Changed], month: StoredMonth) -> Movements:
    """Count what moves, range by range."""
    total = Movements()
    for changed in ranges:
        was = Scored.stored(changed.stored.scores)
        groups = groups_of(changed.stored)
        _count(total.splits, was.level, changed.scored.level, groups)
        moved = np.flatnonzero(was.level != changed.scored.level)
        if len(moved):
            total.moved.append(_listed(before, after, changed, was, moved, month))
    return total


def _count(splits: dict[str, dict[str, Ints]], was: Smalls, now: Smalls, groups: Mapping[str, Coded]) -> None:
    step = was.astype(np.int64) * _LEVELS + now
    everybody = Coded(np.zeros(len(was), dtype=np.int32), (ALL,))
    for split, group in {ALL: everybody, **groups}.items():
        names = (*group.names, UNSTATED)
        codes = np.where(group.codes < 0, len(group.names), group.codes)
        counts = np.bincount(codes * _LEVELS**2 + step, minlength=len(names) * _LEVELS**2).reshape(len(names), _LEVELS, _LEVELS)
        known = splits.setdefault(split, {})
        for name, matrix in zip(names, counts, strict=True):
            if matrix.any():
                known[name] = known.get(name, np.zeros((_LEVELS, _LEVELS), dtype=np.int64)) + matrix


def _listed(before: Model, after: Model, changed: Changed, was: Scored, moved: Ints, month: StoredMonth) -> pl.DataFrame:
    stored, now = changed.stored, changed.scored
    keys = stored.roll[moved]
    differences = _differences(before, after, changed, moved, month)
    frame = pl.DataFrame(
        {
            "household_key": keys,
            "division": divisions_of(stored, keys),
            "before": was.level[moved].astype(np.int64),
            "after": now.level[moved].astype(np.int64),
            "score_before": was.score[moved],
            "score_after": now.score[moved],
        }
    )
    with_points = frame.join(differences, on="household_key", how="left")
    parts = _parts(before, after, was, now, moved, with_points["indicators"].is_not_null().to_numpy())
    because = pl.concat_list(pl.when(pl.Series(parts[name])).then(pl.lit(name)) for name in BECAUSE).list.drop_nulls().list.join("; ")
    return with_points.with_columns(because=because, indicators=pl.col("indicators").fill_null("")).select(MOVED.names())


def _parts(before: Model, after: Model, was: Scored, now: Scored, moved: Ints, points: Flags) -> dict[str, Flags]:
    """Which parts of the model made each household move."""
    differs = {name: getattr(was, name)[moved] != getattr(now, name)[moved] for name in vars(was)}
    thresholds = highest_reached(before, now.score[moved]) != highest_reached(after, now.score[moved])
    return {
        "points": points,
        "caps": differs["raw"] & ~points,
        "overlap": differs["overlap_percent"],
        "identity": differs["identity_percent"],
        "levels": thresholds,
        "hysteresis": differs["held_by_hysteresis"],
        "triggers": differs["trigger_level"],
    }


def _differences(before: Model, after: Model, changed: Changed, moved: Ints, month: StoredMonth) -> pl.DataFrame:
    """household_key and `indicators`: whose points are others than they were, with the difference in points."""
    stored = changed.stored
    moves = np.zeros(len(stored.roll) + 1, dtype=np.bool_)
    moves[moved] = True
    tables = {name: getattr(stored, name) for name in ("values", "carried")}
    own = {name: table.filter(pa.array(moves[positions(stored.roll, ints(table, "household_key"))])) for name, table in tables.items()}
    was = findings(before, before, replace(stored, **own), month.merged)
    now = changed.found.at(moves[changed.found.household])
    both = pl.concat([_points(before, was, stored, -1), _points(after, now, stored, 1)])
    sums = both.group_by("household_key", "indicator").agg(pl.col("points").sum()).filter(pl.col("points") != 0)
    told = sums.sort("household_key", -pl.col("points").abs(), "indicator").with_columns(
        text=_signed(pl.col("indicator"), pl.col("points"))
    )
    return told.group_by("household_key", maintain_order=True).agg(indicators=pl.col("text").str.join("; "))


def _points(model: Model, found: Findings, stored: StoredRange, sign: int) -> pl.DataFrame:
    names = pl.Series([indicator.id for indicator in model.scoring_indicators], dtype=pl.String)
    return pl.DataFrame(
        {"household_key": stored.roll[found.household], "indicator": names.gather(found.indicator), "points": sign * found.points}
    )


def _signed(name: pl.Expr, hundredths: pl.Expr) -> pl.Expr:
    """`own_medical_cost +15`: points with the decimals they have."""
    sign = pl.when(hundredths > 0).then(pl.lit("+")).otherwise(pl.lit("-"))
    whole, rest = hundredths.abs() // 100, hundredths.abs() % 100
    decimals = pl.when(rest > 0).then(pl.format(".{}", rest.cast(pl.String).str.zfill(2))).otherwise(pl.lit(""))
    return pl.format("{} {}{}{}", name, sign, whole, decimals)
