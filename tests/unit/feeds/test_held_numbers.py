"""Whose number it is, asked by the column, is what a join over everybody would say."""

from datetime import date

import polars as pl

from minsheng.domain.feeds.held_numbers import HeldNumbers

PEOPLE = {"person_key": pl.Int64, "pseudonym": pl.Binary, "name": pl.String, "birth_on": pl.Date}
BORN = date(1980, 5, 17)


def pseudonym(first: int, second: int) -> bytes:
    return first.to_bytes(8, "little") + second.to_bytes(8, "little")


ALONE, FORMER, SHARED, NEAR = pseudonym(5, 1), pseudonym(2, 2), pseudonym(9, 9), pseudonym(5, 7)
HELD = HeldNumbers(
    pl.DataFrame(
        [
            (1, ALONE, "甲一", BORN),
            (1, FORMER, "甲一", BORN),
            (2, SHARED, "甲二", BORN),
            (3, SHARED, "甲三", None),
            (4, None, "甲四", BORN),
            (5, pseudonym(7, 7), "甲五", None),
        ],
        schema=PEOPLE,
        orient="row",
    )
)


def plain(*rows: tuple[bytes | None, str | None, date | None]) -> list[int | None]:
    asked = pl.DataFrame(rows, schema={"pseudonym": pl.Binary, "name_normal": pl.String, "birth_on": pl.Date}, orient="row")
    return HELD.plain_people(asked).to_list()


def test_plain_is_who_holds_the_number_alone_under_the_very_name_and_birth_date() -> None:
    other = date(1990, 1, 1)
    found = plain((ALONE, "甲一", BORN), (ALONE, "甲一", None), (FORMER, "甲一", None), (pseudonym(7, 7), "甲五", other))
    assert found == [1, 1, 1, 5]
    assert plain((ALONE, "甲二", None), (ALONE, None, None), (ALONE, "甲一", other)) == [None] * 3
    assert plain((SHARED, "甲二", BORN), (NEAR, "甲一", BORN), (None, "甲一", BORN)) == [None] * 3


def test_held_is_every_number_of_anybody_and_none_too_few() -> None:
    asked = pl.Series([ALONE, FORMER, SHARED, None, pseudonym(1, 1), pseudonym(10, 1)], dtype=pl.Binary)
    assert HELD.is_held(asked).to_list() == [True, True, True, False, False, False]


def test_an_empty_register_holds_nothing() -> None:
    nobody = HeldNumbers(pl.DataFrame(schema=PEOPLE))
    assert nobody.is_held(pl.Series([ALONE, None], dtype=pl.Binary)).to_list() == [False, False]
    assert nobody.is_held(pl.Series([], dtype=pl.Binary)).to_list() == []
