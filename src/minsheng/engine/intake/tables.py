"""A delivered table before it means anything: rows of text, whatever the format they came in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import polars as pl

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

    rows: pl.DataFrame
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


def empty_rows(wanted: Sequence[int]) -> pl.DataFrame:
    """No rows, in the shape of a batch."""
    return pl.DataFrame(schema={ROW_NUMBER: pl.Int64, **{position_name(position): pl.String for position in wanted}})


def rows_of_cells(numbers: Sequence[int], records: Sequence[Sequence[str | None]], wanted: Sequence[int]) -> pl.DataFrame:
    """Records as a batch's rows; the cells a record lacks are blank."""
    columns = {position_name(position): [cells[position] if position < len(cells) else None for cells in records] for position in wanted}
    return pl.DataFrame({ROW_NUMBER: numbers, **columns}, schema=empty_rows(wanted).schema)


def without_blank_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows in which at least one cell says something."""
    cells = pl.exclude(ROW_NUMBER)
    blank = pl.all_horizontal(cells.is_null() | (cells.str.strip_chars() == ""))
    return rows.filter(~blank) if rows.width > 1 else rows
