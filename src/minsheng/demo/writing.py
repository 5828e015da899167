"""From clean columns to the text a department writes."""

from collections.abc import Callable
from typing import Final

import polars as pl

from minsheng.demo.dialects import Dialect, spelling_of
from minsheng.demo.names import DOTS
from minsheng.engine.contracts.schema import Column, Contract

_DIGITS: Final = "0123456789X"
_WIDE_DIGITS: Final = "０１２３４５６７８９Ｘ"
_LEGACY_EVERY: Final = 40


def written(rows: pl.DataFrame, contract: Contract, dialect: Dialect) -> pl.DataFrame:
    """This will write clean rows (columns of the contract, clean types) as text in a dialect, under the canonical names."""
    columns = [column for column in contract.columns if column.name in rows.columns]
    return rows.select(_text(column, dialect).alias(column.name) for column in columns)


def _text(column: Column, dialect: Dialect) -> pl.Expr:
    writer = _WRITERS.get(column.type)
    return writer(pl.col(column.name), column, dialect) if writer else pl.col(column.name)


def _date(value: pl.Expr, _: Column, dialect: Dialect) -> pl.Expr:
    return value.cast(pl.Datetime).dt.to_string(dialect.dates)


def _month(value: pl.Expr, _: Column, dialect: Dialect) -> pl.Expr:
    pattern = dialect.months.replace("%Y", "${1}").replace("%m", "${2}")
    return value.str.replace(r"^(\d{4})-(\d{2})$", pattern)


def _money(value: pl.Expr, _: Column, dialect: Dialect) -> pl.Expr:
    if dialect.money == "ten-thousands":
        return fixed_point(value, 6)
    if dialect.money == "grouped":
        return _grouped(value)
    return fixed_point(value, 2)


def _decimal(value: pl.Expr, column: Column, _: Dialect) -> pl.Expr:
    return fixed_point(value, column.scale)


def _integer(value: pl.Expr, _: Column, __: Dialect) -> pl.Expr:
    return value.cast(pl.String)


def _code(value: pl.Expr, column: Column, dialect: Dialect) -> pl.Expr:
    return value.replace_strict(spelling_of(column, dialect), default=None, return_dtype=pl.String)


def _division(value: pl.Expr, _: Column, dialect: Dialect) -> pl.Expr:
    return value.str.slice(0, 9) + "000" if dialect.divisions == "township" else value


def _number(value: pl.Expr, _: Column, dialect: Dialect) -> pl.Expr:
    match dialect.numbers:
        case "lower":
            return value.str.to_lowercase()
        case "spaced":
            return value.str.slice(0, 6) + " " + value.str.slice(6, 8) + " " + value.str.slice(14)
        case "full-width":
            return value.str.replace_many(list(_DIGITS), list(_WIDE_DIGITS))
        case "legacy":
            old = value.str.slice(6, 2) == "19"
            some = pl.int_range(pl.len()) % _LEGACY_EVERY == 0
            return pl.when(old & some).then(value.str.slice(0, 6) + value.str.slice(8, 9)).otherwise(value)
    return value


def _name(value: pl.Expr, _: Column, dialect: Dialect) -> pl.Expr:
    if dialect.names == "padded":
        return pl.when(value.str.len_chars() == 2).then(value.str.slice(0, 1) + "　" + value.str.slice(1)).otherwise(value)
    return value.str.replace(DOTS[0], DOTS[1], literal=True) if dialect.names == "dots" else value


def fixed_point(value: pl.Expr, places: int) -> pl.Expr:
    """Whole steps (fen, hundredths) as a decimal number with so many places."""
    if not places:
        return value.cast(pl.String)
    sign = pl.when(value < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    whole, part = value.abs() // 10**places, value.abs() % 10**places
    return pl.concat_str(sign, whole.cast(pl.String), pl.lit("."), part.cast(pl.String).str.zfill(places))


def _grouped(value: pl.Expr) -> pl.Expr:
    """Yuan with a comma between thousands, up to a thousand million."""
    yuan = value // 100
    millions, thousands = (yuan // 1_000_000).cast(pl.String), (yuan // 1000 % 1000).cast(pl.String)
    rest = (yuan % 1000).cast(pl.String)
    three = thousands + "," + rest.str.zfill(3)
    six = millions + "," + thousands.str.zfill(3) + "," + rest.str.zfill(3)
    return (
        pl.when(yuan < 1000).then(rest).when(yuan < 1_000_000).then(three).otherwise(six) + "." + (value % 100).cast(pl.String).str.zfill(2)
    )


_WRITERS: Final[dict[str, Callable[[pl.Expr, Column, Dialect], pl.Expr]]] = {
    "date": _date,
    "month": _month,
    "money": _money,
    "decimal": _decimal,
    "integer": _integer,
    "code": _code,
    "division": _division,
    "identity_number": _number,
    "name": _name,
}
