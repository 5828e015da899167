"""Names, free text, codes and the numbers that only identify: divisions, phones, accounts."""

from typing import Final

import polars as pl

from minsheng.engine.contracts.headers import code_index, plain
from minsheng.engine.intake.cleaning.cells import RUINED, Circumstances, Cleaned, judged, mend_where_not, narrow
from minsheng.engine.intake.heading import Placed

LONGEST_TEXT: Final = 500
LONGEST_NAME: Final = 60
DIVISION_LENGTH: Final = 12
_RUINED_TEXT: Final = r"^[0-9]\.[0-9]+[eE]\+[0-9]{2}$"
_DIVISION: Final = r"^(?:[0-9]{6}|[0-9]{9}|[0-9]{12})$"
_PHONE: Final = r"^[0-9]{5,20}$"
_ACCOUNT: Final = r"^[0-9A-Z]{6,34}$"
_UNDECODABLE: Final = "\ufffd"


def clean_text(text: pl.Series, _: Placed, __: Circumstances) -> Cleaned:
    """Keep text as it is. Faults: undecodable, too-long, ruined-by-spreadsheet (a long number in scientific notation)."""
    return judged(
        text,
        text,
        (text.str.contains(_UNDECODABLE, literal=True), "undecodable"),
        (text.str.len_chars() > LONGEST_TEXT, "too-long"),
        (text.str.contains(_RUINED_TEXT), "ruined-by-spreadsheet"),
    )


def clean_names(text: pl.Series, _: Placed, __: Circumstances) -> Cleaned:
    """Keep names as they are. Faults: undecodable, too-long, not-a-name (digits in it)."""
    return judged(
        text,
        text,
        (text.str.contains(_UNDECODABLE, literal=True), "undecodable"),
        (text.str.len_chars() > LONGEST_NAME, "too-long"),
        (text.str.contains("[0-9０-９]"), "not-a-name"),
    )


def clean_codes(text: pl.Series, place: Placed, _: Circumstances) -> Cleaned:
    """Read every accepted spelling of a code into the code itself. Fault: unknown-code."""
    index = code_index(place.column)
    spellings = text.drop_nulls().unique()
    codes = pl.Series([index.get(plain(spelling)) for spelling in spellings], dtype=pl.String)
    values = text.replace_strict(spellings, codes, default=None, return_dtype=pl.String)
    return judged(text, values, (values.is_null(), "unknown-code"))


def clean_divisions(text: pl.Series, _: Placed, __: Circumstances) -> Cleaned:
    """Read division codes of 6, 9 or 12 digits into 12, padded with zeros. Faults: ruined-by-spreadsheet, division-code."""
    written = mend_where_not(_DIVISION, text, narrow)
    return judged(
        text,
        written.texts.str.pad_end(DIVISION_LENGTH, "0"),
        (written.texts.str.contains(RUINED), "ruined-by-spreadsheet"),
        (written.misfits, "division-code"),
    )


def clean_phones(text: pl.Series, _: Placed, __: Circumstances) -> Cleaned:
    """Read phone numbers into digits alone. Faults: ruined-by-spreadsheet, phone."""
    written = mend_where_not(
        _PHONE, text, lambda odd: narrow(odd).str.replace_all(r"[\s\-()]", "").str.replace(r"^(?:\+86|0086|86)(1)", "$1")
    )
    return judged(text, written.texts, (written.texts.str.contains(RUINED), "ruined-by-spreadsheet"), (written.misfits, "phone"))


def clean_accounts(text: pl.Series, _: Placed, __: Circumstances) -> Cleaned:
    """Read account numbers without spaces. Faults: ruined-by-spreadsheet, account."""
    written = mend_where_not(_ACCOUNT, text, lambda odd: narrow(odd).str.replace_all(r"[\s\-]", "").str.to_uppercase())
    return judged(
        text,
        written.texts,
        (written.texts.str.contains(r"^[0-9]\.[0-9]+E\+?[0-9]+$"), "ruined-by-spreadsheet"),
        (written.misfits, "account"),
    )
