"""XLSX workbooks: the one sheet with data, its cells by their types."""

import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from itertools import islice
from typing import ClassVar, cast
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.worksheet import Worksheet

from minsheng.engine.intake.packing import EmptyFile, Payload, Truncated
from minsheng.engine.intake.rules import IntakeRules, Unreadable
from minsheng.engine.intake.tables import HEADER_SEARCHED_ROWS, BrokenCell, Frame, RawBatch, rows_of_cells, without_blank_rows

_BATCH_ROWS = 50_000
_MOST_ROWS = 1_048_576
_EXACT_INTEGERS = 1e15
_NO_VALUE = {"f": "formula", "e": "error-cell"}
Row = tuple[ReadOnlyCell, ...]


class TwoSheets(Unreadable):
    """More than one sheet holds data."""

    code: ClassVar[str] = "two-sheets"


def open_workbook(payload: Payload, rules: IntakeRules) -> "WorkbookTable":
    """Open the one sheet of a workbook that holds data; raises TwoSheets, EmptyFile, Truncated."""
    with _sound():
        workbook = load_workbook(payload.open(), read_only=True)
        sheets = [cast(Worksheet, sheet) for sheet in workbook.worksheets]
        chosen = _data_sheet(sheets, rules.max_columns)
    return WorkbookTable(chosen, rules.max_columns, counts_from_1904=workbook.epoch == CALENDAR_MAC_1904)


@contextmanager
def _sound() -> Iterator[None]:
    """Turn the many ways in which a damaged workbook fails into one refusal, and keep openpyxl's remarks on styling quiet."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except (KeyError, IndexError, ValueError, TypeError, AttributeError, OSError, EOFError) as error:
        raise Truncated("workbook") from error
    except (ParseError, zipfile.BadZipFile, zlib.error) as error:
        raise Truncated("workbook") from error


def _data_sheet(sheets: Sequence[Worksheet], max_columns: int) -> Worksheet:
    """The only sheet with rows, or, if none has rows, the only one with a header."""
    heights = [(sheet, _height(sheet, max_columns)) for sheet in sheets]
    for enough in (2, 1):
        found = [sheet for sheet, height in heights if height >= enough]
        if len(found) == 1:
            return found[0]
        if found:
            names = ", ".join(f"{sheet.title}{'' if sheet.sheet_state == 'visible' else ' (hidden)'}" for sheet in found)
            raise TwoSheets(f"More than one sheet holds data: {names}.", next_step="Send each sheet as a delivery of its own.")
    raise EmptyFile("No sheet of the workbook holds a table.", next_step="If there is truly nothing to report, send the header row alone.")


def _height(sheet: Worksheet, max_columns: int) -> int:
    """How many rows look like those of a table (two filled cells or more); 2 stands for more."""
    sheet.reset_dimensions()  # type: ignore[attr-defined]
    tabular = (row for row in _rows(sheet, max_columns) if sum(cell.value is not None for cell in row) > 1)
    return sum(1 for _ in islice(tabular, 2))


def _rows(sheet: Worksheet, width: int) -> Iterator[Row]:
    rows = cast(Iterator[Row], sheet.iter_rows(max_col=width))
    yield from islice(rows, _MOST_ROWS)


class WorkbookTable:
    """A sheet as a table."""

    def __init__(self, sheet: Worksheet, max_columns: int, *, counts_from_1904: bool) -> None:
        self._sheet, self._max_columns = sheet, max_columns
        self.counts_from_1904 = counts_from_1904

    def first_rows(self) -> list[list[str]]:
        """The first ten rows as text, without blank cells at the end."""
        with _sound():
            rows = [
                [cell_text(cell.value) or "" for cell in row]
                for row in islice(_rows(self._sheet, self._max_columns + 1), HEADER_SEARCHED_ROWS)
            ]
        return [_trimmed(row) for row in rows]

    def batches(self, frame: Frame, wanted: Sequence[int], batch_rows: int) -> Iterator[RawBatch]:
        """The rows behind the header, with the cells at the wanted positions only; formulas and errors are broken cells."""
        numbered = islice(enumerate(_rows(self._sheet, frame.width), 1), frame.header_at + 1, None)
        while True:
            with _sound():
                part = list(islice(numbered, min(batch_rows, _BATCH_ROWS)))
            if not part:
                return
            yield _batch(part, wanted)


def _batch(numbered: Sequence[tuple[int, Row]], wanted: Sequence[int]) -> RawBatch:
    numbers = [number for number, _ in numbered]
    records = [[cell_text(cell.value) for cell in row] for _, row in numbered]
    broken = [
        BrokenCell(number, position, reason)
        for number, row in numbered
        for position in wanted
        if position < len(row) and (reason := _NO_VALUE.get(row[position].data_type or ""))
    ]
    return RawBatch(without_blank_rows(rows_of_cells(numbers, records, wanted)), broken_cells=broken)


def _trimmed(row: list[str]) -> list[str]:
    while row and not row[-1].strip():
        row.pop()
    return row


def cell_text(value: object) -> str | None:
    """A typed cell as the text a department would have written; days in ISO form, numbers without exponent where they are exact."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return float_text(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    return value.isoformat() if isinstance(value, date) else str(value)


def float_text(value: float) -> str:
    """A spreadsheet number in the fifteen digits that a spreadsheet keeps."""
    return str(int(value)) if value.is_integer() and abs(value) < _EXACT_INTEGERS else f"{value:.15g}"
