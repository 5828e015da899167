"""Who is warned under a changed model, and whom a verdict keeps quiet: docs/scoring.md, section 6.

What is new is asked of last month's points once for the whole month, since people move between ranges.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
import pyarrow as pa

from minsheng.engine.indicators.grammar import Model
from minsheng.engine.simulation.arrays import Flags, Ints, coded, ints, positions
from minsheng.engine.simulation.findings import Findings
from minsheng.engine.simulation.rescoring import Scored
from minsheng.engine.simulation.stored import StoredMonth, StoredRange, divisions_of
from minsheng.kernel.periods import Month

CAUSES = ("new", "escalated", "new-indicator")
WARNED = pl.Schema(
    {
        "household_key": pl.Int64,
        "division": pl.String,
        "level": pl.Int64,
        "score": pl.Int64,
        "cause": pl.String,
        "suppressed": pl.Boolean,
        "new_points": pl.Int64,
    }
)
"""Warnings as a simulation compares them; `new_points` (hundredths of a point) are those of indicators that had none last month."""


@dataclass(frozen=True)
class Candidates:
    """Households of a range that are, or with something new may be, warned; and their known findings.

    households: household_key, level, score, cause ("" for those with an unchanged level), suppressed. The arrays hold one row for
    each known finding of theirs.
    """

    households: pl.DataFrame
    household: Ints
    person: Ints
    indicator: Ints
    points: Ints


def candidates(
    model: Model, month: Month, stored: StoredRange, scored: Scored, found: Findings, merged: Callable[[Ints], Ints]
) -> Candidates:
    """The households of a range that the changed model may warn of."""
    now, before = scored.level, scored.previous_level
    asked = (now > 0) & (now >= before)
    rows = np.flatnonzero(asked)
    beyond = found.at(asked[found.household])
    quiet = _quiet(model, month, stored, beyond, merged)
    households = pl.DataFrame(
        {
            "household_key": stored.roll[rows],
            "division": divisions_of(stored, stored.roll[rows]),
            "level": now[rows].astype(np.int64),
            "score": scored.score[rows],
            "cause": np.array(["", "new", "escalated"])[np.where(before[rows] == 0, 1, np.where(now[rows] > before[rows], 2, 0))],
        }
    ).with_columns(suppressed=pl.col("household_key").is_in(quiet.implode()))
    known = beyond.at(~beyond.stale)
    return Candidates(households, stored.roll[known.household], known.person, known.indicator.astype(np.int64), known.points)


def warned(parts: Iterable[Candidates], model: Model, month: StoredMonth) -> pl.DataFrame:
    """The warnings of the month under the changed model, by household, as `WARNED`."""
    together = _together(list(parts))
    fresh = _is_new(together, model, month)
    new = pl.DataFrame({"household_key": together.household[fresh], "new_points": together.points[fresh]})
    due = together.households.join(new.group_by("household_key").sum(), on="household_key", how="left")
    cause = pl.when(pl.col("cause") != "").then("cause").when(pl.col("new_points").is_not_null()).then(pl.lit("new-indicator"))
    due = due.with_columns(cause=cause, new_points=pl.col("new_points").fill_null(0)).drop_nulls("cause")
    return due.select(WARNED.names()).sort("household_key")


def stored_warnings(stored: StoredRange) -> pl.DataFrame:
    """The warnings that a range stored, as `WARNED`."""
    scores = pl.DataFrame({"household_key": stored.roll, "score": ints(stored.scores, "score")})
    told = pl.DataFrame(pl.from_arrow(stored.warnings))
    told = told.with_columns(divisions_of(stored, ints(stored.warnings, "household_key")).alias("division"))
    new = pl.DataFrame({"household_key": ints(stored.hits, "household_key"), "new_points": ints(stored.hits, "points")})
    new = new.filter(pl.Series(stored.hits["is_new"].to_numpy())).group_by("household_key").sum()
    told = told.join(scores, on="household_key").join(new, on="household_key", how="left")
    return told.with_columns(pl.col("new_points").fill_null(0)).select(WARNED.names()).cast(WARNED)


def _together(parts: list[Candidates]) -> Candidates:
    first, *rest = parts
    arrays = {name: np.concatenate([getattr(part, name) for part in parts]) for name in ("household", "person", "indicator", "points")}
    return replace(first, households=pl.concat([first.households, *(part.households for part in rest)]), **arrays)


def _is_new(found: Candidates, model: Model, month: StoredMonth) -> Flags:
    """Whether the person had no points of that indicator last month."""
    if not len(found.person):
        return np.zeros(0, dtype=np.bool_)
    numbers = {indicator.id: at for at, indicator in enumerate(model.scoring_indicators)}
    width = len(numbers) + 1
    wanted, row_of = np.unique(found.person * width + found.indicator, return_inverse=True)
    seen = np.zeros(len(wanted), dtype=np.bool_)
    for batch in month.last_points():
        indicator = coded(batch, "indicator").translated(numbers, len(numbers))
        had = (month.merged(ints(batch, "person_key")) * width + indicator)[ints(batch, "points") > 0]
        place = positions(wanted, had)
        seen[place[place >= 0]] = True
    return ~seen[row_of]


def _quiet(model: Model, month: Month, stored: StoredRange, found: Findings, merged: Callable[[Ints], Ints]) -> pl.Series:
    """Households that a verdict of the quiet months keeps quiet: nothing is beyond what its warning knew."""
    rule = model.suppression
    given = pl.DataFrame(pl.from_arrow(stored.verdicts))
    after, until = month.plus(-rule.quiet_months).last_day, month.last_day
    counting = (pl.col("given_on") > after) & (pl.col("given_on") <= until) & pl.col("verdict").is_in(list(rule.verdicts))
    judged = given.filter(counting)["household_key"].unique()
    keys = stored.roll[found.household]
    rows = np.flatnonzero(np.isin(keys, judged.to_numpy()))
    if not len(rows):
        return judged
    seen = _bands_seen(stored.verdict_hits, merged)
    indicators = pl.Series([indicator.id for indicator in model.scoring_indicators])
    own = pl.DataFrame({"household_key": keys[rows], "person_key": found.person[rows], "band": found.band[rows].astype(np.int64)})
    own = own.with_columns(indicator=indicators.gather(found.indicator[rows]))
    joined = own.join(seen, on=["household_key", "person_key", "indicator"], how="left")
    beyond = joined.filter(pl.col("seen_band").is_null() | (pl.col("band") > pl.col("seen_band")))["household_key"]
    return judged.filter(~judged.is_in(beyond.unique().implode()))


def _bands_seen(verdict_hits: pa.Table, merged: Callable[[Ints], Ints]) -> pl.DataFrame:
    person = pl.Series(merged(ints(verdict_hits, "person_key")))
    hits = pl.DataFrame(pl.from_arrow(verdict_hits)).with_columns(pl.col("indicator").cast(pl.String), person_key=person)
    return hits.group_by("household_key", "person_key", "indicator").agg(seen_band=pl.col("band").max())
