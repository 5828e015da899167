"""Tables that people bring: CSV or Parquet, every cell read or refused with its column and row."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import polars as pl

from minsheng.kernel.errors import Refusal
from minsheng.kernel.periods import Month, NotAMonth

_TRUE, _FALSE = ("1", "1.0", "true", "yes", "是"), ("0", "0.0", "false", "no", "否")


class UnreadableTable(Refusal):
    """The file is no CSV or Parquet table that can be read."""

    code: ClassVar[str] = "unreadable-table"


class MissingColumn(Refusal):
    """The table lacks a column."""

    code: ClassVar[str] = "missing-column"


class BadCell(Refusal):
    """A cell does not hold what its column needs."""

    code: ClassVar[str] = "bad-cell"


@dataclass(frozen=True)
class Brought:
    """A table with its rows as the file has them: `first_row` is the number a person would give the first of them."""

    name: str
    frame: pl.DataFrame
    first_row: int

    def has(self, column: str) -> bool:
        """Whether there is such a column."""
        return column in self.frame.columns

    def texts(self, column: str, *, blank_ok: bool = False) -> pl.Series:
        """A column as text, blanks as null; raises MissingColumn, or BadCell for a blank that may not be."""
        if not self.has(column):
            known = ", ".join(self.frame.columns)
            raise MissingColumn(f"{self.name} has no column {column!r}.", next_step=f"Its columns are: {known}.")
        stripped = self.frame[column].cast(pl.String).str.strip_chars()
        cells = stripped.set(stripped == "", None)
        if not blank_ok:
            self._refuse(column, cells.is_null(), cells, "is blank", "Fill it in, or leave the row out.")
        return cells

    def numbers(self, column: str, *, blank_ok: bool = False, least: float | None = None) -> pl.Series:
        """A column as numbers, none below `least`; raises MissingColumn or BadCell."""
        cells = self.texts(column, blank_ok=blank_ok)
        read = cells.str.replace_all(",", "").cast(pl.Float64, strict=False)
        wrong = cells.is_not_null() & ~read.is_finite().fill_null(value=False)
        self._refuse(column, wrong, cells, "is not a number", "Write plain numbers.")
        if least is not None:
            self._refuse(column, (read < least).fill_null(value=False), cells, f"is below {least:g}", f"Give {least:g} or more.")
        return read

    def flags(self, column: str, *, blank_ok: bool = False) -> pl.Series:
        """A column of yes and no, written 1 and 0, true and false, or 是 and 否; raises MissingColumn or BadCell."""
        cells = self.texts(column, blank_ok=blank_ok).str.to_lowercase()
        read = cells.replace_strict({**dict.fromkeys(_TRUE, True), **dict.fromkeys(_FALSE, False)}, default=None, return_dtype=pl.Boolean)
        self._refuse(column, cells.is_not_null() & read.is_null(), cells, "is neither 1 nor 0", "Write 1 for yes and 0 for no.")
        return read

    def months(self, column: str) -> pl.Series:
        """A column of months as their ordinals; raises MissingColumn or BadCell."""
        cells = self.texts(column)
        known = {text: _month_or_none(text) for text in cells.unique()}
        read = cells.replace_strict(known, return_dtype=pl.Int64)
        self._refuse(column, read.is_null(), cells, "is not a month", "Write it like 2026-10.")
        return read

    def once(self, keys: list[pl.Series], column: str, what: str) -> None:
        """Refuse the first row whose keys stood in a row before."""
        again = ~pl.DataFrame(keys).select(pl.struct(pl.all()).is_first_distinct()).to_series()
        self._refuse(column, again, keys[0].cast(pl.String), f"is there twice: {what}", "Keep one of the rows.")

    def _refuse(self, column: str, wrong: pl.Series, cells: pl.Series, why: str, next_step: str) -> None:
        if wrong.any():
            row = int(wrong.arg_true()[0])
            told = "the cell" if cells[row] is None else repr(cells[row])
            more = int(wrong.sum()) - 1
            rest = f" ({more:,} more like it.)" if more else ""
            raise BadCell(f"{self.name}, column {column!r}, row {row + self.first_row:,}: {told} {why}.{rest}", next_step=next_step)


def bring(path: Path) -> Brought:
    """Read a CSV file (UTF-8, a header row, all cells as text) or a Parquet file, by the name's ending; raises UnreadableTable."""
    readers: dict[str, tuple[Callable[[Path], pl.DataFrame], int]] = {".csv": (_csv, 2), ".parquet": (pl.read_parquet, 1)}
    if path.suffix.lower() not in readers:
        raise UnreadableTable(f"{path.name} is neither .csv nor .parquet.", next_step="Save the table as CSV (UTF-8) or Parquet.")
    read, first_row = readers[path.suffix.lower()]
    try:
        frame = read(path)
    except (pl.exceptions.PolarsError, OSError, UnicodeDecodeError) as error:
        raise UnreadableTable(
            f"{path.name} cannot be read: {str(error).splitlines()[0]}", next_step="Save it anew, CSV as UTF-8."
        ) from error
    if frame.is_empty():
        raise UnreadableTable(f"{path.name} has no rows.", next_step="Give a table with a row for each household.")
    return Brought(path.name, frame, first_row)


def _csv(path: Path) -> pl.DataFrame:
    return pl.read_csv(path, infer_schema=False, encoding="utf8")


def _month_or_none(text: str) -> int | None:
    try:
        return Month.parse(text).ordinal
    except NotAMonth:
        return None
