"""Which column type is cleaned how, and what type comes out."""

from typing import Final

import polars as pl

from minsheng.engine.contracts.schema import Column, ColumnType
from minsheng.engine.intake.cleaning.amounts import clean_decimals, clean_integers, clean_money
from minsheng.engine.intake.cleaning.cells import Circumstances, Cleaned, Cleaner, without_blanks
from minsheng.engine.intake.cleaning.dates import clean_dates, clean_months
from minsheng.engine.intake.cleaning.words import clean_accounts, clean_codes, clean_divisions, clean_names, clean_phones, clean_text
from minsheng.engine.intake.heading import Placed
from minsheng.engine.linkage.numbers import check_numbers

_NO_NUMBER: Final = ("无", "暂无", "不详", "未知", "无身份证", "未办理")


def clean_identity_numbers(text: pl.Series, _: Placed, now: Circumstances) -> Cleaned:
    """Check identity numbers; faults are those of `check_numbers`. A word that says there is none is a blank."""
    checked = check_numbers(text.set(text.is_in(_NO_NUMBER), None), today=now.today, made_up_allowed=now.made_up_allowed)
    return Cleaned(checked["number"], checked["fault"])


_CLEANERS: Final[dict[ColumnType, Cleaner]] = {
    "text": clean_text,
    "identity_number": clean_identity_numbers,
    "name": clean_names,
    "date": clean_dates,
    "month": clean_months,
    "money": clean_money,
    "integer": clean_integers,
    "decimal": clean_decimals,
    "code": clean_codes,
    "division": clean_divisions,
    "phone": clean_phones,
    "account": clean_accounts,
}
_DTYPES: Final[dict[ColumnType, pl.DataType]] = {"date": pl.Date(), "money": pl.Int64(), "integer": pl.Int64(), "decimal": pl.Int64()}


def clean_dtype(column: Column) -> pl.DataType:
    """The type of a column's clean values: dates, whole numbers (fen for money), otherwise text."""
    return _DTYPES.get(column.type, pl.String())


def clean_column(cells: pl.Series, place: Placed, now: Circumstances) -> Cleaned:
    """Clean a column of tidy text cells into typed values and faults; blank cells are null and no fault."""
    text = without_blanks(cells, place.column)
    cleaned = _CLEANERS[place.column.type](text, place, now)
    return Cleaned(cleaned.values.cast(clean_dtype(place.column)).alias(place.column.name), cleaned.faults.alias(place.column.name))
