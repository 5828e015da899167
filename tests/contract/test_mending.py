"""Refused rows go back in the department's own columns, and come back mended."""

import csv
import io
from collections.abc import Sequence
from dataclasses import replace

import pytest

from minsheng.engine.intake.mending import rejected_rows
from minsheng.engine.intake.recognising import recognise
from tests.contract.deliveries import (
    CATALOGUE,
    CHEN,
    HEADERS,
    LI,
    MEDICAL,
    RULES,
    WANG,
    changed,
    csv_bytes,
    parquet_bytes,
    read,
    xlsx_bytes,
)

OURS = ["回执号", "原行号", "问题列", "原因"]
RECEIPT = "medical_settlements-202610-1a2b3c4d"


def refused(content: bytes) -> bytes:
    out = io.BytesIO()
    rejected_rows(
        io.BytesIO(content), filename="a.csv", faults=read(content).faults, contract=MEDICAL, rules=RULES, receipt=RECEIPT, out=out
    )
    return out.getvalue()


def table(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def as_sent(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


BAD = changed(WANG, settled_on="2026-13-01", own_share="-5")


def test_refused_rows_are_written_under_their_original_headers_with_place_and_reasons() -> None:
    header, row = table(refused(csv_bytes([LI, BAD, CHEN])))
    assert header == [*OURS, *HEADERS]
    assert row[:3] == [RECEIPT, "3", "结算日期；个人负担总金额"]
    assert row[3].startswith("日期不存在 / there is no such day；")
    assert row[4:] == ["'" + BAD[0], BAD[1], "'" + BAD[2], *BAD[3:9], "'-5", BAD[10]]


@pytest.mark.parametrize("make", [csv_bytes, xlsx_bytes, parquet_bytes])
def test_refused_rows_of_every_format_can_be_written(make: "type[bytes]") -> None:
    rows = table(refused(make([LI, BAD, CHEN])))
    assert [row[4 + 3] for row in rows[1:]] == ["S2"]


def test_rows_that_could_not_be_split_are_named_but_not_handed_out_as_if_their_cells_were_known() -> None:
    too_many, left_open = ",".join([*WANG, "x", "y"]), ",".join(changed(WANG, hospital='"x'))
    content = csv_bytes([LI]) + f"short,row\r\n{too_many}\r\n{left_open}\r\n".encode()
    rows = table(refused(content))
    assert [row[:3] for row in rows[1:]] == [[RECEIPT, number, ""] for number in ("3", "4", "5")]
    assert all("fill" in row[3] and not any(row[4:]) for row in rows[1:])
    again = read(refused(content))
    assert sorted(again.original_rows["original_row"]) == [3, 4, 5]
    assert again.rejected["reason"].to_list() == ["missing-value"] * 3


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "  =cmd|' /C calc'!A0"])
def test_formulas_are_neutralised_and_read_back_to_what_they_were(cell: str) -> None:
    content = as_sent([HEADERS, changed(BAD, hospital=cell)])
    written = table(refused(content))[1][4 + 6]
    assert written == "'" + cell
    mended = as_sent([HEADERS, changed(LI, hospital=written)])
    assert read(mended).clean["hospital"].to_list() == [cell.strip()]


@pytest.mark.parametrize("cell", ["'=1", f"'{LI[0]}"])
def test_a_cell_that_is_neutral_already_stays_as_it_is_however_often_it_is_refused(cell: str) -> None:
    once = table(refused(as_sent([HEADERS, changed(BAD, hospital=cell)])))
    again = table(refused(as_sent([once[0][4:], once[1][4:]])))
    assert once[1][4 + 6] == again[1][4 + 6] == cell


def test_a_mended_file_is_recognised_and_its_rows_keep_their_original_numbers() -> None:
    header, row = table(refused(csv_bytes([LI, BAD, CHEN])))
    at = {name: place for place, name in enumerate(header)}
    row[at["结算日期"]], row[at["个人负担总金额"]] = "2026-10-01", "5"
    mended = as_sent([header, row])
    found = recognise(io.BytesIO(mended), "mended.csv", CATALOGUE, rules=RULES)
    assert (found.feed, found.amends) == ("medical_settlements", RECEIPT)
    intake = read(mended)
    assert intake.unknown_headers == intake.dropped_columns == []
    assert intake.original_rows.rows() == [(2, RECEIPT, 3)]
    assert intake.clean.select("number", "own_share").rows() == [(WANG[0], 500)]


def test_an_unmended_row_is_refused_again() -> None:
    again = read(refused(csv_bytes([BAD])))
    assert (again.read, again.rejected.height) == (1, 1)


def test_dropped_columns_do_not_come_back() -> None:
    content = csv_bytes([[*BAD, "I10"]], headers=[*HEADERS, "主要诊断编码"])
    assert "I10" not in refused(content).decode()


def test_reasons_are_told_also_for_columns_that_are_missing() -> None:
    headers = ["甲" if header == "个人负担总金额" else header for header in HEADERS]
    row = table(refused(csv_bytes([LI], headers=headers)))[1]
    assert row[2:4] == ["个人负担总金额", "文件缺少必填列 / the file lacks a required column"]


def test_a_mended_number_is_never_shown_to_a_spreadsheet_as_a_number() -> None:
    rules = replace(RULES, made_up_allowed=False)
    out = io.BytesIO()
    content = csv_bytes([LI])
    faults = read(content, rules=rules).faults
    count = rejected_rows(io.BytesIO(content), filename="a.csv", faults=faults, contract=MEDICAL, rules=rules, receipt=RECEIPT, out=out)
    assert count == 1
    assert table(out.getvalue())[1][4] == "'" + LI[0]
