"""One batch: raw rows in; clean rows, refused rows with their reasons, and the count of those outside the area out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl
import pyarrow as pa

from minsheng.engine.contracts.schema import Contract
from minsheng.engine.intake.cleaning.cells import Circumstances, Cleaned
from minsheng.engine.intake.cleaning.columns import clean_column, clean_dtype
from minsheng.engine.intake.content import Content, row_content, text_hashes
from minsheng.engine.intake.heading import Heading, Placed
from minsheng.engine.intake.rules import IntakeRules
from minsheng.engine.intake.tables import ROW_NUMBER, BrokenCell, BrokenRow, RawBatch, position_name
from minsheng.engine.intake.texts import read_cells

FAULTS_SCHEMA: Final = pl.Schema({ROW_NUMBER: pl.Int64(), "column": pl.String(), "reason": pl.String()})
ORIGINAL_ROWS_SCHEMA: Final = pl.Schema({ROW_NUMBER: pl.Int64(), "receipt": pl.String(), "original_row": pl.Int64()})
CELL_END: Final = "\x1f"
_NO_COLUMN: Final = "row"
_WHERE: Final = "\x1fcolumn"
_WHY: Final = "\x1freason"
"""Names that no contract column can have."""


@dataclass(frozen=True)
class Batch:
    """A batch after cleaning.

    `heading`: what the header row says, the same in every batch; `clean`: row_number and the allowed columns, typed, identity columns
    in the clear (so: in memory only); `rejected`: row_number, column, reason of each refused record's first fault; `faults`: the same
    for all its faults; `out_of_area`: rows only counted; `content`: that of all rows kept or refused;
    read == clean + rejected + out_of_area.
    """

    heading: Heading
    clean: pl.DataFrame
    rejected: pl.DataFrame
    faults: pl.DataFrame
    out_of_area: int
    read: int
    content: Content
    original_rows: pl.DataFrame


@dataclass(frozen=True)
class _Column:
    """What the cells of a column say, as hashes, and what they mean."""

    hashes: pl.Series
    cleaned: Cleaned

    def only(self, rows: pl.Series) -> "_Column":
        return _Column(self.hashes.filter(rows), Cleaned(self.cleaned.values.filter(rows), self.cleaned.faults.filter(rows)))


def clean_schema(contract: Contract) -> pl.Schema:
    """The columns of clean rows: row_number and the columns the agreement allows."""
    return pl.Schema({ROW_NUMBER: pl.Int64(), **{column.name: clean_dtype(column) for column in contract.allowed_columns}})


@dataclass(frozen=True)
class Validation:
    """How the batches of one delivery are checked."""

    contract: Contract
    heading: Heading
    rules: IntakeRules
    circumstances: Circumstances

    @property
    def wanted(self) -> list[int]:
        """The positions of the cells that are read at all."""
        ours = (self.heading.receipt_at, self.heading.original_row_at)
        return [place.position for place in self.heading.placed] + [at for at in ours if at is not None]

    def check(self, raw: RawBatch) -> Batch:
        """Check one batch: area first, then every cell, then what rows must have."""
        area = self._area(raw)
        within = self._within(area)
        rows = raw.rows if within is None else raw.rows.filter(within.to_arrow())
        columns = {
            place.column.name: self._column(rows, place, raw.broken_cells) for place in self.heading.placed if place is not self._area_place
        }
        if area is not None and self._area_place is not None:
            columns[self._area_place.column.name] = area if within is None else area.only(within)
        numbers = pl.Series(ROW_NUMBER, rows[ROW_NUMBER])
        at_fault = self._cell_faults(numbers, {name: column.cleaned for name, column in columns.items()})
        faults = pl.concat([at_fault, _row_faults(raw.broken_rows)]).sort(ROW_NUMBER, maintain_order=True)
        return Batch(
            heading=self.heading,
            clean=self._clean_rows(numbers, columns, at_fault),
            rejected=faults.unique(ROW_NUMBER, keep="first", maintain_order=True),
            faults=faults,
            out_of_area=raw.rows.num_rows - rows.num_rows,
            read=raw.rows.num_rows + len(raw.broken_rows),
            content=row_content([columns[name].hashes.to_numpy() for name in sorted(columns)], rows.num_rows) + _content(raw.broken_rows),
            original_rows=self._original_rows(rows),
        )

    @property
    def _area_place(self) -> Placed | None:
        """Where the column stands that says where a row belongs, if the agreement's area is bounded."""
        if not self.rules.area_prefixes:
            return None
        return next((place for place in self.heading.placed if place.column.name == self.contract.area), None)

    def _area(self, raw: RawBatch) -> _Column | None:
        return None if self._area_place is None else self._column(raw.rows, self._area_place, raw.broken_cells)

    def _within(self, area: _Column | None) -> pl.Series | None:
        """Which rows do not certainly lie outside the agreement's area; None if all do not."""
        if area is None:
            return None
        codes = area.cleaned.values
        outside = codes.is_not_null()
        for prefix in self.rules.area_prefixes:
            outside &= ~codes.str.starts_with(prefix).fill_null(True)
        return ~outside if outside.any() else None

    def _column(self, rows: pa.Table, place: Placed, broken: Sequence[BrokenCell]) -> _Column:
        cells = read_cells(rows[position_name(place.position)])
        cleaned = clean_column(cells.texts, place, self.circumstances)
        spread = Cleaned(cells.spread(cleaned.values), cells.spread(cleaned.faults))
        reasons = {cell.row_number: cell.reason for cell in broken if cell.position == place.position}
        return _Column(cells.spread(cells.hashes), _broken(spread, pl.Series(rows[ROW_NUMBER]), reasons) if reasons else spread)

    def _cell_faults(self, numbers: pl.Series, cleaned: Mapping[str, Cleaned]) -> pl.DataFrame:
        """Every fault of every row, in the order of rows and columns."""
        found = [self._faults_of(column.name, numbers.len(), cleaned, required=column.required) for column in self.contract.allowed_columns]
        columns = [faults for faults in (*found, self._unidentified(numbers.len(), cleaned)) if faults is not None]
        if not columns:
            return pl.DataFrame(schema=FAULTS_SCHEMA)
        table = pl.DataFrame([numbers, *columns])
        at_fault = table.filter(pl.any_horizontal(pl.exclude(ROW_NUMBER).is_not_null()))
        long = at_fault.unpivot(index=ROW_NUMBER, variable_name=_WHERE, value_name=_WHY).drop_nulls(_WHY)
        told = long.select(ROW_NUMBER, pl.col(_WHERE).replace(_NO_COLUMN, "").alias("column"), pl.col(_WHY).alias("reason"))
        return told.sort(ROW_NUMBER, maintain_order=True).cast(FAULTS_SCHEMA)

    def _faults_of(self, name: str, rows: int, cleaned: Mapping[str, Cleaned], *, required: bool) -> pl.Series | None:
        """The faults of a column, None if it has none."""
        if name not in cleaned:
            return pl.repeat("column-missing", rows, dtype=pl.String, eager=True).alias(name) if required else None
        faults = _with_missing(cleaned[name]) if required else cleaned[name].faults
        return faults.alias(name) if faults.null_count() < rows else None

    def _unidentified(self, rows: int, cleaned: Mapping[str, Cleaned]) -> pl.Series | None:
        """The fault of rows that name nobody at all, None if all do name somebody."""
        nobody = pl.repeat(True, rows, dtype=pl.Boolean, eager=True)
        for name in (self.contract.person.number, self.contract.person.name):
            if name is not None and name in cleaned:
                nobody &= cleaned[name].values.is_null() & cleaned[name].faults.is_null()
        if not nobody.any():
            return None
        return pl.select(pl.when(nobody).then(pl.lit("unidentified")).alias(_NO_COLUMN)).to_series()

    def _clean_rows(self, numbers: pl.Series, columns: Mapping[str, _Column], at_fault: pl.DataFrame) -> pl.DataFrame:
        present = pl.DataFrame([numbers, *(column.cleaned.values for column in columns.values())])
        absent = [
            pl.lit(None, clean_dtype(column)).alias(column.name) for column in self.contract.allowed_columns if column.name not in columns
        ]
        sound = present.filter(~pl.col(ROW_NUMBER).is_in(at_fault[ROW_NUMBER].implode())) if at_fault.height else present
        return sound.with_columns(absent).select(clean_schema(self.contract).names())

    def _original_rows(self, rows: pa.Table) -> pl.DataFrame:
        receipt, original = self.heading.receipt_at, self.heading.original_row_at
        if receipt is None or original is None:
            return pl.DataFrame(schema=ORIGINAL_ROWS_SCHEMA)
        said = [read_cells(rows[position_name(at)]) for at in (receipt, original)]
        receipts, numbers = (cells.spread(cells.texts) for cells in said)
        return pl.DataFrame(
            [pl.Series(rows[ROW_NUMBER]), receipts, numbers.cast(pl.Int64, strict=False)], schema=ORIGINAL_ROWS_SCHEMA.names()
        )


def _content(broken: Sequence[BrokenRow]) -> Content:
    return row_content([text_hashes(pa.array([CELL_END.join(row.cells) for row in broken], pa.string()))], len(broken))


def _broken(cleaned: Cleaned, numbers: pl.Series, reasons: Mapping[int, str]) -> Cleaned:
    """A column of which some cells hold no value, such as a formula."""
    found = numbers.replace_strict(reasons, default=None, return_dtype=pl.String)
    values = cleaned.values.set(found.is_not_null(), None)
    return Cleaned(values, found.zip_with(found.is_not_null(), cleaned.faults))


def _with_missing(cleaned: Cleaned) -> pl.Series:
    missing = cleaned.values.is_null() & cleaned.faults.is_null()
    return cleaned.faults.set(missing, "missing-value") if missing.any() else cleaned.faults


def _row_faults(broken: Sequence[BrokenRow]) -> pl.DataFrame:
    return pl.DataFrame([(row.row_number, "", row.reason) for row in broken], schema=FAULTS_SCHEMA, orient="row")
