"""Medical insurance and the health bureau."""

from typing import Final

import numpy as np
import polars as pl

from minsheng.demo import figures
from minsheng.demo.arrays import Flags, Floats, Ints
from minsheng.demo.chance import stream
from minsheng.demo.departments.rows import dates, days_in, fen, lognormal, never_nobody, papers, pick_codes
from minsheng.demo.register import DIBAO, MARGINAL, TEKUN
from minsheng.demo.shocks import ILLNESS
from minsheng.demo.timeline import BURN_IN
from minsheng.demo.world import World

_HOSPITALS: Final = (
    "区人民医院",
    "区中医医院",
    "江南社区卫生服务中心",
    "市中心医院",
    "长江医科大学附属医院",
    "沙湖街社区卫生服务中心",
    "市肿瘤专科医院",
    "市儿童医院",
)
_DISEASES: Final = ("高血压", "2型糖尿病", "冠心病", "脑梗死", "慢性阻塞性肺疾病", "恶性肿瘤", "尿毒症透析", "重性精神病")
_CODES: Final = ("I10", "E11.9", "I25.1", "I63.9", "J44.9", "C34.9", "N18.6", "F20.0")
_OWN_SHARES: Final = {TEKUN: 0.12, DIBAO: 0.22, MARGINAL: 0.32}
_OWN_SHARE_OTHERS: Final = 0.40
_CARE: Final = ("inpatient", "outpatient", "chronic_outpatient")
_INPATIENT, _OUTPATIENT, _CHRONIC = range(3)


def medical_settlements(world: World, position: int, rng: np.random.Generator) -> pl.DataFrame:
    """Every settlement of the month: stays in hospital, outpatient visits, visits for chronic diseases."""
    alive = world.alive(position)
    ill, month, ill_cost = _stays_of_the_ill(world)
    now = (month == position) & alive[ill]
    usual, usual_cost = _usual_stays(world, position, rng)
    visits = np.flatnonzero(alive & (rng.random(len(alive)) < figures.OUTPATIENT_PER_MONTH))
    chronic = np.flatnonzero(alive & world.life.chronic & (rng.random(len(alive)) < figures.CHRONIC_VISITS_PER_MONTH))
    person = np.concatenate([ill[now], usual, visits, chronic])
    kind = np.repeat([_INPATIENT, _OUTPATIENT, _CHRONIC], [now.sum() + len(usual), len(visits), len(chronic)])
    cost = np.concatenate([ill_cost[now], usual_cost, lognormal(rng, figures.OUTPATIENT_MEAN_YUAN, 0.8, len(visits) + len(chronic))])
    return _settled(world, position, rng, person, kind, cost)


def disease_registrations(world: World, position: int, rng: np.random.Generator) -> pl.DataFrame:
    """People newly registered with a chronic or major disease."""
    ill = _due(world, "registered-disease", position, ILLNESS, latest=2, seen=0.6)
    age_weight = np.interp(world.age, (0, 30, 60, 80), (0.1, 0.4, 2.0, 2.6))
    chance = world.alive(position) * age_weight * (figures.CHRONIC_NEW_PER_YEAR / 12 / age_weight.mean())
    usual = np.flatnonzero(rng.random(len(chance)) < chance)
    person = never_nobody(rng, world, np.concatenate([ill, usual]), world.alive(position))
    major = rng.random(len(person)) < np.where(np.arange(len(person)) < len(ill), 0.7, 0.12)
    disease = np.where(major, rng.integers(5, 8, size=len(person)), rng.integers(0, 5, size=len(person)))
    return pl.DataFrame(
        {
            "person": person,
            "registered_on": dates(days_in(rng, world, position, len(person))),
            "kind": pick_codes(("chronic", "major"), major.astype(np.int64)),
            "disease": pick_codes(_DISEASES, disease),
            "certificate_no": papers("MB", position, rng.permutation(len(person))),
        }
    )


def _due(world: World, name: str, position: int, cause: int, *, latest: int, seen: float) -> Ints:
    """The people struck by a cause whose record falls into this month, up to `latest` months after; only a share is `seen`."""
    rng = stream(world.seed, name)
    struck = world.shocks.struck(cause)
    month = world.shocks.month[struck] + rng.integers(0, latest + 1, size=len(struck))
    now = (month == position) & (rng.random(len(struck)) < seen)
    person = world.shocks.person[struck][now]
    living: Ints = person[world.alive(position)[person]]
    return living


def _stays_of_the_ill(world: World) -> tuple[Ints, Ints, Floats]:
    """Persons, months and costs of all stays that belong to an illness behind a hardship."""
    rng = stream(world.seed, "stays")
    struck = world.shocks.struck(ILLNESS)
    stays = 1 + rng.poisson(figures.MAJOR_ILLNESS_STAYS - 1, size=len(struck))
    spell = np.repeat(struck, stays)
    month = world.shocks.month[spell] + np.minimum(rng.geometric(0.45, size=len(spell)) - 1, 5)
    heavier = 0.6 + 0.8 * (world.hardship.severity[spell] - 40) / 48
    cost = lognormal(rng, figures.MAJOR_ILLNESS_COST, figures.STAY_COST_SIGMA, len(spell)) * heavier
    return world.shocks.person[spell], month, cost


def _usual_stays(world: World, position: int, rng: np.random.Generator) -> tuple[Ints, Floats]:
    """Persons and costs of the month's other stays: as many and as dear as the published rate and mean cost leave to them."""
    _, months, costs = _stays_of_the_ill(world)
    settled = (months >= BURN_IN) & (months < world.timeline.length)
    ill_a_month, ill_cost = settled.sum() / (world.timeline.length - BURN_IN), costs[settled].sum() / (world.timeline.length - BURN_IN)
    alive = world.alive(position)
    expected = figures.ADMISSIONS_PER_100_YEAR / 100 * alive.sum() / 12
    usual = max(expected - ill_a_month, expected / 2)
    weight = alive * np.interp(world.age, (0, 5, 20, 45, 65, 85), (1.2, 0.6, 0.35, 0.7, 1.8, 3.0)) * np.where(world.life.chronic, 1.7, 1.0)
    stays = rng.poisson(weight * (usual / weight.sum()))
    mean = max((expected * figures.STAY_MEAN_YUAN - ill_cost) / usual, figures.STAY_MEAN_YUAN / 4)
    return np.repeat(np.arange(len(stays)), stays), lognormal(rng, mean, figures.STAY_COST_SIGMA, int(stays.sum()))


def _settled(world: World, position: int, rng: np.random.Generator, person: Ints, kind: Ints, cost: Floats) -> pl.DataFrame:
    """The rows with costs shared between the fund and the person."""
    category = world.register[world.full_month(position)].category[world.residence(position)[person]]
    own = np.full(len(person), _OWN_SHARE_OTHERS)
    for group, share in _OWN_SHARES.items():
        own[category == group] = share
    total = fen(np.clip(cost, 20, 900_000))
    own_fen = np.rint(total * np.clip(own + rng.normal(0, 0.1, size=len(own)), 0.03, 0.9)).astype(np.int64)
    disease = rng.integers(0, len(_CODES), size=len(person))
    return pl.DataFrame(
        {
            "person": person,
            "settlement_no": papers("S", position, rng.permutation(len(person))),
            "settled_on": dates(days_in(rng, world, position, len(person))),
            "kind": pick_codes(_CARE, kind),
            "hospital": pick_codes(_HOSPITALS, rng.integers(0, len(_HOSPITALS), size=len(person))),
            "disease_code": pick_codes(_CODES, disease),
            "total_cost": total,
            "fund_paid": total - own_fen,
            "own_share": own_fen,
            "days": _days(rng, cost, kind == _INPATIENT),
        }
    )


def _days(rng: np.random.Generator, cost: Floats, inpatient: Flags) -> pl.Series:
    """Days in hospital with the published mean, longer for dearer stays; null for other care."""
    days = np.zeros(len(cost), dtype=np.int64)
    if inpatient.any():
        length = np.clip(cost[inpatient] / figures.STAY_MEAN_YUAN, 0.3, 4) ** 0.5
        days[inpatient] = 1 + rng.poisson((figures.STAY_MEAN_DAYS - 1) * length / length.mean())
    return pl.Series(days).replace(0, None)
