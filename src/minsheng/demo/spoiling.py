"""Mistakes in deliveries: planted on purpose, each kind in its share, each row at most once, and counted."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import polars as pl

from minsheng.demo import figures
from minsheng.demo.arrays import Ints
from minsheng.demo.dialects import Dialect
from minsheng.demo.identities import wrong_check_digits
from minsheng.demo.names import misspelt
from minsheng.engine.contracts.schema import Column, ColumnType, Contract

REFUSED: Final = ("check-digit", "ruined-number", "impossible-date", "future-date", "negative-money", "unknown-code", "missing-value")
REPEATED: Final = ("conflict", "duplicate")
ACCEPTED: Final = ("wrong-name", "no-number", "other-number")
_REGISTRY_SHARE: Final = 0.15
"""Civil affairs knows its own register better than the departments know theirs."""


@dataclass
class Sheet:
    """A delivery under way: text columns by canonical name, and what has been planted in it."""

    rows: pl.DataFrame
    contract: Contract
    dialect: Dialect
    planted: dict[str, int] = field(default_factory=dict)

    def change(self, kind: str, column: str, at: Ints, change: Callable[[pl.Series], pl.Series]) -> None:
        """Rewrite one column of some rows."""
        if len(at):
            series = self.rows[column]
            self.rows = self.rows.with_columns(series.scatter(at, change(series.gather(at))))
            self.planted[kind] = len(at)

    def column(self, wanted: ColumnType, *, required: bool = True) -> Column | None:
        """The first column of a type that the agreement allows."""
        columns = [column for column in self.contract.allowed_columns if column.type == wanted and column.name in self.rows.columns]
        return next((column for column in columns if column.required or not required), None)


def spoil(rng: np.random.Generator, rows: pl.DataFrame, contract: Contract, dialect: Dialect) -> Sheet:
    """This will plant every kind of mistake in text rows and shuffle them."""
    sheet = Sheet(rows, contract, dialect)
    share = _REGISTRY_SHARE if contract.registers else 1.0
    kinds = _kinds(sheet, share)
    order = rng.permutation(rows.height)
    start = 0
    for kind, wanted in kinds.items():
        count = _count(rng, rows.height * wanted)
        _PLANTERS[kind](sheet, kind, order[start : start + count], rng)
        start += count
    sheet.rows = sheet.rows[rng.permutation(sheet.rows.height)]
    return sheet


def _kinds(sheet: Sheet, share: float) -> dict[str, float]:
    """The share of rows per kind of mistake, harmless ones first; kinds that the contract leaves no room for get none."""
    person, key = sheet.contract.person, sheet.contract.key
    kinds = {}
    if person.number and not sheet.contract.column(person.number).required:
        kinds["no-number"] = figures.NO_NUMBER_SHARE * share
        if person.number not in key:
            kinds["other-number"] = figures.OTHER_NUMBER_SHARE * share
    if person.name:
        kinds["wrong-name"] = figures.WRONG_NAME_SHARE * share
    each = figures.EVERY_FAULT_SHARE * share / (len(REFUSED) + len(REPEATED))
    kinds |= dict.fromkeys((*REFUSED, *REPEATED), each)
    return kinds


def _count(rng: np.random.Generator, expected: float) -> int:
    return int(expected + rng.random())


def _with_number(sheet: Sheet, at: Ints) -> Ints:
    """Those of the rows that have a number."""
    numbered = sheet.rows[sheet.contract.person.number or ""].is_not_null().to_numpy()
    kept: Ints = at[numbered[at]]
    return kept


def _wrong_digit(sheet: Sheet, kind: str, at: Ints, _: np.random.Generator) -> None:
    if sheet.contract.person.number:
        numbers = _plain(sheet.rows[sheet.contract.person.number].gather(at))
        full = (numbers.str.len_chars() == 18).fill_null(value=False).to_numpy()
        sheet.change(kind, sheet.contract.person.number, at[full], lambda series: wrong_check_digits(_plain(series)))


def _plain(numbers: pl.Series) -> pl.Series:
    """Numbers without the department's way of writing them."""
    return numbers.str.normalize("NFKC").str.replace_all(" ", "").str.to_uppercase()


def _ruined(sheet: Sheet, kind: str, at: Ints, _: np.random.Generator) -> None:
    if sheet.contract.person.number:
        sheet.change(kind, sheet.contract.person.number, _with_number(sheet, at), _as_float)


def _as_float(numbers: pl.Series) -> pl.Series:
    plain = _plain(numbers)
    return plain.str.slice(0, 1) + "." + plain.str.slice(1, 5) + "E+17"


def _impossible_date(sheet: Sheet, kind: str, at: Ints, _: np.random.Generator) -> None:
    _rewrite_date(sheet, kind, at, year="2026", month="02", day="30")


def _future_date(sheet: Sheet, kind: str, at: Ints, _: np.random.Generator) -> None:
    _rewrite_date(sheet, kind, at, year="2099", month="11", day="11")


def _rewrite_date(sheet: Sheet, kind: str, at: Ints, *, year: str, month: str, day: str) -> None:
    column = sheet.column("date")
    if column:
        text = sheet.dialect.dates.replace("%Y", year).replace("%m", month).replace("%d", day)
        for clock in ("%H", "%M", "%S"):
            text = text.replace(clock, "00")
        sheet.change(kind, column.name, at, lambda series: _same(text, len(series)))


def _negative_money(sheet: Sheet, kind: str, at: Ints, _: np.random.Generator) -> None:
    column = sheet.column("money", required=False)
    if column:
        filled = sheet.rows[column.name].gather(at).str.contains("[1-9]").fill_null(value=False).to_numpy()
        sheet.change(kind, column.name, at[filled], lambda series: "-" + series)


def _unknown_code(sheet: Sheet, kind: str, at: Ints, _: np.random.Generator) -> None:
    column = sheet.column("code")
    if column:
        sheet.change(kind, column.name, at, lambda series: _same("ZZ9", len(series)))


def _missing_value(sheet: Sheet, kind: str, at: Ints, _: np.random.Generator) -> None:
    column = sheet.column("date") or sheet.column("name") or sheet.column("money")
    if column:
        sheet.change(kind, column.name, at, lambda series: pl.Series([None] * len(series), dtype=pl.String))


def _conflict(sheet: Sheet, kind: str, at: Ints, _: np.random.Generator) -> None:
    """Rows that stand there twice with different content under one key."""
    free = [
        column for column in sheet.contract.allowed_columns if column.name not in sheet.contract.key and column.name in sheet.rows.columns
    ]
    column = next((column for column in free if column.type in ("money", "decimal", "date")), None)
    whole = at[sheet.rows.select(pl.all_horizontal(pl.col(sheet.contract.key).is_not_null())).to_series().gather(at).to_numpy()]
    if column and len(whole):
        others = sheet.rows[whole].with_columns(sheet.rows[column.name].gather(np.roll(whole, 1)))
        differ = (others[column.name] != sheet.rows[column.name].gather(whole)).fill_null(value=False)
        sheet.rows = pl.concat([sheet.rows, others.filter(differ)])
        sheet.planted[kind] = int(differ.sum())


def _duplicate(sheet: Sheet, kind: str, at: Ints, _: np.random.Generator) -> None:
    if len(at):
        sheet.rows = pl.concat([sheet.rows, sheet.rows[at]])
        sheet.planted[kind] = len(at)


def _wrong_name(sheet: Sheet, kind: str, at: Ints, _: np.random.Generator) -> None:
    if sheet.contract.person.name:
        sheet.change(kind, sheet.contract.person.name, at, misspelt)


def _no_number(sheet: Sheet, kind: str, at: Ints, _: np.random.Generator) -> None:
    if sheet.contract.person.number:
        sheet.change(kind, sheet.contract.person.number, at, lambda series: pl.Series([None] * len(series), dtype=pl.String))


def _other_number(sheet: Sheet, kind: str, at: Ints, rng: np.random.Generator) -> None:
    """The valid number of somebody else in the same file."""
    if sheet.contract.person.number:
        numbers = sheet.rows[sheet.contract.person.number].drop_nulls()
        sheet.change(kind, sheet.contract.person.number, at, lambda series: numbers.gather(rng.integers(0, len(numbers), size=len(series))))


def _same(text: str, count: int) -> pl.Series:
    return pl.repeat(text, count, dtype=pl.String, eager=True)


_PLANTERS: Final[dict[str, Callable[[Sheet, str, Ints, np.random.Generator], None]]] = {
    "check-digit": _wrong_digit,
    "ruined-number": _ruined,
    "impossible-date": _impossible_date,
    "future-date": _future_date,
    "negative-money": _negative_money,
    "unknown-code": _unknown_code,
    "missing-value": _missing_value,
    "conflict": _conflict,
    "duplicate": _duplicate,
    "wrong-name": _wrong_name,
    "no-number": _no_number,
    "other-number": _other_number,
}
