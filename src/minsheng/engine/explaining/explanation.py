"""The explanation of one household in one month, as data that sums up or does not come to be.

Points are in hundredths of a point, scores and everything in the waterfall in millionths; levels run from 0 none to 4 red.
"""

from collections.abc import Iterator
from datetime import date
from itertools import accumulate
from typing import Literal

from pydantic import model_validator

from minsheng.engine.contracts.schema import Strict, Text
from minsheng.engine.explaining.arithmetic import SCORE_PER_POINT

Standing = Literal["known", "stale", "unknown"]
StepKind = Literal["finding", "person_cap", "household_cap", "overlap", "identity"]


class Member(Strict):
    """A person of the household, called by relation to the head."""

    person: int
    label: Text
    relation: str | None
    age: int | None
    category: str | None
    category_title: Text
    deceased: bool = False


class Detail(Strict):
    """One column of a department record, as written for people."""

    column: str
    title: Text
    text: Text


class Record(Strict):
    """A department record behind a finding: the delivery and the row of its original file (the register has no rows)."""

    feed: str
    title: Text
    delivery: str
    row: int | None
    event_on: date | None
    details: tuple[Detail, ...]


class Line(Strict):
    """One indicator that speaks for one person, with what it rests on.

    `bands` is the category whose bands applied, or `default`. Stale points are those of `known_in`, carried because `missing`
    deliveries of `feed` are not there; unknown ones were carried as long as allowed and are now worth nothing.
    """

    person: int
    member: Text
    indicator: str
    title: Text
    dimension: str | None
    feed: str
    feed_title: Text
    value: int | None
    value_text: Text
    bands: str
    bands_title: Text
    band: int
    bound: int | None
    bound_text: Text
    points: int
    standing: Standing = "known"
    known_in: str
    missing: tuple[str, ...] = ()
    is_new: bool = False
    band_rose: bool = False
    reason: Text
    evidence: tuple[Record, ...] = ()


class Ended(Strict):
    """An indicator that gave a person points last month and gives none now."""

    person: int
    member: Text
    indicator: str
    title: Text
    points: int


class CappedPoints(Strict):
    """Points of a dimension, of one person or (person None) of the household, before the cap and after; `cut` is the difference."""

    dimension: str
    title: Text
    person: int | None
    member: Text | None
    before: int
    cap: int
    cut: int
    points: int


class Overlap(Strict):
    """What is added because hardship stands in several dimensions."""

    dimensions: int
    percent: int
    added: int


class IdentityShare(Strict):
    """What is added because of who the household is; `percent` 100 and no tag: nothing."""

    tag: str | None
    title: Text | None
    percent: int
    added: int


class TriggerShare(Strict):
    """The trigger that gives at least a level, whatever the score."""

    indicator: str
    title: Text
    level: int


class WarningGiven(Strict):
    """The warning that goes out, or is kept back because of an earlier verdict."""

    cause: str
    suppressed: bool
    verdict: str | None
    verdict_title: Text | None
    verdict_on: date | None


class Absence(Strict):
    """An indicator of the model that cannot be known this month, for anybody."""

    indicator: str
    title: Text
    feed: str
    feed_title: Text
    months: tuple[str, ...]


class Step(Strict):
    """One step of the waterfall: what it adds (or takes away), and the score up to there."""

    kind: StepKind
    title: Text
    dimension: str | None = None
    person: int | None = None
    indicator: str | None = None
    change: int
    total: int


class Spot(Strict):
    """A finding, named by its person and indicator."""

    person: int
    member: Text
    indicator: str
    title: Text


class Ending(Strict):
    """What comes if one finding ends and nothing else changes: the score, the level next month, and the level in the end."""

    spot: Spot
    score: int
    level_next_month: int
    level_in_the_end: int


class NextBand(Strict):
    """The next band of a finding: how much more it takes (`more`, in the value's unit), and what it would make of the household."""

    spot: Spot
    bound: int
    bound_text: Text
    more_text: Text
    score: int
    level: int


class Easing(Strict):
    """What must fall for the household to leave its level; None where the score does not hold it.

    `at_once`: millionths by which the score must fall to leave the level next month. `over_two_months`: by which it must fall
    for two months running (0: it leaves next month unless the score rises again). `triggers`: the indicators that must end too.
    """

    at_once: int | None
    over_two_months: int | None
    triggers: tuple[str, ...]


class TurningPoints(Strict):
    """What would change the level. `clearing`: the fewest findings whose ending leaves no level in the end."""

    next_level: int | None
    to_next_level: int | None
    easing: Easing | None
    endings: tuple[Ending, ...]
    clearing: tuple[Spot, ...]
    next_bands: tuple[NextBand, ...]


class Explanation(Strict):
    """Why one household has its level in one month. `steps` begin at nothing and sum exactly to the score."""

    household: int
    month: str
    model: str
    version: str
    members: tuple[Member, ...]
    lines: tuple[Line, ...]
    ended: tuple[Ended, ...]
    persons: tuple[CappedPoints, ...]
    dimensions: tuple[CappedPoints, ...]
    raw: int
    overlap: Overlap
    identity: IdentityShare
    steps: tuple[Step, ...]
    score: int
    score_text: str
    thresholds: dict[int, int]
    margin: int
    previous_score: int
    plain_level: int
    score_level: int
    held_by_hysteresis: bool
    trigger: TriggerShare | None
    level: int
    previous_level: int
    change: str
    warning: WarningGiven | None
    reverse: tuple[Line, ...]
    absences: tuple[Absence, ...]
    turning: TurningPoints
    sentences: Text

    @model_validator(mode="after")
    def _adds_up(self) -> "Explanation":
        faults = [*self._step_faults(), *self._sum_faults()]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def _step_faults(self) -> Iterator[str]:
        changes = [step.change for step in self.steps]
        if [step.total for step in self.steps] != list(accumulate(changes)):
            yield "the running totals of the steps are not the sums of the steps"
        if sum(changes) != self.score:
            yield f"the steps sum to {sum(changes)}, not to the score {self.score}"
        for dimension in self.dimensions:
            found = sum(step.change for step in self.steps if step.dimension == dimension.dimension)
            if found != dimension.points * SCORE_PER_POINT:
                yield f"the steps of {dimension.dimension} sum to {found}, not to its {dimension.points} hundredths"

    def _sum_faults(self) -> Iterator[str]:
        if self.raw != sum(dimension.points for dimension in self.dimensions):
            yield f"the dimensions do not sum to {self.raw} hundredths"
        if self.raw * SCORE_PER_POINT + self.overlap.added + self.identity.added != self.score:
            yield "points, overlap and identity do not sum to the score"
        if self.level != max(self.score_level, self.trigger.level if self.trigger else 0):
            yield "the level is neither the score's nor the trigger's"

    def label(self, person: int) -> Text:
        """How a member is called; KeyError if the person is none."""
        return {member.person: member.label for member in self.members}[person]
