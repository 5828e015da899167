"""One department's delivery for one month: true rows, made the department's own, spoiled, and troubled where planned."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from minsheng.demo.chance import stream
from minsheng.demo.departments import DEPARTMENTS
from minsheng.demo.dialects import Dialect, dialect_of, form_of
from minsheng.demo.files import file_bytes
from minsheng.demo.spoiling import spoil
from minsheng.demo.troubles import LATE, REPEATED, SHORT, SHORT_SHARE, days_late
from minsheng.demo.world import World
from minsheng.demo.writing import written
from minsheng.engine.contracts.schema import Column, Contract

_FREE_WORDS = ("", "无", "见附件", "已核实", "东湖片区", "2026年度", "经办人待定")


@dataclass(frozen=True)
class Delivery:
    """The bytes of a delivery, when they arrive, and what was planted in them."""

    feed: str
    position: int
    form: str
    content: bytes
    arrives_on: date
    rows: int
    planted: dict[str, int]


def make_delivery(world: World, contract: Contract, position: int, trouble: str | None) -> Delivery:
    """This will make what a department delivers for one month."""
    dialect, form = dialect_of(contract), form_of(contract)
    rng = stream(world.seed, contract.feed, position)
    source = position - 1 if trouble == REPEATED else position
    mistakes, text = _as_text(world, contract, source, dialect)
    sheet = spoil(mistakes, text.sample(fraction=SHORT_SHARE, seed=world.seed) if trouble == SHORT else text, contract, dialect)
    rows = sheet.rows.reverse() if trouble == REPEATED else sheet.rows
    rows = rows.with_columns(_extras(rng, dialect, rows.height))
    content = file_bytes(rows, contract, dialect, form)
    month = world.timeline.month(position)
    due = contract.due_on(month)
    arrives_on = (
        due + timedelta(days=days_late(world.seed, contract.feed))
        if trouble == LATE
        else max(month.last_day, due - timedelta(days=int(rng.integers(0, 3))))
    )
    return Delivery(contract.feed, position, form, content, arrives_on, rows.height, sheet.planted)


def _as_text(world: World, contract: Contract, position: int, dialect: Dialect) -> tuple[np.random.Generator, pl.DataFrame]:
    """The month's rows as the department would write them without mistakes, and the chance for its mistakes."""
    rng = stream(world.seed, contract.feed, position, "rows")
    rows = DEPARTMENTS[contract.feed](world, position, rng)
    return rng, written(_identified(world, contract, position, rows), contract, dialect)


def _identified(world: World, contract: Contract, position: int, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with what says who they are about, and what the agreement does not ask for but the department sends."""
    person = rows["person"]
    home = rows["household"] if "household" in rows.columns else pl.Series(world.residence(position)).gather(person)
    numbered = pl.Series(world.numbered).gather(person) <= world.timeline.last_day(position)
    known = {
        "number": pl.select(pl.when(numbered).then(world.people["number"].gather(person))).to_series(),
        "name": world.people["name"].gather(person),
        "birth_on": world.people["birth_on"].gather(person),
        "sex": world.people["sex"].gather(person),
        "phone": world.people["phone"].gather(person),
        "division": world.households["division"].gather(home),
    }
    roles = contract.person.named()
    missing = [column for column in contract.columns if column.name not in rows.columns]
    by_column = {name: known[role] for role, name in roles.items()}
    filled = [_filled(world, column, home, by_column.get(column.name)) for column in missing]
    return rows.with_columns(series for series in filled if series is not None)


def _filled(world: World, column: Column, home: pl.Series, known: pl.Series | None) -> pl.Series | None:
    if known is not None:
        return known.alias(column.name)
    if column.name == "address":
        return (world.households["place"].gather(home) + (home % 300 + 1).cast(pl.String) + "号").alias(column.name)
    return ("62" + (home * 7919 + 10**15).cast(pl.String)).alias(column.name) if column.type == "account" else None


def _extras(rng: np.random.Generator, dialect: Dialect, count: int) -> list[pl.Series]:
    """Columns that nobody asked for."""
    words = pl.Series(_FREE_WORDS, dtype=pl.String)
    return [words.gather(pl.Series(rng.integers(0, len(words), size=count))).alias(header) for header in dialect.extra]
