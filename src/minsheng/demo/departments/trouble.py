"""Emergencies, the watch against return to poverty, and the meters of water and power."""

from typing import Final

import numpy as np
import polars as pl

from minsheng.demo import figures
from minsheng.demo.arrays import Flags, Floats, Ints
from minsheng.demo.chance import stream
from minsheng.demo.departments.rows import dates, days_in, draw_codes, draw_stock, fen, lognormal, never_nobody, outside, pick_codes
from minsheng.demo.families import SELF
from minsheng.demo.register import RETURN
from minsheng.demo.shocks import DISASTER
from minsheng.demo.shocks import OTHER as OTHER_CAUSE
from minsheng.demo.world import World

_DISASTERS: Final = {"fire": 0.18, "flood": 0.12, "traffic_accident": 0.45, "work_accident": 0.15, "other": 0.1}
_RISKS: Final = {"illness": 0.42, "disability": 0.14, "schooling": 0.1, "disaster": 0.06, "accident": 0.06, "work": 0.16, "other": 0.06}
_METERED_SHARE: Final = 0.8
_SILENT_SHARE: Final = 0.004
_SILENT_IN_HARDSHIP: Final = 0.12


def disaster_victims(world: World, position: int, rng: np.random.Generator) -> pl.DataFrame:
    """People recorded in a fire, flood or accident of the month."""
    alive = world.alive(position)
    struck = world.shocks.struck(DISASTER)
    hit = world.shocks.person[struck[world.shocks.month[struck] == position]]
    usual = np.flatnonzero(alive & (rng.random(len(alive)) < figures.DISASTERS_PER_1000_MONTH / 1000))
    person = never_nobody(rng, world, np.concatenate([hit[alive[hit]], usual]), alive)
    worse = np.arange(len(person)) < len(person) - len(usual)
    injury = np.where(
        worse, rng.choice(4, size=len(person), p=(0.3, 0.3, 0.4, 0.0)), rng.choice(4, size=len(person), p=(0.65, 0.3, 0.05, 0.0))
    )
    loss = lognormal(rng, 12_000, 1.0, len(person)) * np.where(worse, 1.8, 0.3)
    return pl.DataFrame(
        {
            "person": person,
            "happened_on": dates(days_in(rng, world, position, len(person))),
            "kind": draw_codes(rng, _DISASTERS, len(person)),
            "loss": fen(np.rint(loss)),
            "injury": pick_codes(("none", "minor", "serious", "death"), injury),
        }
    )


def return_to_poverty_monitoring(world: World, position: int, _: np.random.Generator) -> pl.DataFrame:
    """Members of the households watched against return to poverty, and a few others that only agriculture watches."""
    register = world.register[world.full_month(position)]
    home = world.residence(position)
    watched = world.on_register(position) & (register.category == RETURN)
    person = np.flatnonzero(world.alive(position) & watched[home])
    others = draw_stock(world, "watched elsewhere", np.where(outside(world), 0.003, 0.0), years=3, new_a_month=0.02)
    now = others.held_on(world.timeline.last_day(position))
    everyone = np.concatenate([person, others.person[now]])
    since = np.concatenate([register.since[home[person]], others.since[now]])
    steady = stream(world.seed, "watched")
    risk = draw_codes(steady, _RISKS, world.households.height)
    kind = draw_codes(steady, {"unstable": 0.45, "marginal": 0.4, "sudden": 0.15}, world.households.height)
    homes = pl.Series(home[everyone])
    cleared = (steady.random(world.lives.people) < 0.08)[everyone]
    return pl.DataFrame(
        {
            "person": everyone,
            "kind": kind.gather(homes),
            "identified_on": dates(since),
            "risk": risk.gather(homes),
            "cleared_on": pl.select(
                pl.when(pl.Series(cleared)).then(dates(np.maximum(since, world.timeline.first_day(position) - 30)))
            ).to_series(),
        }
    )


def water_use(world: World, position: int, rng: np.random.Generator) -> pl.DataFrame:
    """The month's reading of every household's water meter, in hundredths of a cubic metre."""
    return _readings(world, position, rng, "W", per_head=3.6)


def electricity_use(world: World, position: int, rng: np.random.Generator) -> pl.DataFrame:
    """The month's reading of every household's power meter, in hundredths of a kilowatt-hour."""
    return _readings(world, position, rng, "E", per_head=68.0)


def _readings(world: World, position: int, rng: np.random.Generator, letter: str, *, per_head: float) -> pl.DataFrame:
    """Meters stand in the name of the household's first person; a house where nobody turns a tap reads zero."""
    steady = stream(world.seed, "meters", letter)
    count = len(world.hardship.hard[0])
    metered, habit = steady.random(count) < _METERED_SHARE, lognormal(steady, 1.0, 0.4, count)
    homes = np.flatnonzero(metered)
    holder = np.flatnonzero(world.lives.relation == SELF)[homes]
    heads = np.bincount(world.residence(position)[world.alive(position)], minlength=count)[homes]
    usage = per_head * (0.6 + 0.8 * heads) * habit[homes] * rng.uniform(0.8, 1.2, size=len(homes))
    silent = (heads == 0) | _silent(world, position)[homes]
    return pl.DataFrame(
        {
            "person": holder,
            "meter_no": letter + pl.Series(30_000_000 + homes).cast(pl.String),
            "read_for": pl.repeat(str(world.timeline.month(position)), len(homes), dtype=pl.String, eager=True),
            "read_on": dates(_reading_days(world, position, homes)),
            "usage": _hundredths(np.where(silent, 0.0, usage)),
        }
    )


def _silent(world: World, position: int) -> Flags:
    """Empty homes, and some of the households whose hardship nobody else sees."""
    steady = stream(world.seed, "silent").random(len(world.hardship.hard[0]))
    spell = world.hardship.spell[position]
    unseen = (spell >= 0) & (np.append(world.shocks.cause, 0)[spell] == OTHER_CAUSE)
    return steady < np.where(unseen, _SILENT_IN_HARDSHIP, _SILENT_SHARE)


def _reading_days(world: World, position: int, homes: Ints) -> Ints:
    return world.timeline.first_day(position) + 20 + homes % 7


def _hundredths(values: Floats) -> Ints:
    return np.rint(values * 100).astype(np.int64)
