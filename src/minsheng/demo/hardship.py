"""The hidden truth: which households are hard-hit in which month, since when, and why.

Each household has its own long-run chance of being hard-hit and moves in and out from month to month. The speed of the
moves follows from the two published figures alone: 44 % of the hard-hit are so a year later, 14 % of the others are.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from minsheng.demo import figures
from minsheng.demo.arrays import Flags, Floats, Ints

MONTHS_A_YEAR: Final = 12
HARD_SEVERITY: Final = 40
MOST_OFTEN: Final = 0.6


@dataclass(frozen=True)
class Hardship:
    """Month by month (rows) and household by household (columns), the burn-in first. `spell` is the position in the spell
    arrays of the hardship under way, -1 without one.
    """

    hard: Flags
    spell: Ints
    household: Ints
    start: Ints
    severity: Ints

    @property
    def spells(self) -> int:
        """How many hardships there are in all months."""
        return len(self.household)


def stationary_share() -> float:
    """The share of households that is hard-hit at any time: what falls in equals what gets out."""
    out = 1 - figures.HARD_STAY_YEAR
    return figures.HARD_FALL_IN_YEAR / (figures.HARD_FALL_IN_YEAR + out)


def household_chances(weight: Floats, registered: Flags) -> Floats:
    """Long-run chances in proportion to weights, with the published mean over the registered."""
    wanted = stationary_share()
    chances = np.asarray(weight, dtype=np.float64)
    for _ in range(4):
        chances = np.minimum(chances * (wanted / chances[registered].mean()), MOST_OFTEN)
    return chances


def monthly_memory(chances: Floats) -> float:
    """How much of a household's state carries over from month to month.

    With chance p, a hard-hit household is so again after n months with p + (1 - p) m^n. Weighed over households, the yearly flow
    out of hardship is E[p(1 - p)](1 - m^12); the published figures fix that flow, and so m.
    """
    flow = stationary_share() * (1 - figures.HARD_STAY_YEAR)
    yearly = 1 - flow / float(np.mean(chances * (1 - chances)))
    return float(max(yearly, 0.0) ** (1 / MONTHS_A_YEAR))


def draw_hardship(rng: np.random.Generator, chances: Floats, memory: float, struck: Flags) -> Hardship:
    """This will move every household through the months; `struck` (months x households) are hit for certain then."""
    months, households = struck.shape
    hard = np.zeros((months, households), dtype=bool)
    now = rng.random(households) < chances
    for month in range(months):
        if month:
            stays = rng.random(households) < np.where(now, chances + (1 - chances) * memory, chances * (1 - memory))
            now = stays | struck[month]
        hard[month] = now
    return _with_spells(rng, hard)


def monthly_severity(rng: np.random.Generator, hardship: Hardship, chances: Floats, month: int) -> Ints:
    """0-100 per household: from 40 up for the hard-hit, under 40 for the others, who live near it by their chance."""
    spell = hardship.spell[month]
    wobble = rng.normal(0, 4, size=len(spell))
    steady = np.append(hardship.severity, 0)[spell]
    inside = np.clip(np.rint(steady + wobble), HARD_SEVERITY, 100)
    outside = np.clip(np.rint(60 * chances + 2 * wobble), 0, HARD_SEVERITY - 1)
    return np.where(hardship.hard[month], inside, outside).astype(np.int64)


def _with_spells(rng: np.random.Generator, hard: Flags) -> Hardship:
    starts = hard.copy()
    starts[1:] &= ~hard[:-1]
    start, household = np.nonzero(starts)
    spell = np.full(hard.shape, -1, dtype=np.int64)
    spell[start, household] = np.arange(len(start))
    for month in range(1, len(hard)):
        running = hard[month] & ~starts[month]
        spell[month, running] = spell[month - 1, running]
    severity = HARD_SEVERITY + np.rint(60 * rng.beta(2, 3, size=len(start))).astype(np.int64)
    return Hardship(hard, spell, household, start, severity)
