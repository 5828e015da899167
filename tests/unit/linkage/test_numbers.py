from datetime import date

import polars as pl
import pytest

from minsheng.engine.linkage.numbers import SCHEMA, check_numbers

TODAY = date(2026, 11, 21)


def test_one_row_comes_out_for_each_row_in() -> None:
    texts = pl.Series(
        [
            "11010519491231002X",
            None,
            "110105491231002",
            "1.1010519491231E+17",
            " ",
            "999101200002290021",
            "１１０１０５１９４９１２３１００２ｘ",
        ]
    )
    checked = check_numbers(texts, today=TODAY, made_up_allowed=False)
    valid = ("11010519491231002X", date(1949, 12, 31), "female", None)
    blank = (None, None, None, None)
    assert checked.schema == SCHEMA
    assert checked.rows() == [
        valid,
        blank,
        valid,
        (None, None, None, "ruined-by-spreadsheet"),
        blank,
        (None, None, None, "check-digit"),
        valid,
    ]


@pytest.mark.parametrize("texts", [[], [None], [""], ["无"], [None, None, "11010519491231002X"]])
def test_thin_columns_are_checked_too(texts: list[str | None]) -> None:
    checked = check_numbers(pl.Series(texts, dtype=pl.String), today=TODAY, made_up_allowed=False)
    assert (checked.schema, checked.height) == (SCHEMA, len(texts))


def test_part_of_a_column_is_checked_like_the_whole() -> None:
    texts = pl.Series(["440524188001010014", "11010519491231002X", "34052419800101001X", "110105491231002"])
    whole = check_numbers(texts, today=TODAY, made_up_allowed=False)
    assert check_numbers(texts.slice(1, 2), today=TODAY, made_up_allowed=False).equals(whole.slice(1, 2))
    assert check_numbers(texts.slice(1), today=TODAY, made_up_allowed=False).equals(whole.slice(1))


def test_the_column_given_is_left_as_it_was() -> None:
    texts = pl.Series(["11010519491231002x", "110105491231002"])
    check_numbers(texts, today=TODAY, made_up_allowed=False)
    assert texts.to_list() == ["11010519491231002x", "110105491231002"]
