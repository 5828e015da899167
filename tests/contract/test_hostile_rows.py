"""Rows that say what cannot be: each is refused with its column and reason, and the others are taken."""

from dataclasses import replace

import pytest

from minsheng.engine.intake.reasons import REASONS
from tests.contract.deliveries import CHEN, HEADERS, LI, RULES, WANG, changed, csv_bytes, read, reasons

BAD_CELLS = [
    ("number", "1.1010519491231E+17", "ruined-by-spreadsheet"),
    ("number", "99900119650312345", "length"),
    ("number", "9990011965031234AX", "characters"),
    ("number", "999001196513123456", "birth-date"),
    ("number", "999001209901013456", "future-birth"),
    ("number", LI[0][:17] + ("0" if LI[0][17] != "0" else "1"), "check-digit"),
    ("name", "", "missing-value"),
    ("name", "李秀兰2", "not-a-name"),
    ("name", "李" * 61, "too-long"),
    ("division", "4201", "division-code"),
    ("division", "4.20106E+11", "ruined-by-spreadsheet"),
    ("settlement_no", "", "missing-value"),
    ("settlement_no", "4.20106E+17", "ruined-by-spreadsheet"),
    ("settled_on", "", "missing-value"),
    ("settled_on", "2026-13-01", "impossible-date"),
    ("settled_on", "2026-02-30", "impossible-date"),
    ("settled_on", "2099-01-01", "future-date"),
    ("settled_on", "1899-12-31", "before-1900"),
    ("settled_on", "去年十月", "not-a-date"),
    ("kind", "住宿", "unknown-code"),
    ("total_cost", "-0.01", "negative"),
    ("total_cost", "很多", "not-a-number"),
    ("total_cost", "1,5", "not-a-number"),
    ("total_cost", "0.5万", "unit-differs"),
    ("days", "3.5", "not-a-number"),
    ("days", "99999", "above-maximum"),
]


@pytest.mark.parametrize(("column", "cell", "reason"), BAD_CELLS, ids=[f"{column}-{cell}" for column, cell, _ in BAD_CELLS])
def test_a_bad_cell_refuses_its_row_with_column_and_reason(column: str, cell: str, reason: str) -> None:
    quoted = changed(WANG, **{column: f'"{cell}"'})
    intake = read(csv_bytes([LI, quoted, CHEN]))
    assert reasons(intake) == [(3, column, reason)]
    assert intake.clean.height == 2
    assert reason in REASONS


def test_a_made_up_number_is_refused_where_real_data_is_expected() -> None:
    intake = read(csv_bytes([LI]), rules=replace(RULES, made_up_allowed=False))
    assert reasons(intake) == [(2, "number", "made-up")]


def test_a_row_without_a_number_is_taken_if_it_has_a_name() -> None:
    assert read(csv_bytes([CHEN])).clean.row(0, named=True)["number"] is None
    assert read(csv_bytes([changed(CHEN, number="无")])).clean["number"].to_list() == [None]


def test_every_fault_of_a_row_is_kept_and_the_first_stands_for_it() -> None:
    intake = read(csv_bytes([changed(LI, settled_on="2026-13-01", total_cost="-1", days="x")]))
    assert reasons(intake) == [(2, "settled_on", "impossible-date")]
    assert intake.faults["column"].to_list() == ["settled_on", "total_cost", "days"]


def test_a_repeated_row_is_a_duplicate_even_in_another_spelling() -> None:
    again = changed(LI, settled_on="2026年10月3日", kind="21", total_cost="9,870元".replace(",", ""))
    intake = read(csv_bytes([LI, WANG, again, LI]))
    assert (intake.read, intake.clean.height, intake.duplicates) == (4, 2, 2)
    assert intake.clean["row_number"].to_list() == [2, 3]


def test_rows_whose_key_contradicts_itself_are_all_refused() -> None:
    intake = read(csv_bytes([LI, WANG, changed(LI, own_share="1.00"), LI]))
    assert reasons(intake) == [(row, "settlement_no", "conflicting-key") for row in (2, 4, 5)]
    assert (intake.clean.height, intake.duplicates) == (1, 0)


def test_rows_outside_the_area_are_only_counted() -> None:
    outside = changed(WANG, division="110105001001", total_cost="-5")
    inside = read(csv_bytes([LI, CHEN]), rules=replace(RULES, area_prefixes=("420106",)))
    intake = read(csv_bytes([LI, outside, CHEN]), rules=replace(RULES, area_prefixes=("420106",)))
    assert (intake.out_of_area, intake.clean.height, intake.rejected.height) == (1, 2, 0)
    assert intake.content_digest == inside.content_digest


def test_a_row_whose_area_cannot_be_read_is_refused_not_counted_outside() -> None:
    intake = read(csv_bytes([changed(LI, division="x")]), rules=replace(RULES, area_prefixes=("420106",)))
    assert (intake.out_of_area, reasons(intake)) == (0, [(2, "division", "division-code")])


def test_what_the_agreement_does_not_allow_and_nobody_knows_is_dropped_by_name() -> None:
    intake = read(csv_bytes([[*LI, "I10", "红"]], headers=[*HEADERS, "主要诊断编码", "最爱的颜色"]))
    assert intake.dropped_columns == ["主要诊断编码", "最爱的颜色"]
    assert intake.unknown_headers == ["最爱的颜色"]
    assert "disease_code" not in intake.clean.columns
    assert intake.content_digest == read(csv_bytes([LI])).content_digest


def test_a_renamed_column_is_missing_with_a_suggestion_and_no_row_is_guessed() -> None:
    headers = ["个人负担的总金额" if header == "个人负担总金额" else header for header in HEADERS]
    intake = read(csv_bytes(headers=headers))
    assert intake.missing_columns == ["own_share"]
    assert dict(intake.suggestions) == {"个人负担的总金额": "own_share"}
    assert reasons(intake) == [(row, "own_share", "column-missing") for row in (2, 3, 4)]


def test_a_header_that_a_person_matched_to_a_column_is_read_as_that_column() -> None:
    headers = ["咱们掏的" if header == "个人负担总金额" else header for header in HEADERS]
    intake = read(csv_bytes(headers=headers), rules=replace(RULES, header_map={"咱们掏的": "own_share"}))
    assert intake.missing_columns == []
    assert intake.clean["own_share"].to_list() == read(csv_bytes()).clean["own_share"].to_list()


def test_a_unit_in_the_header_scales_the_money() -> None:
    headers = ["个人负担总金额（万元）" if header == "个人负担总金额" else header for header in HEADERS]
    rows = [changed(LI, own_share="0.387"), changed(WANG, own_share="0.5万")]
    assert read(csv_bytes(rows, headers=headers)).clean["own_share"].to_list() == [387_000, 500_000]
    refused = read(csv_bytes([changed(LI, own_share="3870元")], headers=headers))
    assert reasons(refused) == [(2, "own_share", "unit-differs")]


def test_a_number_under_another_unit_is_another_content() -> None:
    headers = ["个人负担总金额（万元）" if header == "个人负担总金额" else header for header in HEADERS]
    assert read(csv_bytes(headers=headers)).content_digest != read(csv_bytes()).content_digest


def test_a_header_full_of_digits_is_not_shown() -> None:
    intake = read(csv_bytes([[*LI, "x"]], headers=[*HEADERS, LI[0]]))
    assert intake.unknown_headers == ["…"]
