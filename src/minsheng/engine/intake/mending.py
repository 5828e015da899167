"""Refused rows, written back in the department's own columns so that it can mend and resend just those."""

import io
from collections.abc import Sequence
from typing import BinaryIO, Final

import polars as pl
import pyarrow as pa

from minsheng.engine.contracts.schema import Contract
from minsheng.engine.intake.heading import (
    COLUMN_HEADER,
    MENDING_HEADERS,
    ORIGINAL_ROW_HEADER,
    REASON_HEADER,
    RECEIPT_HEADER,
    Heading,
    Placed,
)
from minsheng.engine.intake.opening import open_delivery
from minsheng.engine.intake.reading import BATCH_ROWS
from minsheng.engine.intake.reasons import REASONS
from minsheng.engine.intake.rules import IntakeRules
from minsheng.engine.intake.tables import ROW_NUMBER, RawBatch, position_name, rows_of_cells
from minsheng.engine.intake.texts import tidy

UTF8_MARK: Final = b"\xef\xbb\xbf"
_NEEDS_APOSTROPHE: Final = r"^\s*[=+\-@\t\r]|^[0-9]{12,}[Xx]?$"
_JOINT: Final = "；"


def neutral(cells: pl.Expr) -> pl.Expr:
    """Cells that a spreadsheet neither calculates nor shortens: an apostrophe before formulas and before long numbers.

    A cell that has one already keeps it as it is, for reading takes one off: so rows can be refused and mended any number of times.
    """
    return pl.when(~cells.str.contains(_NEEDS_APOSTROPHE)).then(cells).otherwise("'" + cells)


def rejected_rows(
    source: BinaryIO, *, filename: str, faults: pl.DataFrame, contract: Contract, rules: IntakeRules, receipt: str, out: BinaryIO
) -> int:
    """Write the refused records as CSV (UTF-8 with mark): 回执号, 原行号, 问题列, 原因, then the columns under their original headers.

    `faults` has row_number, column and reason, as Intake.faults or Intake.rejected. Columns that the agreement does not allow, or
    that nobody knows, are left out here too. A record that could not be split into the header's columns is named with its row number
    and no cells: which cell belongs to which column cannot be told, so it has to be filled in from the department's own table.
    Returns how many records were written.
    """
    opened = open_delivery(source, filename=filename, contract=contract, rules=rules)
    places = sorted(opened.heading.placed, key=lambda place: place.position)
    notes = _notes(faults, contract, opened.heading)
    out.write(UTF8_MARK + _as_csv(pl.DataFrame([_header_row(places)], orient="row")))
    written = 0
    wanted = [place.position for place in places]
    for raw in opened.table.batches(opened.heading.frame, wanted, BATCH_ROWS):
        part = _noted(raw, notes, wanted, receipt)
        out.write(_as_csv(part))
        written += part.height
    return written


def refused_cells(source: BinaryIO, *, filename: str, refused: pl.Series, column: str, contract: Contract, rules: IntakeRules) -> pl.Series:
    """The tidy cells of one column in the refused records, by their row numbers; of unsplit records as far as they go."""
    opened = open_delivery(source, filename=filename, contract=contract, rules=rules)
    wanted = [place.position for place in opened.heading.placed if place.column.name == column]
    found = [pl.Series([], dtype=pl.String)]
    for raw in opened.table.batches(opened.heading.frame, wanted, BATCH_ROWS) if wanted else ():
        broken = rows_of_cells([row.row_number for row in raw.broken_rows], [row.cells for row in raw.broken_rows], wanted)
        rows = pl.concat([_frame(raw.rows), _frame(broken)]).filter(pl.col(ROW_NUMBER).is_in(refused.implode()))
        found += [tidy(rows[position_name(position)]) for position in wanted]
    return pl.concat(found)


def _header_row(places: Sequence[Placed]) -> list[str]:
    return [*MENDING_HEADERS, *(place.header for place in places)]


def _notes(faults: pl.DataFrame, contract: Contract, heading: Heading) -> pl.DataFrame:
    """One row per refused record: where and why, in words."""
    titles = {column.name: column.title.zh for column in contract.columns} | {place.column.name: place.header for place in heading.placed}
    reasons = {reason: f"{text.zh} / {text.en}" for reason, text in REASONS.items()}
    worded = faults.select(
        ROW_NUMBER, pl.col("column").replace(titles).alias(COLUMN_HEADER), pl.col("reason").replace(reasons).alias(REASON_HEADER)
    )
    return worded.group_by(ROW_NUMBER, maintain_order=True).agg(pl.all().str.join(_JOINT))


def _noted(raw: RawBatch, notes: pl.DataFrame, wanted: Sequence[int], receipt: str) -> pl.DataFrame:
    broken = rows_of_cells([row.row_number for row in raw.broken_rows], [() for _ in raw.broken_rows], wanted)
    rows = pl.concat([_frame(raw.rows), _frame(broken)]).join(notes, on=ROW_NUMBER).sort(ROW_NUMBER)
    cells = [neutral(pl.col(position_name(position))) for position in wanted]
    number = pl.col(ROW_NUMBER).cast(pl.String).alias(ORIGINAL_ROW_HEADER)
    return rows.select(pl.lit(receipt).alias(RECEIPT_HEADER), number, pl.col(COLUMN_HEADER), pl.col(REASON_HEADER), *cells)


def _frame(rows: pa.Table) -> pl.DataFrame:
    frame = pl.from_arrow(rows)
    assert isinstance(frame, pl.DataFrame)
    return frame


def _as_csv(rows: pl.DataFrame) -> bytes:
    text = io.BytesIO()
    rows.write_csv(text, include_header=False, line_terminator="\r\n")
    return text.getvalue()
