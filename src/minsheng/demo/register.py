"""The civil-affairs register of low-income households: who is on it in each full month, and in which category."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from minsheng.demo import figures
from minsheng.demo.arrays import Flags, Floats, Ints
from minsheng.demo.lives import NEVER
from minsheng.demo.timeline import Timeline

CATEGORIES: Final = ("DIBAO", "TEKUN", "DIBAO_MARGINAL", "RIGID_EXPENDITURE", "POVERTY_RETURN_MONITORED", "OTHER")
DIBAO, TEKUN, MARGINAL, RIGID, RETURN, OTHER = range(6)
NONE: Final = -1
_STEPS: Final = {
    DIBAO: (OTHER, MARGINAL),
    MARGINAL: (DIBAO, OTHER),
    RIGID: (OTHER, MARGINAL),
    RETURN: (OTHER, DIBAO),
    OTHER: (MARGINAL, DIBAO),
}
"""Where a household goes when its category changes, either way equally often; the extremely poor stay."""


@dataclass(frozen=True)
class RegisterMonth:
    """The register at one month's end, per household: days count from 1970, `previous` is NONE without one."""

    registered: Flags
    category: Ints
    since: Ints
    previous: Ints
    previous_until: Ints


def first_categories(rng: np.random.Generator, single: Flags) -> Ints:
    """A category per household so that the shares of people are those published; the extremely poor live alone."""
    shares = {
        MARGINAL: figures.SHARE_MARGINAL,
        RIGID: figures.SHARE_RIGID,
        RETURN: figures.SHARE_POVERTY_RETURN,
        DIBAO: figures.SHARE_DIBAO,
    }
    rest = 1 - figures.SHARE_TEKUN - sum(shares.values())
    kinds, weights = [*shares, OTHER], np.array([*shares.values(), rest])
    category = rng.choice(kinds, size=len(single), p=weights / weights.sum())
    tekun = figures.SHARE_TEKUN * figures.PERSONS_PER_HOUSEHOLD * len(single) / max(1, single.sum())
    return np.where(single & (rng.random(len(single)) < tekun), TEKUN, category)


def keep_register(
    rng: np.random.Generator, timeline: Timeline, category: Ints, registered: int, hard: Flags, origin: Ints, started: Ints
) -> tuple[RegisterMonth, ...]:
    """This will carry the register through the full months.

    The first `registered` households are on it at the start. `hard` says which households are hard-hit (full months x all
    households); `origin` and `started` tell of those that split off.
    """
    month = _at_start(rng, timeline, category, registered, origin)
    months = []
    for number, position in enumerate(timeline.full_positions):
        month = _next(rng, month, hard[number], started == NEVER, timeline.first_day(position))
        month = _with_splits(month, origin, started, timeline.last_day(position))
        months.append(month)
    return tuple(months)


def _at_start(rng: np.random.Generator, timeline: Timeline, category: Ints, registered: int, origin: Ints) -> RegisterMonth:
    count = len(origin)
    first_day = timeline.first_day(timeline.first_full)
    since = first_day - rng.integers(30, 5 * 365, size=count)
    before = np.full(count, NONE)
    left_recently = (category == OTHER) & (rng.random(len(category)) < figures.EXIT_WITHIN_TWO_YEARS)
    eased = (category == MARGINAL) & (rng.random(len(category)) < 0.1)
    before[: len(category)][left_recently | eased] = DIBAO
    since = np.where(before != NONE, first_day - rng.integers(1, 24, size=count) * 30, since)
    on_it = np.arange(count) < registered
    return RegisterMonth(on_it, category[origin], since, before, np.where(before != NONE, since - 1, NEVER))


def _next(rng: np.random.Generator, month: RegisterMonth, hard: Flags, may_join: Flags, first_day: int) -> RegisterMonth:
    """Households join (the hard-hit five times as readily), leave (only others), and change category."""
    on_it, count = month.registered.copy(), int(month.registered.sum())
    joining = _draw(rng, ~on_it & may_join, np.where(hard, 5.0, 1.0), count * figures.HOUSEHOLDS_JOIN)
    leaving = _draw(rng, on_it, np.where(hard, 0.1, 1.0), count * figures.HOUSEHOLDS_LEAVE)
    changing = _draw(rng, on_it & ~leaving & (month.category != TEKUN), np.ones(len(on_it)), count * figures.CATEGORY_CHANGES)
    on_it = (on_it | joining) & ~leaving
    since = np.where(joining | changing, first_day, month.since)
    category = np.where(changing, _changed(rng, month.category), month.category)
    previous = np.where(changing, month.category, month.previous)
    return RegisterMonth(on_it, category, since, previous, np.where(changing, first_day - 1, month.previous_until))


def _with_splits(month: RegisterMonth, origin: Ints, started: Ints, last_day: int) -> RegisterMonth:
    """A household that split off in this month is registered if the one it came from is."""
    new = (started <= last_day) & (started != NEVER) & ~month.registered & month.registered[origin] & (month.since < started)
    return RegisterMonth(
        month.registered | new,
        np.where(new, month.category[origin], month.category),
        np.where(new, started, month.since),
        month.previous,
        month.previous_until,
    )


def _changed(rng: np.random.Generator, category: Ints) -> Ints:
    side = rng.integers(0, 2, size=len(category))
    table = np.array([_STEPS.get(kind, (kind, kind)) for kind in range(len(CATEGORIES))])
    changed: Ints = table[category, side]
    return changed


def _draw(rng: np.random.Generator, candidates: Flags, weight: Floats, expected: float) -> Flags:
    """About so many of the candidates, by weight."""
    chances = candidates * weight
    total = chances.sum()
    return rng.random(len(candidates)) < (chances * (expected / total) if total else chances)
