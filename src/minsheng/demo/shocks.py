"""What struck whom: the cause behind each hardship, its victim, and whether any department will see it."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from minsheng.demo import figures
from minsheng.demo.arrays import Flags, Floats, Ints
from minsheng.demo.circumstances import COSTLY_STAGES, Circumstances
from minsheng.demo.hardship import Hardship

CAUSES: Final = ("illness", "job_loss", "disability", "disaster", "school_costs", "other", "death_of_earner")
ILLNESS, JOB_LOSS, DISABILITY, DISASTER, SCHOOL, OTHER, DEATH = range(7)
_DRAWN: Final = (ILLNESS, JOB_LOSS, DISABILITY, DISASTER, SCHOOL, OTHER)
_SHARES: Final = (
    figures.SHARE_ILLNESS,
    figures.SHARE_JOB_LOSS,
    figures.SHARE_DISABILITY,
    figures.SHARE_DISASTER,
    figures.SHARE_SCHOOL,
    figures.SHARE_OTHER,
)
_TRACES: Final = (
    figures.TRACE_ILLNESS,
    figures.TRACE_JOB_LOSS,
    figures.TRACE_DISABILITY,
    figures.TRACE_DISASTER,
    figures.TRACE_SCHOOL,
    0.0,
    1.0,
)


@dataclass(frozen=True)
class Homes:
    """Where each household's members stand among the people: from `first`, `size` of them."""

    first: Ints
    size: Ints

    @property
    def members(self) -> int:
        """How many people live in them; later-born people stand behind these."""
        return int(self.size.sum())


@dataclass(frozen=True)
class Shocks:
    """One value per hardship spell: cause (position in CAUSES), the person it happened to, its month, whether it left a record."""

    cause: Ints
    person: Ints
    month: Ints
    traced: Flags

    def struck(self, cause: int) -> Ints:
        """The spells of one cause that left a record."""
        return np.flatnonzero((self.cause == cause) & self.traced)


def draw_shocks(rng: np.random.Generator, hardship: Hardship, homes: Homes, age: Ints, life: Circumstances, earner_dead: Ints) -> Shocks:
    """This will give every hardship its cause. `earner_dead` (months x households) holds the dead earner, -1 without one."""
    weights = _victim_weights(age, life)
    households = hardship.household
    cause = _causes(rng, _possible(weights, homes)[households])
    dead = earner_dead[hardship.start, households]
    cause = np.where(dead >= 0, DEATH, cause)
    person = np.where(dead >= 0, dead, 0)
    for drawn in _DRAWN:
        spells = np.flatnonzero(cause == drawn)
        person[spells] = pick_members(rng, homes, households[spells], weights[drawn])
    traced = rng.random(len(cause)) < np.array(_TRACES)[cause]
    return Shocks(cause, person, hardship.start, traced)


def pick_members(rng: np.random.Generator, homes: Homes, households: Ints, weight: Floats) -> Ints:
    """One member per household, drawn by weight; every household needs a member whose weight is above zero."""
    if not len(households):
        return np.zeros(0, dtype=np.int64)
    size = homes.size[households]
    begins = np.cumsum(size) - size
    member = np.repeat(homes.first[households] - begins, size) + np.arange(size.sum())
    with np.errstate(divide="ignore"):
        race = rng.exponential(size=len(member)) / weight[member]
    best = np.repeat(np.minimum.reduceat(race, begins), size)
    winners = np.flatnonzero(race == best)
    segment = np.repeat(np.arange(len(size)), size)[winners]
    chosen = np.zeros(len(size), dtype=np.int64)
    chosen[segment[::-1]] = member[winners[::-1]]
    return chosen


def _victim_weights(age: Ints, life: Circumstances) -> tuple[Floats, ...]:
    """Per cause, how likely each member is the one; zero where it cannot be."""
    everyone = np.ones(len(age))
    return (
        0.3 + age / 40,
        np.where(life.contributor, 6.0, 1.0) * life.working_age,
        ((age >= 10) & (life.level == 0)) * (0.5 + age / 60),
        everyone,
        np.isin(life.stage, COSTLY_STAGES).astype(np.float64),
        everyone,
    )


def _possible(weights: tuple[Floats, ...], homes: Homes) -> Flags:
    """Which causes each household can have (households x causes)."""
    return np.stack([np.add.reduceat(weight[: homes.members], homes.first) > 0 for weight in weights], axis=1)


def _causes(rng: np.random.Generator, possible: Flags) -> Ints:
    """A cause per spell, by the guessed shares among the possible ones."""
    chances = np.cumsum(possible * np.array(_SHARES), axis=1)
    draw = rng.random(len(chances)) * chances[:, -1]
    cause: Ints = (draw[:, None] >= chances).sum(axis=1)
    return cause
