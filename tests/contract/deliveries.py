"""Deliveries made by hand: a small medical-settlements table, and ways to send it."""

import io
from collections.abc import Callable, Iterable, Sequence
from datetime import date

import polars as pl
from openpyxl import Workbook

from minsheng.engine.contracts.loading import load_catalogue
from minsheng.engine.intake.reading import Intake, take_in
from minsheng.engine.intake.rules import IntakeRules

CATALOGUE = load_catalogue()
MEDICAL = CATALOGUE["medical_settlements"]
RULES = IntakeRules(today=date(2026, 11, 5), made_up_allowed=True)
HEADERS = [column.headers[0] for column in MEDICAL.allowed_columns]
LI = ["999001196503123452", "李秀兰", "420106001002", "S1", "2026-10-03", "住院", "市第三医院", "9870.00", "6000.00", "3870.00", "9"]
WANG = ["999001194001010011", "王建国", "420106001003", "S2", "2026-10-21", "门诊", "社区医院", "361.50", "300.00", "61.50", ""]
CHEN = ["", "陈小明", "420106002001", "S3", "2026-10-30", "21", "市第三医院", "2095.80", "1000.00", "1095.80", "3"]
ROWS = [LI, WANG, CHEN]

Cells = Sequence[object]


def with_check_digit(first17: str) -> str:
    """A made-up identity number completed with its check digit."""
    total = sum(int(digit) * weight for digit, weight in zip(first17, (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    return first17 + "10X98765432"[total % 11]


LI[0] = with_check_digit(LI[0][:17])
WANG[0] = with_check_digit(WANG[0][:17])


def changed(row: Sequence[str], **cells: str) -> list[str]:
    """A row with some cells changed, named as the contract names the columns."""
    names = [column.name for column in MEDICAL.columns if column.name != "disease_code"]
    return [cells.get(name, cell) for name, cell in zip(names, row, strict=True)]


def csv_text(rows: Iterable[Sequence[str]] = ROWS, *, headers: Sequence[str] = HEADERS, separator: str = ",", end: str = "\r\n") -> str:
    """The table as separated text, without quotes."""
    return "".join(separator.join(row) + end for row in [headers, *rows])


def csv_bytes(rows: Iterable[Sequence[str]] = ROWS, *, headers: Sequence[str] = HEADERS) -> bytes:
    """The table as UTF-8 CSV."""
    return csv_text(rows, headers=headers).encode()


def xlsx_bytes(rows: Iterable[Cells] = ROWS, *, headers: Cells = HEADERS, arrange: Callable[[Workbook], None] | None = None) -> bytes:
    """The table as a workbook; `arrange` may change the workbook before it is written."""
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    for row in [headers, *rows]:
        sheet.append(list(row))
    if arrange:
        arrange(workbook)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def parquet_bytes(rows: Iterable[Cells] = ROWS, *, headers: Sequence[str] = HEADERS) -> bytes:
    """The table as Parquet, all text."""
    stream = io.BytesIO()
    pl.DataFrame([list(row) for row in rows], schema=list(headers), orient="row").write_parquet(stream)
    return stream.getvalue()


def read(content: bytes, *, filename: str = "medical_settlements.csv", rules: IntakeRules = RULES) -> Intake:
    """What intake makes of the bytes; the counts of every reading must balance."""
    intake = take_in(io.BytesIO(content), filename=filename, contract=MEDICAL, rules=rules)
    assert intake.read == intake.clean.height + intake.duplicates + intake.rejected.height + intake.out_of_area
    return intake


def reasons(intake: Intake) -> list[tuple[int, str, str]]:
    """The refused rows: row number, column, reason."""
    return list(intake.rejected.iter_rows())
