"""Education: who studies where in autumn, and who is aided."""

from typing import Final

import numpy as np
import polars as pl

from minsheng.demo.arrays import Ints
from minsheng.demo.chance import stream
from minsheng.demo.circumstances import COSTLY_STAGES, STAGES
from minsheng.demo.departments.rows import dates, days_in, draw_codes, fen, never_nobody, pick_codes
from minsheng.demo.shocks import SCHOOL
from minsheng.demo.world import World

_SCHOOLS: Final = ("", "幼儿园", "小学", "初级中学", "高级中学", "职业技术学校", "大学", "大学")
_PLACES: Final = ("中山路", "珞珈山", "中南路", "水果湖", "东湖", "南湖", "积玉桥", "徐家棚")
_FEES_YUAN: Final = np.array([0, 7200, 0, 0, 1900, 900, 6200, 5600])
_ENTRY_AGES: Final = np.array([0, 3, 6, 12, 15, 15, 18, 18])
_PRIVATE_FEE_YUAN: Final = 23_000
_AIDED_A_MONTH: Final = 0.075
_AIDS: Final = {"grant": 0.45, "living": 0.25, "fee_waiver": 0.15, "loan": 0.1, "scholarship": 0.05}
_AID_YUAN: Final = {"grant": 1650, "living": 625, "fee_waiver": 800, "loan": 8000, "scholarship": 3000}


def school_enrolment(world: World, position: int, _: np.random.Generator) -> pl.DataFrame:
    """Everybody at school or university this autumn, with the year's fee."""
    steady = stream(world.seed, "schools")
    place, spread = steady.integers(0, len(_PLACES), size=world.lives.people), steady.uniform(0.8, 1.25, size=world.lives.people)
    person = np.flatnonzero(world.alive(position) & (world.life.stage > 0))
    stage = world.life.stage[person]
    fee = np.where(_dear(world)[person], _PRIVATE_FEE_YUAN, _FEES_YUAN[stage]) * spread[person]
    return pl.DataFrame(
        {
            "person": person,
            "school": pick_codes(_PLACES, place[person]) + pick_codes(_SCHOOLS, stage),
            "stage": pick_codes(STAGES, stage),
            "enrolled_on": _first_of_september(world, position, person, stage),
            "fee": fen(np.rint(fee / 10) * 10),
        }
    )


def student_aid(world: World, position: int, rng: np.random.Generator) -> pl.DataFrame:
    """Grants, waivers, loans and allowances paid in the month; the costliest schooling is aided more often."""
    studying = world.alive(position) & np.isin(world.life.stage, (2, 3, *COSTLY_STAGES))
    chance = _AIDED_A_MONTH * np.where(np.isin(world.life.stage, COSTLY_STAGES), 1.6, 0.35) * np.where(_dear(world), 3, 1)
    aided = np.flatnonzero(studying & (rng.random(len(chance)) < chance))
    person = never_nobody(rng, world, aided, studying)
    kind = draw_codes(rng, _AIDS, len(person))
    return pl.DataFrame(
        {
            "person": person,
            "granted_on": dates(days_in(rng, world, position, len(person))),
            "kind": kind,
            "amount": kind.replace_strict(_AID_YUAN, return_dtype=pl.Int64) * 100,
            "school": pick_codes(_PLACES, person % len(_PLACES)) + pick_codes(_SCHOOLS, world.life.stage[person]),
        }
    )


def _dear(world: World) -> Ints:
    """Whose schooling stands behind a hardship, and shows."""
    dear = np.zeros(world.lives.people, dtype=bool)
    dear[world.shocks.person[world.shocks.struck(SCHOOL)]] = True
    return dear


def _first_of_september(world: World, position: int, person: Ints, stage: Ints) -> pl.Series:
    """The first day of the stage: 1 September of the year in which the person was old enough, this year at the latest."""
    this_year = world.timeline.month(position).year
    years = np.minimum(world.age[person] - _ENTRY_AGES[stage], np.where(stage == STAGES.index("gaokao"), 0, 5))
    years_ago = pl.DataFrame({"year": this_year - np.maximum(years, 0)})
    return years_ago.select(pl.date("year", 9, 1)).to_series()
