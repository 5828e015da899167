"""Police, the funeral office and justice: the household register, deaths, custody."""

from typing import Final

import numpy as np
import polars as pl

from minsheng.demo.chance import stream
from minsheng.demo.departments.register import relations
from minsheng.demo.departments.rows import dates, draw_codes, draw_stock, outside, papers, pick_codes
from minsheng.demo.lives import NEVER
from minsheng.demo.world import World

_STATUSES: Final = ("normal", "deceased", "moved_out", "missing", "cancelled")
_CREMATED_SHARE: Final = 0.92
_FEWEST_DEATHS: Final = 2
_CUSTODY_CHANCE: Final = 0.0023


def household_register(world: World, position: int, _: np.random.Generator) -> pl.DataFrame:
    """Everybody whose home is registered here, the dead and moved of the last months with their day; deaths come in with some delay."""
    lives, last = world.lives, world.timeline.last_day(position)
    steady = stream(world.seed, "police")
    delay, chance = steady.integers(0, 25, size=lives.people), steady.random(lives.people)
    moved_in = world.timeline.first_day(0) - steady.integers(0, 9000, size=lives.people)
    person = np.flatnonzero(lives.born + 10 <= last)
    dead, gone = (lives.died + delay <= last)[person], (lives.left <= last)[person]
    missing, cancelled = chance[person] < 0.0003, (chance[person] > 0.9996) & (world.age[person] > 20)
    status = np.select([dead, gone, missing, cancelled], [1, 2, 3, 4], default=0)
    usual = np.maximum(moved_in[person], lives.born[person])
    day = np.select([dead, gone], [lives.died[person], lives.left[person]], default=usual)
    return pl.DataFrame(
        {
            "person": person,
            "status": pick_codes(_STATUSES, status),
            "status_on": dates(day),
            "household_book_no": "H" + pl.Series(20_000_000 + lives.household[person]).cast(pl.String),
            "relation": relations(world, position).gather(pl.Series(person)),
        }
    )


def cremations(world: World, position: int, rng: np.random.Generator) -> pl.DataFrame:
    """The dead of the month who were cremated by its end, from the register and from the rest of the city."""
    first, last = world.timeline.first_day(position), world.timeline.last_day(position)
    died = (world.lives.died >= first) & (world.lives.died <= last) & (rng.random(world.lives.people) < _CREMATED_SHARE)
    person = np.flatnonzero(died)
    person = np.concatenate([person, _from_the_city(world, position)[: max(0, _FEWEST_DEATHS - len(person))]])
    day = np.where(world.lives.died[person] <= last, world.lives.died[person], last - 9)
    return pl.DataFrame(
        {
            "person": person,
            "died_on": dates(day),
            "cremated_on": dates(np.minimum(day + rng.integers(2, 6, size=len(person)), last)),
            "certificate_no": papers("HH", position, rng.permutation(len(person))),
        }
    )


def custody(world: World, position: int, rng: np.random.Generator) -> pl.DataFrame:
    """Everybody in prison or compulsory rehabilitation at the month's end."""
    grown = (world.age >= 18) & (world.age < 70) & (world.lives.died == NEVER)
    stock = draw_stock(world, "custody", grown * _CUSTODY_CHANCE, years=4, new_a_month=0.02, gone_a_month=0.02)
    now = stock.held_on(world.timeline.last_day(position))
    steady = stream(world.seed, "sentences")
    kind, length = (
        draw_codes(steady, {"prison": 0.8, "compulsory_rehabilitation": 0.2}, len(stock.person)),
        steady.integers(1600, 3600, size=len(stock.person)),
    )
    return pl.DataFrame(
        {
            "person": stock.person[now],
            "kind": kind.gather(pl.Series(now)),
            "from_on": dates(stock.since[now]),
            "until_on": dates(stock.since[now] + length[now]),
            "charge": draw_codes(rng, {"盗窃罪": 0.4, "诈骗罪": 0.3, "危险驾驶罪": 0.2, "故意伤害罪": 0.1}, len(now)),
        }
    )


def _from_the_city(world: World, position: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Old people whom the register never knew, other ones each month: so that even a small world has its deaths."""
    old = np.flatnonzero(outside(world) & (world.age >= 60))
    return np.roll(old, -_FEWEST_DEATHS * world.full_month(position))
