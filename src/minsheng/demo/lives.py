"""What happens to people in the full months: they are born, die, marry out, and grown-ups move into homes of their own."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from minsheng.demo import figures
from minsheng.demo.arrays import Flags, Ints
from minsheng.demo.families import CHILD, DAYS_PER_YEAR, PARENT, SELF, SPOUSE, Families, ages_on
from minsheng.demo.timeline import Timeline

NEVER: Final = 1 << 40
NOWHERE: Final = -1


@dataclass(frozen=True)
class Lives:
    """People and households with their changes. Days count from 1970; `home[k]` is each person's household at the end of
    full month k (NOWHERE: not born, dead or gone). Households made by a split stand after the others; `origin` is the
    household they came from, `started` their first day.
    """

    household: Ints
    relation: Ints
    male: Flags
    born: Ints
    mother: Ints
    died: Ints
    left: Ints
    joined: Ints
    home: tuple[Ints, ...]
    origin: Ints
    started: Ints

    @property
    def people(self) -> int:
        """Everybody who is in the world at some time."""
        return len(self.household)


def live(rng: np.random.Generator, families: Families, timeline: Timeline) -> Lives:
    """This will carry the families through the full months."""
    life = _Life(families, timeline.first_day(timeline.first_full))
    for position in timeline.full_positions:
        life.pass_month(rng, timeline.first_day(position), timeline.days(position))
    return life.finished()


class _Life:
    """The state at a month's end, and what has been noted on the way."""

    def __init__(self, families: Families, day: int) -> None:
        self.relation, self.male, self.born = families.relation, families.male, families.born
        self.household = families.household
        count = len(self.household)
        self.here = families.household.copy()
        self.mother = np.full(count, NOWHERE)
        self.died, self.left, self.joined = (np.full(count, NEVER) for _ in range(3))
        self.origin = np.arange(families.households)
        self.started = np.full(families.households, NEVER)
        self.homes: list[Ints] = []
        age = ages_on(self.born, day)
        self.death_scale = figures.DEATHS_PER_1000_YEAR / 1000 / _mortality(age).mean()
        self.birth_rate = figures.BIRTHS_PER_1000_YEAR / 1000 * count / max(1, int(self._mothers(age).sum()))

    def pass_month(self, rng: np.random.Generator, first: int, days: int) -> None:
        """One month for everybody."""
        age = ages_on(self.born, first)
        share = days / DAYS_PER_YEAR
        self._deaths(rng, _mortality(age) * self.death_scale * share, first, days)
        self._weddings(rng, age, first, days)
        self._splits(rng, age, first, days)
        self._births(rng, age, share, first, days)
        self.homes.append(self.here.copy())

    def finished(self) -> Lives:
        """The lives, every month's homes as long as the people who ever lived."""
        count = len(self.household)
        homes = tuple(np.pad(home, (0, count - len(home)), constant_values=NOWHERE) for home in self.homes)
        changes = (self.mother, self.died, self.left, self.joined, homes, self.origin, self.started)
        return Lives(self.household, self.relation, self.male, self.born, *changes)

    def _deaths(self, rng: np.random.Generator, chance: Ints, first: int, days: int) -> None:
        gone = np.flatnonzero((self.here >= 0) & (rng.random(len(self.here)) < chance))
        self.died[gone] = first + rng.integers(0, days, size=len(gone))
        self.here[gone] = NOWHERE

    def _weddings(self, rng: np.random.Generator, age: Ints, first: int, days: int) -> None:
        may = (self.here >= 0) & (self.relation == CHILD) & (age >= 20)
        going = np.flatnonzero(may & (rng.random(len(may)) < figures.MEMBERS_MARRY_OUT))
        self.left[going] = first + rng.integers(0, days, size=len(going))
        self.here[going] = NOWHERE

    def _splits(self, rng: np.random.Generator, age: Ints, first: int, days: int) -> None:
        """A parent or a grown-up child moves into a household of their own, with a new number."""
        may = (self.here >= 0) & ((self.relation == PARENT) | ((self.relation == CHILD) & (age >= 18)))
        sharing = figures.HOUSEHOLDS_SPLIT * len(self.origin) / max(1, int(may.sum()))
        going = np.flatnonzero(may & (rng.random(len(may)) < sharing))
        fresh = len(self.origin) + np.arange(len(going))
        self.joined[going] = first + rng.integers(0, days, size=len(going))
        self.origin = np.r_[self.origin, self.origin[self.here[going]]]
        self.started = np.r_[self.started, self.joined[going]]
        self.here[going] = fresh

    def _mothers(self, age: Ints) -> Flags:
        coupled = np.zeros(len(self.origin), dtype=bool)
        coupled[self.here[(self.relation == SPOUSE) & (self.here >= 0)]] = True
        return ~self.male & (self.here >= 0) & (age >= 21) & (age < 43) & np.isin(self.relation, (SELF, SPOUSE)) & coupled[self.here]

    def _births(self, rng: np.random.Generator, age: Ints, share: float, first: int, days: int) -> None:
        mothers = np.flatnonzero(self._mothers(age) & (rng.random(len(age)) < self.birth_rate * share))
        count = len(mothers)
        born = first + rng.integers(0, days, size=count)
        boys = rng.random(count) < figures.SEX_RATIO / (100 + figures.SEX_RATIO)
        home = self.here[mothers]
        self.household, self.here = np.r_[self.household, home], np.r_[self.here, home]
        self.relation, self.male = np.r_[self.relation, np.full(count, CHILD)], np.r_[self.male, boys]
        self.born, self.joined, self.mother = np.r_[self.born, born], np.r_[self.joined, born], np.r_[self.mother, mothers]
        self.died, self.left = np.r_[self.died, np.full(count, NEVER)], np.r_[self.left, np.full(count, NEVER)]


def _mortality(age: Ints) -> Ints:
    """Yearly mortality by age up to a factor: it doubles every eight years or so (Gompertz; the shape is our guess)."""
    shape: Ints = np.where(age == 0, 0.004, 0.0002 + 0.00004 * np.exp(0.088 * age))
    return shape
