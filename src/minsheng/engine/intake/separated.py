"""Separated text: CSV, TSV and the like."""

import codecs
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import ClassVar, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv

from minsheng.engine.intake.careful import Record, records, split_lines, split_record
from minsheng.engine.intake.decoding import Head, Text, read_heads, read_through
from minsheng.engine.intake.packing import MIB, Payload
from minsheng.engine.intake.rules import IntakeRules, Unreadable
from minsheng.engine.intake.tables import (
    HEADER_SEARCHED_ROWS,
    ROW_NUMBER,
    BrokenRow,
    Frame,
    RawBatch,
    position_name,
    rows_of_cells,
    without_blank_rows,
)

SEPARATORS = (",", "\t", ";", "|")
_BLOCK = MIB
_CAREFUL_ROWS = 50_000
Known = Callable[[str], bool]


class Unsplittable(Unreadable):
    """The records of a text cannot be told apart."""

    code: ClassVar[str] = "unsplittable"


@dataclass(frozen=True)
class Layout:
    """How a text was found to be laid out."""

    head: Head
    separator: str
    first_rows: list[list[str]]


def open_separated(payload: Payload, known: Known, rules: IntakeRules) -> "SeparatedTable":
    """Open a separated text with the encoding and separator under which most headers are known; its rows are read later."""
    return SeparatedTable(payload, find_layout(payload, known), rules)


def find_layout(payload: Payload, known: Known) -> Layout:
    """Find the encoding and the separator under which the first rows hold most known headers."""
    layouts = [Layout(head, sep, _first_rows(head.text, sep)) for head in read_heads(payload) for sep in SEPARATORS]
    return max(layouts, key=lambda layout: _fitness(layout.first_rows, known))


def _fitness(rows: list[list[str]], known: Known) -> tuple[int, int]:
    headers = max((sum(map(known, row)) for row in rows), default=0)
    return headers, min((len(row) for row in rows if any(row)), default=0)


def _first_rows(text: str, separator: str) -> list[list[str]]:
    found = records(split_lines(iter([text])), separator, width=None)
    return [list(record.cells or (record.text,)) for record in islice(found, HEADER_SEARCHED_ROWS)]


class SeparatedTable:
    """A separated text as a table, read through once before its first batch; texts whose quotes have gone wrong are split by hand."""

    counts_from_1904 = False

    def __init__(self, payload: Payload, layout: Layout, rules: IntakeRules) -> None:
        self._payload, self._layout, self._rules = payload, layout, rules

    def first_rows(self) -> list[list[str]]:
        """The first ten rows as text."""
        return self._layout.first_rows

    def batches(self, frame: Frame, wanted: Sequence[int], batch_rows: int) -> Iterator[RawBatch]:
        """The rows behind the header, with the cells at the wanted positions only."""
        if self._text.quotes_sound:
            return self._split_at_speed(frame, wanted, batch_rows)
        return self._split_with_care(frame, wanted, min(batch_rows, _CAREFUL_ROWS))

    @cached_property
    def _text(self) -> Text:
        return read_through(self._payload, self._layout.head, self._layout.separator, self._rules)

    def _split_at_speed(self, frame: Frame, wanted: Sequence[int], batch_rows: int) -> Iterator[RawBatch]:
        ragged = _Ragged(frame, self._layout.separator, wanted)
        try:
            reader = self._reader(frame, wanted, ragged)
            for cells in _gathered(reader, batch_rows):
                yield ragged.batch(cells)
        except pa.ArrowInvalid as error:
            raise Unsplittable("The records cannot be told apart.", next_step="Export the file again and send it anew.") from error
        rest = ragged.rest()
        if rest.rows.num_rows or rest.broken_rows:
            yield rest

    def _reader(self, frame: Frame, wanted: Sequence[int], ragged: "_Ragged") -> pa.csv.CSVStreamingReader:
        names = [position_name(position) for position in range(frame.width)]
        return pa.csv.open_csv(
            self._text.open(),
            read_options=pa.csv.ReadOptions(
                column_names=names, skip_rows_after_names=frame.header_at + 1, block_size=_BLOCK, use_threads=False
            ),
            parse_options=pa.csv.ParseOptions(
                delimiter=self._layout.separator,
                quote_char='"' if self._text.quoted else False,
                newlines_in_values=self._text.quoted,
                ignore_empty_lines=False,
                invalid_row_handler=ragged.keep,
            ),
            convert_options=pa.csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), include_columns=[names[position] for position in wanted], check_utf8=False
            ),
        )

    def _split_with_care(self, frame: Frame, wanted: Sequence[int], batch_rows: int) -> Iterator[RawBatch]:
        numbered = enumerate(self._records(frame), 1)
        data = islice(numbered, frame.header_at + 1, None)
        while part := list(islice(data, batch_rows)):
            yield _batch_of_records(part, frame.width, wanted)

    def _records(self, frame: Frame) -> Iterator[Record]:
        stream = self._text.open()
        chunks = codecs.iterdecode(iter(lambda: stream.read(MIB), b""), "utf-8")
        return records(split_lines(chunks), self._layout.separator, frame.width)


def _gathered(reader: pa.csv.CSVStreamingReader, batch_rows: int) -> Iterator[pa.Table]:
    """The reader's batches, gathered or cut into batches of that many rows."""
    waiting: list[pa.RecordBatch] = []
    rows = 0
    for batch in reader:
        waiting.append(batch)
        rows += batch.num_rows
        if rows >= batch_rows:
            together = pa.Table.from_batches(waiting)
            whole = rows // batch_rows * batch_rows
            yield from (together.slice(start, batch_rows) for start in range(0, whole, batch_rows))
            waiting, rows = together.slice(whole).to_batches(), rows - whole
    if rows:
        yield pa.Table.from_batches(waiting)


class _Ragged:
    """The rows that the fast reader set aside for having another number of cells, and with them the row numbers of the others."""

    def __init__(self, frame: Frame, separator: str, wanted: Sequence[int]) -> None:
        self._width, self._separator, self._wanted = frame.width, separator, wanted
        self._next_number = frame.header_at + 2
        self._kept: list[tuple[int, str]] = []

    def keep(self, row: pa.csv.InvalidRow) -> Literal["skip"]:
        """Called by the reader, which reads ahead."""
        self._kept.append((int(row.number or 0), str(row.text or "")))
        return "skip"

    def batch(self, cells: pa.Table) -> RawBatch:
        """The next whole rows, numbered, with those set aside between them."""
        numbers = self._numbers(cells.num_rows)
        self._next_number = int(numbers[-1]) + 1 if cells.num_rows else self._next_number
        due = [row for row in self._kept if row[0] < self._next_number]
        self._kept = self._kept[len(due) :]
        rows = without_blank_rows(cells.add_column(0, ROW_NUMBER, pa.array(numbers)))
        return _with_records(rows, self._split(due), self._width, self._wanted)

    def rest(self) -> RawBatch:
        """The rows set aside behind the last whole one."""
        return _batch_of_records(self._split(self._kept), self._width, self._wanted)

    def _numbers(self, height: int) -> npt.NDArray[np.int64]:
        kept = np.array([number for number, _ in self._kept], np.int64)
        whole_rows_before = kept - self._next_number - np.arange(kept.size)
        order = np.arange(height)
        return self._next_number + order + np.searchsorted(whole_rows_before, order, side="right")

    def _split(self, rows: Sequence[tuple[int, str]]) -> list[tuple[int, Record]]:
        return [(number, split_record(text, self._separator)) for number, text in rows]


def _with_records(rows: pa.Table, numbered: Sequence[tuple[int, Record]], width: int, wanted: Sequence[int]) -> RawBatch:
    if not numbered:
        return RawBatch(rows)
    others = _batch_of_records(numbered, width, wanted)
    return RawBatch(pa.concat_tables([rows, others.rows]).sort_by(ROW_NUMBER), others.broken_rows)


def _batch_of_records(numbered: Sequence[tuple[int, Record]], width: int, wanted: Sequence[int]) -> RawBatch:
    """Records that were split one by one: those of the header's width as rows, the others as broken."""
    whole: list[tuple[int, Sequence[str]]] = []
    broken: list[BrokenRow] = []
    for number, record in numbered:
        if record.cells is None:
            broken.append(BrokenRow(number, "unbalanced-quotes", (record.text,)))
        elif _fits(record.cells, width):
            whole.append((number, record.cells))
        elif any(cell.strip() for cell in record.cells):
            broken.append(BrokenRow(number, "cell-count", record.cells))
    rows = rows_of_cells([number for number, _ in whole], [cells for _, cells in whole], wanted)
    return RawBatch(without_blank_rows(rows), broken)


def _fits(cells: Sequence[str], width: int) -> bool:
    return len(cells) >= width and not any(cell.strip() for cell in cells[width:])
