"""Identity numbers by the column: the twin of `minsheng.kernel.identity_numbers` for millions of rows."""

from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from minsheng.kernel.identity_numbers import (
    CHECK_DIGITS,
    EARLIEST_BIRTH_YEAR,
    IGNORED,
    LEGACY_CENTURY,
    LEGACY_LENGTH,
    LENGTH,
    MADE_UP_AREA,
    REWRITTEN,
    RUINED_ENDING,
    RUINED_PATTERN,
    WEIGHTS,
)

SCHEMA: Final = pl.Schema({"number": pl.String, "birth_on": pl.Date, "sex": pl.String, "fault": pl.String})

_Bytes = npt.NDArray[np.uint8]
_Integers = npt.NDArray[np.int32]
_WELL_FORMED: Final = "^[0-9]{17}[0-9X]$"
_LEGACY: Final = f"^[0-9]{{{LEGACY_LENGTH}}}$"
_IGNORED_PATTERN: Final = "[" + "".join(f"\\x{{{ord(character):x}}}" for character in IGNORED) + "]"
_CHECK_BYTES: Final = np.frombuffer(CHECK_DIGITS.encode(), np.uint8)
_UNCHECKED: Final = "?"
_ZERO: Final = ord("0")
_EPOCH: Final = date(1970, 1, 1)
_MONTH_DAYS: Final = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], np.int32)
_EPOCH_FROM_YEAR_0: Final = 719_469
"""Days from 29 February of the year 0 to 1 January 1970."""
_NO_DAY: Final = np.iinfo(np.int32).max


def check_numbers(numbers: pl.Series, *, today: date, made_up_allowed: bool) -> pl.DataFrame:
    """Check a text column of identity numbers: one row out for each row in, with the columns number, birth_on, sex and fault.

    A valid number comes back with 18 characters and no fault; another one with its fault (`identity_numbers.Fault`) and nothing
    else; a blank one with nothing at all, because a number that is not given is not wrong. Numeric cells of a spreadsheet should
    come as the float's own text (`1.1010519491231e+17`), so that they are seen to be ruined.
    """
    texts = numbers.cast(pl.String)
    rough = ~texts.str.contains(_WELL_FORMED).fill_null(False)
    if not rough.any():
        return _judged(texts, today, made_up_allowed)
    straight = _straightened(texts.filter(rough))
    sound = rough.not_().scatter(rough.arg_true(), straight["fault"].is_null() & straight["text"].is_not_null())
    texts = texts.scatter(rough.arg_true(), straight["text"])
    return _judged(texts.filter(sound), today, made_up_allowed).pipe(_spread, sound, rough, straight["fault"])


def _spread(judged: pl.DataFrame, sound: pl.Series, rough: pl.Series, shape_faults: pl.Series) -> pl.DataFrame:
    """Put the judged rows back between those whose shape was at fault or that were blank."""
    blank = pl.select(pl.repeat(None, sound.len(), dtype=kind).alias(name) for name, kind in SCHEMA.items())
    blank = blank.with_columns(blank["fault"].scatter(rough.arg_true(), shape_faults))
    return blank.select(column.scatter(sound.arg_true(), judged[column.name]) for column in blank)


def _straightened(texts: pl.Series) -> pl.DataFrame:
    """Each text in 18 characters, or with a fault, or null if nothing is left of it."""
    plain = texts.alias("text").to_frame().select(pl.col("text").str.replace_all(_IGNORED_PATTERN, "").str.replace_many(REWRITTEN))
    return plain.with_columns(fault=_shape_fault(), text=_upgraded())


def _shape_fault() -> pl.Expr:
    text = pl.col("text")
    return (
        pl.when(text == "")
        .then(pl.lit(None, pl.String))
        .when(text.str.contains(RUINED_PATTERN))
        .then(pl.lit("ruined-by-spreadsheet"))
        .when(~text.str.len_chars().is_in([LENGTH, LEGACY_LENGTH]))
        .then(pl.lit("length"))
        .when(~text.str.contains(_WELL_FORMED) & ~text.str.contains(_LEGACY))
        .then(pl.lit("characters"))
    )


def _upgraded() -> pl.Expr:
    text = pl.col("text")
    first17 = pl.concat_str(text.str.head(6), pl.lit(LEGACY_CENTURY), text.str.tail(9))
    return pl.when(text.str.contains(_LEGACY)).then(first17 + _UNCHECKED).when(text != "").then(text)


def _judged(texts: pl.Series, today: date, made_up_allowed: bool) -> pl.DataFrame:
    """Judge texts of seventeen digits and a check digit (`?` where it is still to be reckoned)."""
    columns = _columns(texts)
    days = _birth_days(columns)
    expected = _expected_checks(columns)
    legacy = columns[17] == ord(_UNCHECKED)
    verdict = pl.DataFrame(
        {
            "text": _completed(texts, expected, legacy),
            "day": days,
            "future": days > (today - _EPOCH).days,
            "misfit": (columns[17] != expected) & ~legacy,
            "male": columns[16] % 2 == 1,
        }
    )
    faulted = verdict.with_columns(fault=_content_fault(made_up_allowed))
    right = pl.col("fault").is_null()
    return faulted.select(
        number=pl.when(right).then(pl.col("text")),
        birth_on=pl.when(right).then(pl.col("day").cast(pl.Date)),
        sex=pl.when(right).then(pl.when("male").then(pl.lit("male")).otherwise(pl.lit("female"))),
        fault=pl.col("fault"),
    )


def _content_fault(made_up_allowed: bool) -> pl.Expr:
    misfit = pl.col("misfit")
    made_up = pl.col("text").str.starts_with(MADE_UP_AREA) & pl.lit(not made_up_allowed)
    return (
        pl.when(pl.col("day") == _NO_DAY)
        .then(pl.lit("birth-date"))
        .when("future")
        .then(pl.lit("future-birth"))
        .when(misfit & pl.col("text").str.ends_with(RUINED_ENDING))
        .then(pl.lit("ruined-by-spreadsheet"))
        .when(misfit)
        .then(pl.lit("check-digit"))
        .when(made_up)
        .then(pl.lit("made-up"))
    )


def _columns(texts: pl.Series) -> _Bytes:
    """The texts' bytes, one row of the array per character place."""
    data = texts.to_arrow(compat_level=pl.CompatLevel.oldest()).buffers()[2]
    characters = np.frombuffer(b"" if data is None else data.to_pybytes(), np.uint8)
    return np.ascontiguousarray(characters.reshape(-1, LENGTH).T)


def _expected_checks(columns: _Bytes) -> _Bytes:
    total = np.zeros(columns.shape[1], np.uint16)
    for weight, digits in zip(WEIGHTS, columns, strict=False):
        total += (digits - _ZERO) * np.uint16(weight)
    return _CHECK_BYTES[total % 11]


def _birth_days(columns: _Bytes) -> _Integers:
    """Days since 1970, or _NO_DAY where the calendar has no such day."""
    digit = columns[6:14].astype(np.int32) - _ZERO
    year = digit[0] * 1000 + digit[1] * 100 + digit[2] * 10 + digit[3]
    month, day = digit[4] * 10 + digit[5], digit[6] * 10 + digit[7]
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    days_in_month = _MONTH_DAYS[np.where(month <= 12, month, 0)] + (leap & (month == 2))
    real = (year >= EARLIEST_BIRTH_YEAR) & (day >= 1) & (day <= days_in_month)
    return np.where(real, _days_since_epoch(year, month, day), np.int32(_NO_DAY))


def _days_since_epoch(year: _Integers, month: _Integers, day: _Integers) -> _Integers:
    """Count the days of the Gregorian calendar, years beginning in March so that the leap day comes last."""
    since_march = (month + 9) % 12
    years = year - (month <= 2)
    leap_days = years // 4 - years // 100 + years // 400
    days: _Integers = years * 365 + leap_days + (since_march * 153 + 2) // 5 + day - _EPOCH_FROM_YEAR_0
    return days


def _completed(texts: pl.Series, expected: _Bytes, legacy: npt.NDArray[np.bool_]) -> pl.Series:
    """The texts with the reckoned check digit where they had none."""
    if not legacy.any():
        return texts
    check = pl.Series(expected).replace_strict({ord(digit): digit for digit in CHECK_DIGITS})
    return (texts.str.head(17) + check).zip_with(pl.Series(legacy), texts)
