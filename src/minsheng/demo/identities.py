"""Identity numbers that nobody has: area 999xxx, real check digits, each one once (GB 11643)."""

from typing import Final

import numpy as np
import polars as pl

from minsheng.demo.arrays import Flags, Ints
from minsheng.kernel.errors import Refusal

_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK: Final = np.array(list("10X98765432"))
_SERIALS: Final = 500
_AREA_BLOCKS: Final = 3
_AREAS: Final = 300


class TooManyBornOnOneDay(Refusal):
    """More people of one sex were born on one day than there are made-up numbers."""

    code = "too-many-born-on-one-day"


def draw_numbers(rng: np.random.Generator, born: Ints, male: Flags) -> pl.Series:
    """This will give every person a number of its own: `born` in days since 1970, odd serials for men."""
    slot = _rank_within(born * 2 + male)
    if len(slot) and slot.max() >= _SERIALS * _AREA_BLOCKS:
        raise TooManyBornOnOneDay("The made-up numbers of one birthday are used up.", next_step="Build fewer households.")
    area = 999_000 + 1 + rng.integers(0, _AREAS, size=len(born)) * _AREA_BLOCKS + slot // _SERIALS
    serial = (slot * 7 % _SERIALS) * 2 + male
    return with_check_digits((area * 10**8 + _as_yyyymmdd(born)) * 1000 + serial)


def with_check_digits(seventeen: Ints) -> pl.Series:
    """The 18-character numbers of 17-digit integers."""
    total = np.zeros(len(seventeen), dtype=np.int64)
    rest = seventeen.copy()
    for weight in reversed(_WEIGHTS):
        rest, digit = np.divmod(rest, 10)
        total += weight * digit
    body = pl.Series(seventeen).cast(pl.String)
    return (body + pl.Series(_CHECK[total % 11])).alias("number")


def wrong_check_digits(numbers: pl.Series) -> pl.Series:
    """The numbers with one digit typed wrong: their last digit before the check digit moves on by one."""
    digit = (numbers.str.slice(16, 1).cast(pl.Int64) + 1) % 10
    return numbers.str.slice(0, 16) + digit.cast(pl.String) + numbers.str.slice(17, 1)


def draw_phones(rng: np.random.Generator, count: int) -> pl.Series:
    """Eleven digits written like mobile numbers; drawn at random, kept by nobody here."""
    heads = np.array([130, 131, 133, 135, 137, 138, 139, 150, 151, 158, 159, 177, 180, 186, 188, 189])
    return pl.Series(heads[rng.integers(0, len(heads), size=count)] * 10**8 + rng.integers(0, 10**8, size=count)).cast(pl.String)


def _rank_within(key: Ints) -> Ints:
    """0, 1, 2 … within equal keys, in the order in which they stand."""
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(key) else np.zeros(0, dtype=np.int64)
    rank = np.empty(len(key), dtype=np.int64)
    rank[order] = np.arange(len(key)) - np.repeat(starts, np.diff(np.r_[starts, len(key)]))
    return rank


def _as_yyyymmdd(days: Ints) -> Ints:
    dates = pl.Series(days).cast(pl.Int32).cast(pl.Date)
    return (dates.dt.year().cast(pl.Int64) * 10_000 + dates.dt.month().cast(pl.Int64) * 100 + dates.dt.day().cast(pl.Int64)).to_numpy()
