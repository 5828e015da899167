"""What all columns share: the result of cleaning, blank cells, and mending only the cells that are not plain already."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from minsheng.engine.contracts.headers import plain
from minsheng.engine.contracts.schema import Column
from minsheng.engine.intake.heading import Placed

RUINED: Final = r"^[0-9](\.[0-9]+)?[eE]\+?[0-9]+$"


@dataclass(frozen=True)
class Cleaned:
    """Typed values (null where blank or at fault) and the fault of each cell (null where there is none)."""

    values: pl.Series
    faults: pl.Series


@dataclass(frozen=True)
class Circumstances:
    """What understanding a cell depends on beside its column."""

    today: date
    made_up_allowed: bool
    counts_from_1904: bool


Cleaner = Callable[[pl.Series, Placed, Circumstances], Cleaned]


def without_blanks(text: pl.Series, column: Column) -> pl.Series:
    """Null also where the column's own spellings of nothing stand."""
    if not column.blanks:
        return text
    blanks = {plain(blank) for blank in column.blanks}
    spelled = [cell for cell in text.unique() if cell is not None and plain(cell) in blanks]
    return text.set(text.is_in(spelled), None) if spelled else text


@dataclass(frozen=True)
class Mended:
    """Texts of which the odd ones were mended, and which of them still do not fit."""

    texts: pl.Series
    misfits: pl.Series


def mend_where_not(plain_pattern: str, text: pl.Series, mend: Callable[[pl.Series], pl.Series]) -> Mended:
    """Mend only the cells that do not fit the plain pattern already, which are few."""
    odd = ~text.str.contains(plain_pattern)
    if not odd.any():
        return Mended(text, odd)
    places = odd.arg_true()
    mended = mend(text.gather(places))
    return Mended(text.scatter(places, mended), odd.scatter(places, ~mended.str.contains(plain_pattern)))


def narrow(text: pl.Series) -> pl.Series:
    """Full-width digits, letters and signs as plain ones."""
    return text.str.normalize("NFKC")


def faults(text: pl.Series, *cases: tuple[pl.Series, str]) -> pl.Series:
    """The first reason whose mask holds, for each cell that says something."""
    chosen: pl.Expr = pl.lit(None, pl.String)
    found = [(mask, reason) for mask, reason in cases if mask.any()]
    for mask, reason in reversed(found):
        chosen = pl.when(mask.fill_null(False)).then(pl.lit(reason)).otherwise(chosen)
    if not found:
        return pl.repeat(None, text.len(), dtype=pl.String, eager=True).alias("fault")
    return text.to_frame("cell").select(fault=pl.when(text.is_not_null()).then(chosen)).to_series()


def judged(text: pl.Series, values: pl.Series, *cases: tuple[pl.Series, str]) -> Cleaned:
    """Values with the faults of the cases; a value at fault is left out."""
    found = faults(text, *cases)
    return Cleaned(values.set(found.is_not_null(), None) if found.null_count() < found.len() else values, found)
