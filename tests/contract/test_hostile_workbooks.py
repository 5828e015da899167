"""Workbooks as people make them: titles, merged cells, second sheets, formulas, errors, ruined numbers."""

from collections.abc import Callable

import pytest
from openpyxl import Workbook

from minsheng.engine.intake.rules import Unreadable
from tests.contract.deliveries import HEADERS, LI, WANG, changed, csv_bytes, read, reasons, xlsx_bytes


def second_sheet(rows: list[list[str]], *, hidden: bool = False) -> Callable[[Workbook], None]:
    def arrange(workbook: Workbook) -> None:
        sheet = workbook.create_sheet("十月补报")
        sheet.sheet_state = "hidden" if hidden else "visible"
        for row in rows:
            sheet.append(row)

    return arrange


@pytest.mark.parametrize("hidden", [False, True])
def test_two_sheets_with_data_are_refused_by_name(hidden: bool) -> None:
    with pytest.raises(Unreadable, match="十月补报") as caught:
        read(xlsx_bytes(arrange=second_sheet([HEADERS, WANG], hidden=hidden)))
    assert caught.value.code == "two-sheets"


def test_a_second_sheet_with_a_header_or_notes_alone_is_no_data() -> None:
    assert read(xlsx_bytes(arrange=second_sheet([HEADERS]))).read == 3
    assert read(xlsx_bytes(arrange=second_sheet([["说明"], ["金额单位为元"], ["联系人见通讯录"]]))).read == 3


def test_a_workbook_without_a_table_is_empty() -> None:
    with pytest.raises(Unreadable) as caught:
        read(xlsx_bytes([], headers=[]))
    assert caught.value.code == "empty-file"


def with_merged_title(workbook: Workbook) -> None:
    sheet = workbook.worksheets[0]
    sheet.insert_rows(1, 2)
    sheet["A1"] = "武昌区医疗费用结算明细表"
    sheet.merge_cells("A1:K1")
    sheet["A2"], sheet["H2"] = "人员", "费用"
    sheet.merge_cells("A2:G2")
    sheet.merge_cells("H2:K2")


def test_a_merged_title_above_the_header_is_passed_over_and_row_numbers_stay_true() -> None:
    intake = read(xlsx_bytes(arrange=with_merged_title))
    assert intake.clean["row_number"].to_list() == [4, 5, 6]


def test_a_header_spread_over_two_rows_is_refused() -> None:
    def spread(workbook: Workbook) -> None:
        sheet = workbook.worksheets[0]
        sheet.insert_rows(1)
        for column in ("A", "B", "C"):
            sheet[f"{column}1"] = sheet[f"{column}2"].value
            sheet[f"{column}2"] = None
            sheet.merge_cells(f"{column}1:{column}2")

    with pytest.raises(Unreadable) as caught:
        read(xlsx_bytes(arrange=spread))
    assert caught.value.code == "ambiguous-header"


def test_a_formula_is_refused_in_its_row_never_calculated() -> None:
    typed = [*LI[:9], "=H2-I2", LI[10]]
    intake = read(xlsx_bytes([typed, WANG]))
    assert reasons(intake) == [(2, "own_share", "formula")]
    assert intake.clean.height == 1


def test_a_formula_in_a_column_that_is_dropped_harms_nothing() -> None:
    intake = read(xlsx_bytes([[*LI, "=1+1"]], headers=[*HEADERS, "主要诊断编码"]))
    assert intake.rejected.is_empty()
    assert intake.dropped_columns == ["主要诊断编码"]


def test_an_error_cell_is_refused() -> None:
    assert reasons(read(xlsx_bytes([[*LI[:9], "#N/A", LI[10]]]))) == [(2, "own_share", "error-cell")]


def test_text_that_begins_with_an_equals_sign_is_text() -> None:
    def as_text(workbook: Workbook) -> None:
        cell = workbook.worksheets[0]["G2"]
        cell.value, cell.data_type = "=医院", "s"

    assert read(xlsx_bytes([LI], arrange=as_text)).clean["hospital"].to_list() == ["=医院"]


@pytest.mark.parametrize("number", [1.1010519491231e17, 110105194912310000.0, 110105194912310000])
def test_an_identity_number_stored_as_a_number_is_ruined_and_never_guessed(number: float) -> None:
    assert reasons(read(xlsx_bytes([[number, *LI[1:]]]))) == [(2, "number", "ruined-by-spreadsheet")]


def test_a_day_that_excel_cannot_show_is_refused() -> None:
    def far(workbook: Workbook) -> None:
        cell = workbook.worksheets[0]["E2"]
        cell.value, cell.number_format = 99999999, "yyyy-mm-dd"

    assert reasons(read(xlsx_bytes([LI], arrange=far))) == [(2, "settled_on", "error-cell")]


def test_a_row_far_down_keeps_its_number() -> None:
    def far(workbook: Workbook) -> None:
        for at, cell in enumerate(WANG, 1):
            workbook.worksheets[0].cell(5000, at, cell)

    assert read(xlsx_bytes([LI], arrange=far)).clean["row_number"].to_list() == [2, 5000]


def test_a_thousand_columns_are_refused() -> None:
    headers = [*HEADERS, *(f"列{at}" for at in range(1000))]
    for content in (xlsx_bytes([], headers=headers), csv_bytes([], headers=headers)):
        with pytest.raises(Unreadable) as caught:
            read(content)
        assert caught.value.code == "too-many-columns"


def test_numbers_keep_the_digits_that_a_spreadsheet_shows() -> None:
    row = [*LI[:9], 0.1 + 0.2, LI[10]]
    assert read(xlsx_bytes([row])).clean["own_share"].to_list() == [30]
    assert reasons(read(xlsx_bytes([changed(LI, own_share="1.5E+3")]))) == [(2, "own_share", "not-a-number")]
