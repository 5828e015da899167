"""How people live before anything happens to them: school, work, pension, disability, chronic disease."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from minsheng.demo import figures
from minsheng.demo.arrays import Flags, Floats, Ints
from minsheng.demo.families import CHILD

STAGES: Final = ("", "kindergarten", "primary", "junior", "senior", "vocational", "gaokao", "university")
_NO_STAGE, _KINDERGARTEN, _PRIMARY, _JUNIOR, _SENIOR, _VOCATIONAL, _GAOKAO, _UNIVERSITY = range(8)
COSTLY_STAGES: Final = (_SENIOR, _VOCATIONAL, _GAOKAO, _UNIVERSITY)
NO_PENSION, EMPLOYEE_PENSION, RESIDENT_PENSION = range(3)
DISABILITIES: Final = ("", "visual", "hearing", "speech", "physical", "intellectual", "mental", "multiple")
_DISABILITY_WEIGHTS: Final = (0.15, 0.24, 0.015, 0.29, 0.065, 0.075, 0.165)
"""Shares of the kinds in the 2006 sample survey, from memory; the survey's total is in the figures."""
_LEVEL_WEIGHTS: Final = (0.14, 0.22, 0.26, 0.38)


@dataclass(frozen=True)
class Circumstances:
    """One value per person: positions in STAGES and DISABILITIES, disability level 1-4 (0: none), pension kind."""

    stage: Ints
    working_age: Flags
    contributor: Flags
    pension: Ints
    disability: Ints
    level: Ints
    chronic: Flags


def draw_circumstances(rng: np.random.Generator, age: Ints, relation: Ints, male: Flags) -> Circumstances:
    """This will draw everybody's circumstances from age, place in the family and sex."""
    stage = _stages(rng, age, relation)
    disability, level = _disabilities(rng, age)
    working_age = (age >= 16) & (age < 60) & (stage == _NO_STAGE)
    able = working_age & ~((level > 0) & (level <= 2))
    contributor = able & (rng.random(len(age)) < figures.FORMAL_WORK_SHARE * working_age.sum() / max(1, able.sum()))
    pension = _pensions(rng, age, male)
    return Circumstances(stage, working_age, contributor & (pension == NO_PENSION), pension, disability, level, _chronic(rng, age))


def draw_disability(rng: np.random.Generator, count: int) -> tuple[Ints, Ints]:
    """Kind and level of so many disabilities."""
    kinds, levels = np.array(_DISABILITY_WEIGHTS), np.array(_LEVEL_WEIGHTS)
    kind = 1 + rng.choice(len(kinds), size=count, p=kinds / kinds.sum())
    return kind, 1 + rng.choice(len(levels), size=count, p=levels)


def _stages(rng: np.random.Generator, age: Ints, relation: Ints) -> Ints:
    """School stage by age; beyond 15 only for some, beyond 17 only for children of the family."""
    chance = rng.random(len(age))
    child = relation == CHILD
    conditions = [
        (age >= 3) & (age < 6) & (chance < 0.9),
        (age >= 6) & (age < 12),
        (age >= 12) & (age < 15),
        (age >= 15) & (age < 18) & (chance < 0.55),
        (age >= 15) & (age < 18) & (chance < 0.9),
        (age == 18) & child & (chance < 0.6),
        (age > 18) & (age < 23) & child & (chance < 0.6),
    ]
    return np.select(conditions, range(1, 8), default=_NO_STAGE)


def _pensions(rng: np.random.Generator, age: Ints, male: Flags) -> Ints:
    """Employee pensions from 60 for men and 55 for women, resident pensions from 60."""
    chance = rng.random(len(age))
    employee = chance < figures.EMPLOYEE_PENSION_SHARE
    resident = ~employee & (chance < figures.EMPLOYEE_PENSION_SHARE + figures.RESIDENT_PENSION_SHARE)
    old_enough = age >= np.where(male, 60, 55)
    return np.where(employee & old_enough, EMPLOYEE_PENSION, np.where(resident & (age >= 60), RESIDENT_PENSION, NO_PENSION))


def _disabilities(rng: np.random.Generator, age: Ints) -> tuple[Ints, Ints]:
    """More often with age; the mean is published."""
    weight = np.interp(age, (0, 15, 40, 60, 75, 95), (0.25, 0.35, 0.6, 1.2, 2.4, 4.0))
    affected = rng.random(len(age)) < _to_mean(weight, figures.DISABLED_SHARE)
    kind, level = draw_disability(rng, len(age))
    return np.where(affected, kind, 0), np.where(affected, level, 0)


def _chronic(rng: np.random.Generator, age: Ints) -> Flags:
    weight = np.interp(age, (0, 20, 40, 60, 80), (0.05, 0.15, 0.6, 1.9, 3.0))
    return rng.random(len(age)) < _to_mean(weight, figures.CHRONIC_SHARE)


def _to_mean(weight: Floats, mean: float) -> Floats:
    """Chances in proportion to weights, with the wanted mean."""
    scaled: Floats = weight * (mean / weight.mean()) if len(weight) else weight
    return scaled
