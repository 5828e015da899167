"""The disabled persons' federation: certificates, old and new."""

from typing import NamedTuple

import numpy as np
import polars as pl

from minsheng.demo import figures
from minsheng.demo.arrays import Ints
from minsheng.demo.chance import stream
from minsheng.demo.circumstances import DISABILITIES, draw_disability
from minsheng.demo.departments.rows import dates, outside, pick_codes
from minsheng.demo.shocks import DISABILITY
from minsheng.demo.world import World

_SEVEREST_AFTER_SHOCK = 3


class Certificates(NamedTuple):
    """Who holds a certificate, its kind (position in DISABILITIES), its level, and the day it was issued."""

    person: Ints
    kind: Ints
    level: Ints
    since: Ints


def disability_certificates(world: World, position: int, _: np.random.Generator) -> pl.DataFrame:
    """Every valid certificate at the month's end."""
    person, kind, level, since = disabilities(world)
    now = np.flatnonzero((since <= world.timeline.last_day(position)) & world.alive(position)[person])
    number = world.people["number"].gather(pl.Series(person[now]))
    return pl.DataFrame(
        {
            "person": person[now],
            "certificate_no": number + pl.Series(kind[now] * 10 + level[now]).cast(pl.String),
            "kind": pick_codes(DISABILITIES, kind[now]),
            "level": level[now],
            "issued_on": dates(since[now]),
        }
    )


def disabilities(world: World) -> Certificates:
    """Every certificate of the whole time, at most one per person: the old ones, those of shocks, and others."""
    rng = stream(world.seed, "certificates")
    parts = (_old(world, rng), _of_shocks(world, rng), _others(world, rng))
    person, kind, level, since = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    _, first = np.unique(person, return_index=True)
    return Certificates(person[first], kind[first], level[first], since[first])


def _old(world: World, rng: np.random.Generator) -> Certificates:
    person = np.flatnonzero(world.life.level > 0)
    since = world.timeline.first_day(world.timeline.first_full) - rng.integers(400, 5400, size=len(person))
    return Certificates(person, world.life.disability[person], world.life.level[person], since)


def _of_shocks(world: World, rng: np.random.Generator) -> Certificates:
    """One to three months after the shock, and rarely mild."""
    struck = world.shocks.struck(DISABILITY)
    kind, level = draw_disability(rng, len(struck))
    month = world.shocks.month[struck] + rng.integers(1, 4, size=len(struck))
    return Certificates(world.shocks.person[struck], kind, np.minimum(level, _SEVEREST_AFTER_SHOCK), _days(world, rng, month))


def _others(world: World, rng: np.random.Generator) -> Certificates:
    """By chance; one in each full month at least, outside the register if need be, so that no two months are the same."""
    months = world.timeline.length
    free = (world.life.level == 0) & (world.age >= 1)
    person = np.flatnonzero(free & (rng.random(len(free)) < figures.DISABILITY_NEW_PER_YEAR * months / 12))
    spare = rng.permutation(np.flatnonzero(free & outside(world)))[: world.timeline.full]
    month = np.concatenate([rng.integers(0, months, size=len(person)), np.array(world.timeline.full_positions)[: len(spare)]])
    everyone = np.concatenate([person, spare])
    kind, level = draw_disability(rng, len(everyone))
    return Certificates(everyone, kind, level, _days(world, rng, month))


def _days(world: World, rng: np.random.Generator, month: Ints) -> Ints:
    """A day in each month given by position; what lies after the last month falls into the one after it."""
    first_days = np.array([world.timeline.first_day(at) for at in range(world.timeline.length + 1)])
    days: Ints = first_days[np.minimum(month, world.timeline.length)] + rng.integers(0, 28, size=len(month))
    return days
