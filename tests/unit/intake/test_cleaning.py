"""Cells as departments write them, one column type at a time."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from minsheng.engine.contracts.loading import Catalogue
from minsheng.engine.intake.cleaning.cells import Circumstances
from minsheng.engine.intake.cleaning.columns import clean_column
from minsheng.engine.intake.heading import Placed
from minsheng.engine.intake.texts import tidy

NOW = Circumstances(today=date(2026, 11, 5), made_up_allowed=True, counts_from_1904=False)


def cleaned(catalogue: Catalogue, place: str, *cells: str | None, factor: int = 1, now: Circumstances = NOW) -> list[object]:
    """Each cell's value, or its fault."""
    feed, name = place.split(".")
    column = catalogue[feed].column(name)
    found = clean_column(tidy(pl.Series(cells, dtype=pl.String)), Placed(column, 0, "", Decimal(factor)), now)
    return [fault or value for value, fault in zip(found.values, found.faults, strict=True)]


@pytest.mark.parametrize(
    "written",
    [
        "2026-10-03",
        "20261003",
        "2026/10/3",
        "2026年10月3日",
        "2026.10.3",
        "2026-10-03 08:30",
        "2026-10-03T08:30:00.000",
        "2026-10-03 08:30:00+08:00",
        "20261003083000",
        "46298",
        "46298.35",
        "２０２６－１０－０３",
        " 2026-10-03\u3000",
        "'2026-10-03",
    ],
)
def test_a_day_is_understood_in_every_dialect(catalogue: Catalogue, written: str) -> None:
    assert cleaned(catalogue, "cremations.died_on", written) == [date(2026, 10, 3)]


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("2026-02-29", "impossible-date"),
        ("2026-00-10", "impossible-date"),
        ("2026年13月1日", "impossible-date"),
        ("26-10-03", "not-a-date"),
        ("10/03/2026", "not-a-date"),
        ("202610", "not-a-date"),
        ("2026-10-02T16:00:00Z", "not-a-date"),
        ("1899-12-31", "before-1900"),
        ("2026-11-06", "future-date"),
        ("2099-01-01", "future-date"),
    ],
)
def test_a_day_that_cannot_be_meant_is_a_fault(catalogue: Catalogue, written: str, fault: str) -> None:
    assert cleaned(catalogue, "cremations.died_on", written) == [fault]


def test_the_end_of_a_sentence_may_lie_ahead_but_not_a_lifetime_ahead(catalogue: Catalogue) -> None:
    assert cleaned(catalogue, "custody.until_on", "2031-05-01", "2199-01-01") == [date(2031, 5, 1), "future-date"]


@pytest.mark.parametrize("written", ["2026-10", "202610", "2026/10", "2026.10", "2026年10月", "2026年10月份", "2026-10-03", "20261003"])
def test_a_month_is_understood_in_every_dialect(catalogue: Catalogue, written: str) -> None:
    assert cleaned(catalogue, "water_use.read_for", written) == ["2026-10"]


def test_a_month_that_cannot_be_meant_is_a_fault(catalogue: Catalogue) -> None:
    faults = ["impossible-month", "impossible-month", "future-date", "before-1900", "not-a-month"]
    assert cleaned(catalogue, "water_use.read_for", "202613", "2026-00", "2026-12", "1899-01", "2026") == faults


@pytest.mark.parametrize(
    "written", ["1234.50", "1,234.5", "￥1234.5", "¥1,234.50", "1234.5元", "人民币1234.5元", "１２３４．５", "+1234.5", "1234.4999999"]
)
def test_money_is_understood_in_every_dialect(catalogue: Catalogue, written: str) -> None:
    assert cleaned(catalogue, "pensions.amount", written) == [123_450]


def test_money_is_rounded_half_up_without_floating_point(catalogue: Catalogue) -> None:
    assert cleaned(catalogue, "pensions.amount", "1.005", "1.004999", "0.285", "999999999999.99") == [101, 100, 29, 99_999_999_999_999]


def test_money_under_a_header_in_ten_thousands_is_scaled_once(catalogue: Catalogue) -> None:
    assert cleaned(catalogue, "pensions.amount", "0.5", "0.5万", "0.5万元", "1.23456789", factor=10_000) == [
        500_000,
        500_000,
        500_000,
        1_234_568,
    ]
    assert cleaned(catalogue, "pensions.amount", "5000元", factor=10_000) == ["unit-differs"]


def test_money_that_cannot_be_meant_is_a_fault(catalogue: Catalogue) -> None:
    faults = ["negative", "unit-differs", "not-a-number", "not-a-number", "not-a-number", "not-a-number"]
    assert cleaned(catalogue, "pensions.amount", "-0.01", "0.5万", "1e5", "1,23", "一千", "1234567890123") == faults


def test_a_contract_may_allow_negative_money(catalogue: Catalogue) -> None:
    column = catalogue["pensions"].column("amount").model_copy(update={"minimum": Decimal(-100)})
    found = clean_column(pl.Series(["-99.995", "-100.01"]), Placed(column, 0, "", Decimal(1)), NOW)
    assert found.values.to_list() == [-10_000, None]
    assert found.faults.to_list() == [None, "negative"]


def test_whole_numbers_and_levels(catalogue: Catalogue) -> None:
    levels = ["3", "３", "3级", "三级", "三", "3.0"]
    assert cleaned(catalogue, "disability_certificates.level", *levels) == [3] * 6
    assert cleaned(catalogue, "disability_certificates.level", "0", "5", "1.5", "甲") == [
        "below-minimum",
        "above-maximum",
        "not-a-number",
        "not-a-number",
    ]


def test_measures_keep_their_decimal_places_as_whole_steps(catalogue: Catalogue) -> None:
    assert cleaned(catalogue, "real_estate.area", "89.5", "89.555", "89.5㎡", "89.5平方米") == [8950, 8956, 8950, 8950]


def test_codes_in_every_spelling_and_those_that_say_nothing(catalogue: Catalogue) -> None:
    assert cleaned(catalogue, "household_register.sex", "男", "1", "女性", "FEMALE", "0", "未说明", "x") == [
        "male",
        "male",
        "female",
        "female",
        None,
        None,
        "unknown-code",
    ]


def test_divisions_are_padded_to_twelve_digits(catalogue: Catalogue) -> None:
    expected = ["420106000000", "420106001000", "420106001002", "420106000000", "division-code", "ruined-by-spreadsheet"]
    assert cleaned(catalogue, "custody.division", "420106", "420106001", "420106001002", "４２０１０６", "4201", "4.20106E+11") == expected


def test_phones_and_accounts_lose_their_punctuation(catalogue: Catalogue) -> None:
    phones = ["138 0000 0000", "+86-13800000000", "(027)8888-8888", "1.38E+10", "无法接通"]
    assert cleaned(catalogue, "registered_unemployment.phone", *phones) == [
        "13800000000",
        "13800000000",
        "02788888888",
        "ruined-by-spreadsheet",
        "phone",
    ]
    accounts = ["6222 0000 1111 2222", "6.22E+18", "??"]
    assert cleaned(catalogue, "registry_households.account", *accounts) == ["6222000011112222", "ruined-by-spreadsheet", "account"]


def test_what_says_nothing_is_blank(catalogue: Catalogue) -> None:
    assert cleaned(catalogue, "pensions.name", None, "", "  ", "NULL", "-", "\\N", "\u3000") == [None] * 7


def test_a_column_without_rows_is_cleaned_to_none(catalogue: Catalogue) -> None:
    for contract in catalogue.values():
        for column in contract.columns:
            assert cleaned(catalogue, f"{contract.feed}.{column.name}") == []
