"""The whole made-up district: people, homes, register, hardships and shocks, put together from their parts."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from minsheng.demo import figures
from minsheng.demo.arrays import Flags, Floats, Ints
from minsheng.demo.chance import stream
from minsheng.demo.circumstances import Circumstances, draw_circumstances
from minsheng.demo.families import CHILD, PARENT, SELF, Families, ages_on, draw_families
from minsheng.demo.ground import Ground
from minsheng.demo.hardship import Hardship, draw_hardship, household_chances, monthly_memory
from minsheng.demo.identities import draw_numbers, draw_phones
from minsheng.demo.lives import NEVER, Lives, live
from minsheng.demo.names import draw_names
from minsheng.demo.register import DIBAO, OTHER, RETURN, RIGID, TEKUN, RegisterMonth, first_categories, keep_register
from minsheng.demo.shocks import Homes, Shocks, draw_shocks
from minsheng.demo.timeline import Timeline
from minsheng.kernel.periods import Month

_RISK: Final = {DIBAO: 1.2, TEKUN: 1.1, RIGID: 1.3, RETURN: 1.2, OTHER: 0.7}
_RISK_OUTSIDE: Final = 0.35
_EARNER_AGES: Final = (18, 65)


@dataclass(frozen=True)
class World:
    """Everything that is true in the district.

    `people` has one row per person (person, number, name, birth_on, sex, phone) and `households` one per household
    (household_no, division, place: the village's name). Arrays run along them.
    """

    seed: int
    timeline: Timeline
    people: pl.DataFrame
    households: pl.DataFrame
    lives: Lives
    age: Ints
    life: Circumstances
    hardship: Hardship
    chances: Floats
    shocks: Shocks
    register: tuple[RegisterMonth, ...]
    numbered: Ints

    def full_month(self, position: int) -> int:
        """Which full month a position is; history counts as the first."""
        return max(0, position - self.timeline.first_full)

    def on_register(self, position: int) -> Flags:
        """Which households are on the register at the month's end and have somebody in them."""
        number = self.full_month(position)
        home = self.lives.home[number]
        lived_in = np.bincount(home[home >= 0], minlength=self.households.height) > 0
        return self.register[number].registered & lived_in

    def alive(self, position: int) -> Flags:
        """Who is born and not dead on the last day of the month."""
        last = self.timeline.last_day(position)
        return (self.lives.born <= last) & (self.lives.died > last)

    def residence(self, position: int) -> Ints:
        """Every person's household at the month's end; those who are dead or gone keep the one they began in."""
        home = self.lives.home[self.full_month(position)]
        return np.where(home >= 0, home, self.lives.household)


def make_world(seed: int, households: int, last_month: Month, months: int, history: int, ground: Ground) -> World:
    """This will draw a district whose register begins with so many households."""
    timeline = Timeline(last_month, months, history)
    start = timeline.first_day(timeline.first_full)
    everyone = households + max(2, round(households * figures.OUTSIDERS))
    families = draw_families(stream(seed, "families"), everyone, start)
    lives = live(stream(seed, "lives"), families, timeline)
    age = ages_on(lives.born, start)
    life = draw_circumstances(stream(seed, "circumstances"), age, lives.relation, lives.male)
    category = first_categories(stream(seed, "categories"), families.size == 1)
    chances = _chances(families, age, life, category, households)
    dead = _dead_earners(families, lives, age, timeline)
    struck = (dead >= 0) & (stream(seed, "earners").random(dead.shape) < 0.5)
    hardship = draw_hardship(stream(seed, "hardship"), chances, monthly_memory(chances[:households]), struck)
    homes = Homes(np.searchsorted(families.household, np.arange(everyone)), families.size)
    shocks = draw_shocks(stream(seed, "shocks"), hardship, homes, age, life, dead)
    hard = hardship.hard[timeline.first_full :][:, lives.origin]
    register = keep_register(stream(seed, "register"), timeline, category, households, hard, lives.origin, lives.started)
    numbered = np.where(lives.born >= start, lives.born + stream(seed, "numbered").integers(10, 80, size=lives.people), 0)
    people, homes_frame = _people(seed, lives, age), _households(seed, lives, ground, households)
    return World(seed, timeline, people, homes_frame, lives, age, life, hardship, chances, shocks, register, numbered)


def _chances(families: Families, age: Ints, life: Circumstances, category: Ints, registered: int) -> Floats:
    """Each household's long-run chance of hardship: which households are likelier is our guess, the mean is published."""
    members = families.household
    weight = np.array([_RISK.get(kind, 1.0) for kind in range(len(_RISK) + 1)])[category]
    weight[registered:] *= _RISK_OUTSIDE
    count = len(members)
    for present, factor in (
        (life.level[:count] > 0, 1.3),
        (life.chronic[:count], 1.25),
        (age[:count] < 16, 1.1),
        (age[:count] >= 70, 1.1),
        (life.contributor[:count], 0.8),
    ):
        weight *= np.where(np.bincount(members, weights=present, minlength=len(weight)) > 0, factor, 1.0)
    return household_chances(weight, np.arange(len(weight)) < registered)


def _dead_earners(families: Families, lives: Lives, age: Ints, timeline: Timeline) -> Ints:
    """Months x households: who of working age died and left somebody behind, -1 if nobody."""
    dead = np.full((timeline.length, families.households), -1)
    low, high = _EARNER_AGES
    earners = np.flatnonzero((lives.died < NEVER) & (age >= low) & (age < high) & np.isin(lives.relation, (SELF, CHILD, PARENT)))
    earners = earners[families.size[lives.household[earners]] > 1]
    for position in timeline.full_positions:
        last = timeline.last_day(position)
        now = earners[(lives.died[earners] <= last) & (lives.died[earners] >= timeline.first_day(position))]
        dead[position, lives.household[now]] = now
    return dead


def _people(seed: int, lives: Lives, age: Ints) -> pl.DataFrame:
    """The frame of people; children carry the head's surname, newborns too."""
    count = lives.people
    head = np.searchsorted(lives.household[lives.mother < 0], lives.household)
    shares = np.isin(lives.relation, (CHILD,))
    surname_of = np.where(shares, head, np.arange(count))
    return pl.DataFrame(
        {
            "person": np.arange(count),
            "number": draw_numbers(stream(seed, "numbers"), lives.born, lives.male),
            "name": draw_names(stream(seed, "names"), lives.male, age < 38, surname_of),
            "birth_on": pl.Series(lives.born).cast(pl.Int32).cast(pl.Date),
            "sex": np.where(lives.male, "male", "female"),
            "phone": draw_phones(stream(seed, "phones"), count),
        }
    )


def _households(seed: int, lives: Lives, ground: Ground, registered: int) -> pl.DataFrame:
    """The frame of households; one in thirty of the others lives in a neighbouring district."""
    rng = stream(seed, "places")
    count = len(lives.origin)
    weights = np.array(ground.weights)
    village = rng.choice(len(ground.villages), size=count, p=weights / weights.sum())
    codes, places = np.array(ground.villages)[village], np.array(ground.names)[village]
    away = (np.arange(count) >= registered) & (lives.started == NEVER) & (rng.random(count) < figures.OUT_OF_AREA_SHARE / 0.25)
    codes = np.where(away, np.array(ground.elsewhere)[rng.integers(0, len(ground.elsewhere), size=count)], codes)
    numbers = "HH" + pl.Series(100_000_001 + rng.permutation(count)).cast(pl.String)
    return pl.DataFrame(
        {"household": np.arange(count), "household_no": numbers, "division": codes[lives.origin], "place": places[lives.origin]}
    )
