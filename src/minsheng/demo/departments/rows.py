"""Pieces that the departments' functions share: dates in a month, money, numbers on papers, and stocks held over time."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

from minsheng.demo.arrays import Flags, Floats, Ints
from minsheng.demo.chance import stream
from minsheng.demo.lives import NEVER
from minsheng.demo.world import World

Department = Callable[[World, int, np.random.Generator], pl.DataFrame]


@dataclass(frozen=True)
class Stock:
    """Things people hold for a while: who, from which day, until which day (NEVER: still), and a serial number of each."""

    person: Ints
    since: Ints
    until: Ints
    serial: Ints

    def held_on(self, day: int) -> Ints:
        """Positions of what is held on a day."""
        return np.flatnonzero((self.since <= day) & (self.until > day))


def draw_stock(world: World, name: str, chance: Floats, *, years: int, new_a_month: float, gone_a_month: float = 0.0) -> Stock:
    """This will draw who holds something at the start (`chance` per person), and the new holders of each full month.

    New holders come at a share of the first stock, at least one a month; the old ones lose theirs at `gone_a_month`.
    """
    rng = stream(world.seed, "stock", name)
    start = world.timeline.first_day(world.timeline.first_full)
    holders = _at_least(rng, rng.random(len(chance)) < chance, chance)
    persons, since = [holders], [start - rng.integers(1, years * 365, size=len(holders))]
    for position in world.timeline.full_positions:
        fresh = _some(rng, chance, max(1, rng.poisson(new_a_month * len(holders))))
        persons.append(fresh)
        since.append(days_in(rng, world, position, len(fresh)))
    person = np.concatenate(persons)
    span = max(1, world.timeline.last_day(world.timeline.length - 1) - start)
    gone = rng.random(len(person)) < gone_a_month * world.timeline.full
    until = np.where(gone, start + rng.integers(0, span, size=len(person)), NEVER)
    return Stock(person, np.concatenate(since), np.maximum(until, np.concatenate(since) + 30), np.arange(len(person)))


def days_in(rng: np.random.Generator, world: World, position: int, count: int) -> Ints:
    """Days of a month, drawn at random."""
    return world.timeline.first_day(position) + rng.integers(0, world.timeline.days(position), size=count)


def dates(days: Ints) -> pl.Series:
    """Days since 1970 as dates; NEVER becomes null."""
    within = pl.Series(np.where(days >= NEVER, 0, days)).cast(pl.Int32).cast(pl.Date)
    return pl.select(pl.when(pl.Series(days < NEVER)).then(within)).to_series()


def fen(yuan: Floats) -> Ints:
    """Yuan as whole fen."""
    return np.rint(yuan * 100).astype(np.int64)


def lognormal(rng: np.random.Generator, mean: float, sigma: float, count: int) -> Floats:
    """Lognormal values with the wanted mean."""
    return rng.lognormal(np.log(mean) - sigma**2 / 2, sigma, size=count)


def papers(prefix: str, position: int, serial: Ints) -> pl.Series:
    """Numbers on papers: a prefix, the month's position, and a running number."""
    return prefix + pl.Series(serial + (position + 1) * 10_000_000).cast(pl.String)


def pick_codes(codes: tuple[str, ...], index: Ints) -> pl.Series:
    """Codes by position."""
    return pl.Series(codes, dtype=pl.String).gather(pl.Series(index))


def draw_codes(rng: np.random.Generator, shares: dict[str, float], count: int) -> pl.Series:
    """Codes drawn by their shares."""
    weights = np.array(list(shares.values()))
    return pick_codes(tuple(shares), rng.choice(len(weights), size=count, p=weights / weights.sum()))


def outside(world: World) -> Flags:
    """Who was never in a household on the register at the start: the people departments know and the register does not."""
    return ~world.register[0].registered[world.lives.household]


def never_nobody(rng: np.random.Generator, world: World, person: Ints, fit: Flags) -> Ints:
    """The persons, or one fit person from outside the register if there are none: even a small place has something to deliver."""
    if len(person) or not fit.any():
        return person
    others = fit & outside(world)
    return rng.choice(np.flatnonzero(others if others.any() else fit), size=1)


def _at_least(rng: np.random.Generator, chosen: Flags, chance: Floats, fewest: int = 3) -> Ints:
    holders = np.flatnonzero(chosen)
    return holders if len(holders) >= fewest else np.union1d(holders, _some(rng, chance, fewest))


def _some(rng: np.random.Generator, chance: Floats, count: int) -> Ints:
    likely = np.flatnonzero(chance > 0)
    if not len(likely):
        return likely
    weights = chance[likely]
    return rng.choice(likely, size=min(count, len(likely)), p=weights / weights.sum(), replace=False)
