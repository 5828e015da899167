"""Human resources and social security: unemployment, contributions, pensions."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from minsheng.demo import figures
from minsheng.demo.arrays import Flags, Ints
from minsheng.demo.chance import stream
from minsheng.demo.circumstances import EMPLOYEE_PENSION, NO_PENSION
from minsheng.demo.departments.rows import dates, days_in, draw_codes, fen, lognormal, never_nobody, pick_codes
from minsheng.demo.shocks import JOB_LOSS
from minsheng.demo.world import World

_REASONS: Final = {"dismissed": 0.28, "contract_ended": 0.27, "closed": 0.12, "resigned": 0.2, "graduate": 0.08, "other": 0.05}
_EMPLOYERS: Final = (
    "江南环卫服务有限公司",
    "江南物业管理有限公司",
    "中南商贸集团",
    "楚风餐饮管理有限公司",
    "徐东建筑劳务有限公司",
    "长江制衣厂",
    "沙湖纸品厂",
    "华中物流有限公司",
    "灵活就业",
)


@dataclass(frozen=True)
class _Spells:
    """People without work: from which position until which."""

    person: Ints
    start: Ints
    end: Ints


def registered_unemployment(world: World, position: int, rng: np.random.Generator) -> pl.DataFrame:
    """People who registered as unemployed in the month."""
    struck = _lost_to_hardship(world, only_traced=True)
    usual = _usual_unemployment(world)
    person = np.concatenate([spells.person[spells.start == position] for spells in (struck, usual)])
    person = never_nobody(rng, world, person[world.alive(position)[person]], world.life.working_age)
    insured = world.life.contributor[person] & (rng.random(len(person)) < 0.6)
    return pl.DataFrame(
        {
            "person": person,
            "registered_on": dates(days_in(rng, world, position, len(person))),
            "reason": draw_codes(rng, _REASONS, len(person)),
            "benefit": np.where(insured, fen(np.full(len(person), float(figures.UNEMPLOYMENT_BENEFIT_YUAN))), 0),
        }
    )


def social_insurance_contributions(world: World, position: int, rng: np.random.Generator) -> pl.DataFrame:
    """The month's contributions of everybody who works with insurance and was not left out this month."""
    working = world.alive(position) & world.life.contributor & ~_without_work(world, position)
    person = np.flatnonzero(working & (rng.random(len(working)) >= figures.CONTRACT_GAP_PER_MONTH))
    steady = stream(world.seed, "employers")
    wage = np.clip(lognormal(steady, figures.WAGE_MEAN_YUAN, 0.35, world.lives.people), 2200, 40_000)
    employer = steady.integers(0, len(_EMPLOYERS), size=world.lives.people)
    return pl.DataFrame(
        {
            "person": person,
            "paid_for": pl.repeat(str(world.timeline.month(position)), len(person), dtype=pl.String, eager=True),
            "paid_on": dates(days_in(rng, world, position, len(person))),
            "wage_base": fen(np.rint(wage[person])),
            "employer": pick_codes(_EMPLOYERS, employer[person]),
        }
    )


def pensions(world: World, position: int, rng: np.random.Generator) -> pl.DataFrame:
    """The month's payments; a few of the dead are still paid the month after."""
    day = world.timeline.first_day(position)
    late_news = (world.lives.died < day) & (world.lives.died >= day - 31) & (rng.random(world.lives.people) < 0.15)
    person = np.flatnonzero((world.life.pension != NO_PENSION) & (world.alive(position) | late_news))
    employee = world.life.pension[person] == EMPLOYEE_PENSION
    steady = stream(world.seed, "pensions")
    high = lognormal(steady, figures.EMPLOYEE_PENSION_YUAN, 0.3, world.lives.people)[person]
    low = lognormal(steady, figures.RESIDENT_PENSION_YUAN, 0.3, world.lives.people)[person]
    return pl.DataFrame(
        {
            "person": person,
            "paid_on": dates(np.full(len(person), day + 14)),
            "kind": pick_codes(("resident", "employee"), employee.astype(np.int64)),
            "amount": fen(np.where(employee, high, low)),
        }
    )


def _usual_unemployment(world: World) -> _Spells:
    """Unemployment that is no hardship, so much that the published share of unemployed comes out with the guessed length."""
    rng = stream(world.seed, "unemployment")
    months = world.timeline.length
    inflow = figures.UNEMPLOYED_SHARE / figures.UNEMPLOYED_MONTHS * world.lives.people
    of_hardship = len(world.shocks.struck(JOB_LOSS)) / months
    able = np.flatnonzero(world.life.working_age & ((world.life.level == 0) | (world.life.level > 2)))
    counts = rng.poisson(max(inflow - of_hardship, inflow / 3), size=months)
    start = np.repeat(np.arange(months), counts)
    person = rng.choice(able, size=len(start))
    return _Spells(person, start, start + rng.geometric(1 / figures.UNEMPLOYED_MONTHS, size=len(start)))


def _lost_to_hardship(world: World, *, only_traced: bool) -> _Spells:
    """Lost jobs behind a hardship; without work until the hardship ends."""
    lost = world.shocks.struck(JOB_LOSS) if only_traced else np.flatnonzero(world.shocks.cause == JOB_LOSS)
    length = (world.hardship.spell[:, world.hardship.household[lost]] == lost).sum(axis=0)
    start = world.shocks.month[lost]
    return _Spells(world.shocks.person[lost], start, start + length)


def _without_work(world: World, position: int) -> Flags:
    out = np.zeros(world.lives.people, dtype=bool)
    for spells in (_lost_to_hardship(world, only_traced=False), _usual_unemployment(world)):
        out[spells.person[(spells.start <= position) & (spells.end > position)]] = True
    return out
