"""From findings to levels: docs/scoring.md, sections 4 and 5, for all households of a range at once, in whole numbers."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from minsheng.engine.indicators.grammar import Model
from minsheng.engine.simulation.arrays import Flags, Ints, Smalls, coded, flags, group_sums, ints, positions, starts
from minsheng.engine.simulation.findings import Findings
from minsheng.engine.simulation.stored import StoredRange, categories_of

_NO_MULTIPLIER = 100


@dataclass(frozen=True)
class Scored:
    """The households of a range, one row for each of the roll: points in hundredths, scores in millionths, levels 0 to 4."""

    raw: Ints
    dimensions: Ints
    overlap_percent: Ints
    identity_percent: Ints
    score: Ints
    score_level: Smalls
    held_by_hysteresis: Flags
    trigger_level: Smalls
    level: Smalls
    previous_score: Ints
    previous_level: Smalls

    @classmethod
    def stored(cls, scores: pa.Table) -> "Scored":
        """The rows of a `scores` table."""
        return cls(
            raw=ints(scores, "raw"),
            dimensions=ints(scores, "dimensions"),
            overlap_percent=ints(scores, "overlap_percent"),
            identity_percent=ints(scores, "identity_percent"),
            score=ints(scores, "score"),
            score_level=_levels(scores, "score_level"),
            held_by_hysteresis=flags(scores, "held_by_hysteresis"),
            trigger_level=_levels(scores, "trigger_level"),
            level=_levels(scores, "level"),
            previous_score=ints(scores, "previous_score"),
            previous_level=_levels(scores, "previous_level"),
        )


def _levels(scores: pa.Table, column: str) -> Smalls:
    return ints(scores, column).astype(np.int8)


def rescored(before: Model, after: Model, stored: StoredRange, found: Findings, merged: Callable[[Ints], Ints]) -> Scored:
    """The scores and levels of a range under the changed model."""
    known = Scored.stored(stored.scores)
    raw, dimensions = _raw(after, found, len(stored.roll))
    overlap = _overlap(after, dimensions)
    identity = known.identity_percent if after.identity.percent == before.identity.percent else _identity(after, stored)
    score = raw * (100 + overlap) * identity
    reached = highest_reached(after, score)
    score_level = np.maximum(reached, _kept(after, stored, score, known.previous_score))
    trigger_level = _trigger_level(after, stored, found, merged)
    return Scored(
        raw=raw,
        dimensions=dimensions,
        overlap_percent=overlap,
        identity_percent=identity,
        score=score,
        score_level=score_level,
        held_by_hysteresis=score_level > reached,
        trigger_level=trigger_level,
        level=np.maximum(score_level, trigger_level),
        previous_score=known.previous_score,
        previous_level=known.previous_level,
    )


def _raw(model: Model, found: Findings, households: int) -> tuple[Ints, Ints]:
    """Points after both caps, and in how many dimensions."""
    raw, dimensions = np.zeros(households, dtype=np.int64), np.zeros(households, dtype=np.int64)
    belonging = np.array([indicator.dimension for indicator in model.scoring_indicators])
    for name, dimension in model.dimensions.items():
        rows = np.flatnonzero((belonging == name)[found.indicator])
        household, person, points = found.household[rows], found.person[rows], found.points[rows]
        first = starts(household, person) if len(rows) else rows
        of_person = np.minimum(group_sums(points, first), dimension.person_cap_hundredths)
        household = household[first]
        first = starts(household) if len(household) else household
        of_household = np.minimum(group_sums(of_person, first), dimension.household_cap_hundredths)
        raw[household[first]] += of_household
        dimensions[household[first]] += of_household > 0
    return raw, dimensions


def _overlap(model: Model, dimensions: Ints) -> Ints:
    percents = np.array([model.overlap.for_dimensions(count) for count in range(len(model.dimensions) + 1)], dtype=np.int64)
    return percents[dimensions]


def _identity(model: Model, stored: StoredRange) -> Ints:
    """The largest multiplier among each household's category, its living members' and its tags."""
    percents = np.full(len(stored.roll), -1, dtype=np.int64)
    for table, column in ((stored.households, "category"), (stored.members, "category"), (stored.tags, "tag")):
        percent = coded(table, column).translated(model.identity.percent, -1)
        rows = np.flatnonzero(percent >= 0)
        place = positions(stored.roll, ints(table, "household_key")[rows])
        np.maximum.at(percents, place[place >= 0], percent[rows][place >= 0])
    return np.where(percents < 0, _NO_MULTIPLIER, percents)


def highest_reached(model: Model, score: Ints) -> Smalls:
    """The highest level whose threshold each score reaches, 0 if none."""
    level = np.zeros(len(score), dtype=np.int8)
    for number, least in sorted(model.thresholds.items()):
        level[score >= least] = number
    return level


def _kept(model: Model, stored: StoredRange, score: Ints, previous_score: Ints) -> Smalls:
    """The level kept by hysteresis: had last month, the score then at the threshold and now less than the margin under it."""
    had = np.zeros(len(score), dtype=np.int8)
    place = positions(stored.roll, ints(stored.last_scores, "household_key"))
    had[place[place >= 0]] = ints(stored.last_scores, "score_level")[place >= 0]
    level = np.zeros(len(score), dtype=np.int8)
    for number, least in sorted(model.thresholds.items()):
        level[(had >= number) & (score > least - model.hysteresis.margin_millionths) & (previous_score >= least)] = number
    return level


def _trigger_level(model: Model, stored: StoredRange, found: Findings, merged: Callable[[Ints], Ints]) -> Smalls:
    level = np.zeros(len(stored.roll), dtype=np.int8)
    numbers = {indicator.id: at for at, indicator in enumerate(model.scoring_indicators)}
    for trigger in model.triggers:
        fires = (found.indicator == numbers.get(trigger.indicator, -2)) & (found.band >= trigger.band)
        rows = np.flatnonzero(fires)
        if trigger.categories:
            category = categories_of(stored, merged, stored.roll[found.household[rows]], found.person[rows])
            rows = rows[category.among(trigger.categories)]
        lifted = found.household[rows]
        level[lifted] = np.maximum(level[lifted], trigger.level_number)
    return level
