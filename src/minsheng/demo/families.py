"""Who lives with whom: households of published sizes, filled with people of published ages.

Household types and the ages inside them are our guess, weighed so that the published margins come out: persons per
household, the shares under 16, over 60 and over 65, and the sex ratio.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from minsheng.demo import figures
from minsheng.demo.arrays import Flags, Ints

SELF, SPOUSE, CHILD, GRANDCHILD, PARENT = range(5)
DAYS_PER_YEAR: Final = 365.2425


class Type(NamedTuple):
    """A household type: its share of households, the head's age group, the other members' relations."""

    weight: float
    head: str
    others: tuple[int, ...] = ()


TYPES: Final = (
    Type(0.390, "grown"),
    Type(0.221, "old"),
    Type(0.002, "young"),
    Type(0.055, "grown", (SPOUSE,)),
    Type(0.085, "grown", (CHILD,)),
    Type(0.045, "grown", (PARENT,)),
    Type(0.027, "old", (SPOUSE,)),
    Type(0.013, "old", (GRANDCHILD,)),
    Type(0.074, "grown", (SPOUSE, CHILD)),
    Type(0.020, "grown", (CHILD, CHILD)),
    Type(0.012, "grown", (CHILD, PARENT)),
    Type(0.006, "old", (SPOUSE, GRANDCHILD)),
    Type(0.028, "grown", (SPOUSE, CHILD, CHILD)),
    Type(0.007, "grown", (SPOUSE, CHILD, PARENT)),
    Type(0.012, "grown", (SPOUSE, CHILD, CHILD, PARENT)),
    Type(0.003, "grown", (SPOUSE, CHILD, CHILD, CHILD)),
)
"""Guessed; the margins they give are published."""

_GROUPS: Final = {
    "young": ((6, 16, 1.0),),
    "child": ((0, 6, 0.22), (6, 16, 0.62), (16, 20, 0.11), (20, 23, 0.05)),
    "grown": ((18, 30, 0.17), (30, 40, 0.24), (40, 50, 0.24), (50, 60, 0.35)),
    "old": ((60, 65, 0.31), (65, 70, 0.27), (70, 75, 0.18), (75, 80, 0.12), (80, 85, 0.075), (85, 98, 0.045)),
}


@dataclass(frozen=True)
class Families:
    """One row per person, household by household, the head first; `born` counts days since 1970."""

    household: Ints
    relation: Ints
    male: Flags
    born: Ints
    households: int

    @property
    def size(self) -> Ints:
        """Members per household."""
        return np.bincount(self.household, minlength=self.households)


def draw_families(rng: np.random.Generator, households: int, on_day: int) -> Families:
    """This will draw so many households with members as of a day (days since 1970)."""
    weights = np.array([kind.weight for kind in TYPES])
    kind = rng.choice(len(TYPES), size=households, p=weights / weights.sum())
    parts = [_members(rng, TYPES[number], np.flatnonzero(kind == number)) for number in range(len(TYPES))]
    household, order, relation, age, male = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    sorting = np.lexsort((order, household))
    born = on_day - 1 - (age[sorting] * DAYS_PER_YEAR + rng.integers(0, 365, size=len(age))).astype(np.int64)
    return Families(household[sorting], relation[sorting], male[sorting].astype(bool), born, households)


def _members(rng: np.random.Generator, kind: Type, homes: Ints) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """Household, order, relation, age and sex of all members of the households of one type."""
    count = len(homes)
    relations = (SELF, *kind.others)
    ages = _ages(rng, kind, count)
    head_male = rng.random(count) < _male_share(kind.head)
    sexes = [head_male if role == SELF else ~head_male if role == SPOUSE else rng.random(count) < _male_share(role) for role in relations]
    repeat = len(relations)
    return (
        np.tile(homes, repeat),
        np.repeat(np.arange(repeat), count),
        np.repeat(np.array(relations), count),
        np.concatenate(ages).astype(np.int64),
        np.concatenate(sexes).astype(np.int64),
    )


def _ages(rng: np.random.Generator, kind: Type, count: int) -> list[Ints]:
    """Ages of the head and the others, generations 22 to 36 years apart."""
    head = _group_ages(rng, kind.head, count)
    youngest_first = [_group_ages(rng, "child", count) for role in kind.others if role == CHILD]
    if youngest_first:
        head = np.minimum(np.maximum.reduce(youngest_first) + rng.integers(22, 37, size=count), 59)
    if PARENT in kind.others:
        head = np.maximum(head, 27)
    ages, children = [head], iter(youngest_first)
    for role in kind.others:
        ages.append(next(children) if role == CHILD else _age_beside(rng, role, head))
    return ages


def _age_beside(rng: np.random.Generator, role: int, head: Ints) -> Ints:
    """The age of a spouse, parent or grandchild of a head; the spouses of the old are old too."""
    old = head >= 60
    bounds: dict[int, tuple[int, int, Ints, Ints]] = {
        SPOUSE: (-5, 4, np.where(old, 60, 20), np.where(old, 97, 59)),
        PARENT: (22, 35, np.asarray(60), np.asarray(97)),
        GRANDCHILD: (-59, -47, np.asarray(3), np.asarray(17)),
    }
    low, high, youngest, eldest = bounds[role]
    age: Ints = np.clip(head + rng.integers(low, high, size=len(head)), youngest, eldest)
    return age


def _group_ages(rng: np.random.Generator, group: str, count: int) -> Ints:
    bounds = _GROUPS[group]
    weights = np.array([weight for _, _, weight in bounds])
    band = rng.choice(len(bounds), size=count, p=weights / weights.sum())
    low, high = np.array([bound[0] for bound in bounds])[band], np.array([bound[1] for bound in bounds])[band]
    return rng.integers(low, high)


def _male_share(role: int | str) -> float:
    """Old people are women more often; the others make the published ratio come out."""
    overall = figures.SEX_RATIO / (100 + figures.SEX_RATIO)
    return {"old": 0.46, PARENT: 0.42, "grown": overall + 0.043}.get(role, overall)


def ages_on(born: Ints, day: int) -> Ints:
    """Full years of age on a day, near enough for drawing (the register's own ages come from the dates)."""
    return np.floor((day - born) / DAYS_PER_YEAR).astype(np.int64)
