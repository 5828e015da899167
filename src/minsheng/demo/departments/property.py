"""What people own or rent: vehicles, real estate, businesses, dangerous houses, public rental."""

from typing import Final

import numpy as np
import polars as pl

from minsheng.demo.arrays import Flags, Floats
from minsheng.demo.chance import stream
from minsheng.demo.departments.rows import Stock, dates, draw_codes, draw_stock, fen, lognormal, outside
from minsheng.demo.families import SELF
from minsheng.demo.lives import NEVER
from minsheng.demo.world import World

_VEHICLES: Final = {"car": 0.42, "motorcycle": 0.5, "truck": 0.05, "farm": 0.03}
_VEHICLE_YUAN: Final = {"car": 45_000, "motorcycle": 3_500, "truck": 60_000, "farm": 12_000}
_USES: Final = {"residential": 0.94, "commercial": 0.03, "other": 0.03}
_BUSINESSES: Final = {"sole_trader": 0.82, "company": 0.16, "cooperative": 0.02}


def vehicles(world: World, position: int, _: np.random.Generator) -> pl.DataFrame:
    """Every registered vehicle."""
    stock = draw_stock(world, "vehicles", _grown(world) * _share(world, 0.038, 0.12), years=10, new_a_month=0.008, gone_a_month=0.004)
    now, steady = stock.held_on(world.timeline.last_day(position)), stream(world.seed, "vehicle kinds")
    kind = draw_codes(steady, _VEHICLES, len(stock.person))
    value = kind.replace_strict(_VEHICLE_YUAN, return_dtype=pl.Float64).to_numpy() * lognormal(steady, 1.0, 0.4, len(stock.person))
    plate = "鄂A" + pl.Series(100_000 + stock.serial * 13 % 900_000).cast(pl.String)
    return pl.DataFrame(
        {
            "person": stock.person[now],
            "plate": plate.gather(pl.Series(now)),
            "kind": kind.gather(pl.Series(now)),
            "registered_on": dates(stock.since[now]),
            "value": fen(np.rint(value[now] / 100) * 100),
        }
    )


def real_estate(world: World, position: int, _: np.random.Generator) -> pl.DataFrame:
    """Every registered home, shop and garage; some people have two."""
    owners = (world.lives.relation == SELF) * (world.age >= 18) * _share(world, 0.15, 0.30)
    stock = draw_stock(world, "real estate", owners, years=25, new_a_month=0.003, gone_a_month=0.002)
    second = draw_stock(world, "second homes", owners * 0.06, years=12, new_a_month=0.01)
    stock = _together(stock, second)
    now, steady = stock.held_on(world.timeline.last_day(position)), stream(world.seed, "uses")
    use, area = draw_codes(steady, _USES, len(stock.person)), lognormal(steady, 68, 0.4, len(stock.person))
    certificate = "鄂(2024)不动产权第" + pl.Series(1_000_000 + stock.serial).cast(pl.String) + "号"
    return pl.DataFrame(
        {
            "person": stock.person[now],
            "certificate_no": certificate.gather(pl.Series(now)),
            "use": use.gather(pl.Series(now)),
            "area": np.rint(area[now] * 100).astype(np.int64),
            "registered_on": dates(stock.since[now]),
        }
    )


def business_registrations(world: World, position: int, _: np.random.Generator) -> pl.DataFrame:
    """Every business with its legal representative."""
    stock = draw_stock(world, "businesses", _grown(world) * _share(world, 0.017, 0.045), years=12, new_a_month=0.01)
    now, steady = stock.held_on(world.timeline.last_day(position)), stream(world.seed, "business kinds")
    kind, capital = draw_codes(steady, _BUSINESSES, len(stock.person)), lognormal(steady, 60_000, 1.2, len(stock.person))
    closed = steady.random(len(stock.person)) < 0.22
    number = "92420106MA" + pl.Series(10_000_000 + stock.serial * 37).cast(pl.String)
    return pl.DataFrame(
        {
            "person": stock.person[now],
            "business_no": number.gather(pl.Series(now)),
            "kind": kind.gather(pl.Series(now)),
            "capital": fen(np.rint(capital[now] / 1000) * 1000),
            "registered_on": dates(stock.since[now]),
            "status": pl.Series(np.where(closed[now], "cancelled", "active")),
        }
    )


def dangerous_houses(world: World, position: int, _: np.random.Generator) -> pl.DataFrame:
    """Every assessed house."""
    stock = draw_stock(
        world,
        "dangerous houses",
        (world.lives.relation == SELF) * _share(world, 0.0105, 0.008),
        years=6,
        new_a_month=0.015,
        gone_a_month=0.01,
    )
    now = stock.held_on(world.timeline.last_day(position))
    grade = draw_codes(stream(world.seed, "grades"), {"A": 0.1, "B": 0.35, "C": 0.38, "D": 0.17}, len(stock.person))
    return pl.DataFrame({"person": stock.person[now], "grade": grade.gather(pl.Series(now)), "assessed_on": dates(stock.since[now])})


def public_rental(world: World, position: int, _: np.random.Generator) -> pl.DataFrame:
    """Every running contract for a public rental home."""
    stock = draw_stock(
        world, "public rental", (world.lives.relation == SELF) * _share(world, 0.085, 0.025), years=8, new_a_month=0.01, gone_a_month=0.006
    )
    now, steady = stock.held_on(world.timeline.last_day(position)), stream(world.seed, "rents")
    rent = lognormal(steady, 210, 0.4, len(stock.person))
    contract = "GZF" + pl.Series(5_000_000 + stock.serial).cast(pl.String)
    return pl.DataFrame(
        {
            "person": stock.person[now],
            "contract_no": contract.gather(pl.Series(now)),
            "rent": fen(np.rint(rent[now])),
            "from_on": dates(stock.since[now]),
        }
    )


def _grown(world: World) -> Floats:
    grown: Flags = (world.age >= 18) & (world.lives.died == NEVER)
    return grown.astype(np.float64)


def _share(world: World, registered: float, others: float) -> Floats:
    """A chance per person: one for those of the register, another for the others."""
    return np.where(outside(world), others, registered)


def _together(one: Stock, other: Stock) -> Stock:
    pairs = ((one.person, other.person), (one.since, other.since), (one.until, other.until))
    person, since, until = (np.concatenate(pair) for pair in pairs)
    return Stock(person, since, until, np.arange(len(person)))
