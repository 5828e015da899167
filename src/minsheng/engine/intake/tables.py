"""A delivered table before it means anything: rows of text, whatever the format they came in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import polars as pl
import pyarrow as pa

from minsheng.engine.intake.texts import Columns, Flags, odd_cells, one_piece

HEADER_SEARCHED_ROWS = 10
ROW_NUMBER = "row_number"


@dataclass(frozen=True)
class BrokenRow:
    """A record that does not fit the header: its cells as far as they can be told, or its whole text as one."""

    row_number: int
    reason: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class BrokenCell:
    """A cell whose content is no value, such as a formula."""

    row_number: int
    position: int
    reason: str


@dataclass(frozen=True)
class RawBatch:
    """Some rows: `rows` has `row_number` and one text column per wanted position, named by it; rows without content are left out."""

    rows: pa.Table
    broken_rows: Sequence[BrokenRow] = ()
    broken_cells: Sequence[BrokenCell] = field(default=())


@dataclass(frozen=True)
class Frame:
    """Where the data stands: the index of the header among the first rows, and how many cells it has."""

    header_at: int
    width: int


class Table(Protocol):
    """What every format offers."""

    counts_from_1904: bool

    def first_rows(self) -> list[list[str]]:
        """The first ten rows as text, to find the header in."""

    def batches(self, frame: Frame, wanted: Sequence[int], batch_rows: int) -> Iterator[RawBatch]:
        """The rows behind the header, with the cells at the wanted positions only."""


def position_name(position: int) -> str:
    """The name of the column that holds the cells at a position."""
    return f"c{position}"


def rows_of_cells(numbers: Sequence[int], records: Sequence[Sequence[str | None]], wanted: Sequence[int]) -> pa.Table:
    """Records as a batch's rows; the cells a record lacks are blank."""
    columns = {position_name(position): [cells[position] if position < len(cells) else None for cells in records] for position in wanted}
    return pa.table({ROW_NUMBER: pa.array(numbers, pa.int64()), **{name: pa.array(cells, pa.string()) for name, cells in columns.items()}})


def without_blank_rows(rows: pa.Table) -> pa.Table:
    """Rows in which at least one cell says something."""
    suspects = np.arange(rows.num_rows)
    for column in rows.columns[1:]:
        looked_at = column if len(suspects) == rows.num_rows else column.take(suspects)
        suspects = suspects[_blank(looked_at)]
        if not len(suspects):
            return rows
    says_something = np.ones(rows.num_rows, bool)
    says_something[suspects] = rows.num_columns == 1
    return rows.filter(pa.array(says_something))


def _blank(column: Columns) -> Flags:
    cells = one_piece(column)
    odd = odd_cells(cells)
    suspects = np.flatnonzero(odd)
    texts = pl.Series(cells.take(suspects))
    odd[suspects] = (texts.is_null() | (texts.str.strip_chars() == "")).to_numpy()
    return odd
