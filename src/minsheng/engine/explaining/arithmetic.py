"""The arithmetic of one household, said once and plainly: points, caps, overlap, identity, trigger, hysteresis.

Whole numbers only: points in hundredths, scores in millionths of a point (hundredths of points × percent × percent).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from minsheng.engine.indicators.grammar import Model, Trigger

NO_IDENTITY = 100
SCORE_PER_POINT = 100 * 100
"""Millionths in a score for each hundredth of a point, before overlap and identity."""


@dataclass(frozen=True)
class Finding:
    """An indicator that speaks for a person of a category: the band reached (1 the lowest) of `bands`, its points in hundredths."""

    person: int
    indicator: str
    dimension: str
    category: str | None
    bands: str
    band: int
    points: int


class LastMonth(NamedTuple):
    """What hysteresis looks back to: last month's score, in millionths, and the level that score had then."""

    score: int = 0
    score_level: int = 0


NO_LAST_MONTH = LastMonth()


class CappedSum(NamedTuple):
    """Points of a dimension, of one person or (person None) of the household, before and after the cap; hundredths."""

    dimension: str
    person: int | None
    before: int
    cap: int

    @property
    def points(self) -> int:
        """What the cap leaves."""
        return min(self.cap, self.before)

    @property
    def cut(self) -> int:
        """What the cap takes away."""
        return self.before - self.points


@dataclass(frozen=True)
class Reckoning:
    """A household's score and level, with every quantity on the way."""

    persons: tuple[CappedSum, ...]
    dimensions: tuple[CappedSum, ...]
    overlap_percent: int
    identity_percent: int
    plain_level: int
    score_level: int
    trigger: Trigger | None

    @property
    def raw(self) -> int:
        """The sum over the dimensions, in hundredths of a point."""
        return sum(dimension.points for dimension in self.dimensions)

    @property
    def dimensions_with_points(self) -> int:
        """The dimensions that count for the overlap."""
        return sum(dimension.points > 0 for dimension in self.dimensions)

    @property
    def overlap_added(self) -> int:
        """Millionths that the overlap adds."""
        return self.raw * self.overlap_percent * 100

    @property
    def identity_added(self) -> int:
        """Millionths that the identity adds."""
        return self.raw * (100 + self.overlap_percent) * (self.identity_percent - NO_IDENTITY)

    @property
    def score(self) -> int:
        """The score in millionths: raw × (100 + overlap) × identity."""
        return self.raw * (100 + self.overlap_percent) * self.identity_percent

    @property
    def trigger_level(self) -> int:
        """The least level the trigger gives; 0 without one."""
        return self.trigger.level_number if self.trigger else 0

    @property
    def level(self) -> int:
        """The household's level."""
        return max(self.score_level, self.trigger_level)

    @property
    def held(self) -> bool:
        """Whether hysteresis holds the level of the score above what the score alone gives."""
        return self.score_level > self.plain_level

    @property
    def settled_level(self) -> int:
        """The level once hysteresis holds nothing any more."""
        return max(self.plain_level, self.trigger_level)


def reckon(model: Model, findings: Sequence[Finding], identity_percent: int, last: LastMonth = NO_LAST_MONTH) -> Reckoning:
    """Compute a household's score and level from what was found for its members.

    `identity_percent` is the largest of the household's multipliers (100: none).
    """
    persons = person_sums(model, findings)
    dimensions = household_sums(model, persons)
    raw = sum(dimension.points for dimension in dimensions)
    overlap_percent = model.overlap.for_dimensions(sum(dimension.points > 0 for dimension in dimensions))
    score = raw * (100 + overlap_percent) * identity_percent
    return Reckoning(
        persons,
        dimensions,
        overlap_percent,
        identity_percent,
        level_of_score(model, score),
        level_with_hysteresis(model, score, last),
        highest_trigger(model, findings),
    )


def person_sums(model: Model, findings: Iterable[Finding]) -> tuple[CappedSum, ...]:
    """Each person's points in each dimension, sorted by the model's dimensions and the person."""
    sums: dict[tuple[str, int], int] = {}
    for found in findings:
        place = (found.dimension, found.person)
        sums[place] = sums.get(place, 0) + found.points
    return tuple(
        CappedSum(name, person, before, dimension.person_cap_hundredths)
        for name, dimension in model.dimensions.items()
        for person, before in sorted((person, before) for (at, person), before in sums.items() if at == name)
    )


def household_sums(model: Model, persons: Iterable[CappedSum]) -> tuple[CappedSum, ...]:
    """The household's points in each dimension that has any."""
    sums: dict[str, int] = {}
    for person in persons:
        sums[person.dimension] = sums.get(person.dimension, 0) + person.points
    return tuple(
        CappedSum(name, None, sums[name], dimension.household_cap_hundredths)
        for name, dimension in model.dimensions.items()
        if name in sums
    )


def level_of_score(model: Model, score: int) -> int:
    """The level whose threshold the score reaches; 0 if none."""
    return max((level for level, threshold in model.thresholds.items() if score >= threshold), default=0)


def level_with_hysteresis(model: Model, score: int, last: LastMonth) -> int:
    """The level of the score; held where it is less than the margin under a threshold that last month's score reached."""
    margin = model.hysteresis.margin_millionths
    held = (
        level for level, least in model.thresholds.items() if last.score_level >= level and last.score >= least and score > least - margin
    )
    return max(level_of_score(model, score), max(held, default=0))


def highest_trigger(model: Model, findings: Iterable[Finding]) -> Trigger | None:
    """The trigger with the highest level among those that fire, the first in the alphabet if several; None if none fires."""
    present = [found for found in findings if found.points > 0]
    fired = [trigger for trigger in model.triggers if any(fires(trigger, found) for found in present)]
    return min(fired, key=lambda trigger: (-trigger.level_number, trigger.indicator), default=None)


def fires(trigger: Trigger, found: Finding) -> bool:
    """Whether a finding sets off a trigger."""
    fits = not trigger.categories or found.category in trigger.categories
    return found.indicator == trigger.indicator and found.band >= trigger.band and fits
