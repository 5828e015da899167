"""One batch: raw rows in; clean rows, refused rows with their reasons, and the count of those outside the area out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from minsheng.engine.contracts.schema import Contract
from minsheng.engine.intake.cleaning.cells import Circumstances, Cleaned, tidy
from minsheng.engine.intake.cleaning.columns import clean_column, clean_dtype
from minsheng.engine.intake.heading import Heading, Placed
from minsheng.engine.intake.rules import IntakeRules
from minsheng.engine.intake.tables import ROW_NUMBER, BrokenCell, BrokenRow, RawBatch, position_name

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

    `clean`: row_number and the allowed columns, typed, identity columns in the clear (so: in memory only); `rejected`: row_number,
    column, reason of each refused record's first fault; `faults`: the same for all its faults; `out_of_area`: rows only counted;
    `content`: one text per row kept or refused, for the delivery's digest; read == clean + rejected + out_of_area.
    """

    clean: pl.DataFrame
    rejected: pl.DataFrame
    faults: pl.DataFrame
    out_of_area: int
    read: int
    content: pl.Series
    original_rows: pl.DataFrame


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
        tidied = raw.rows.with_columns(tidy(raw.rows[name]) for name in raw.rows.columns if name != ROW_NUMBER)
        inside = self._inside(tidied)
        cleaned = {place.column.name: self._clean(inside, place, raw.broken_cells) for place in self.heading.placed}
        faults = pl.concat([self._cell_faults(inside[ROW_NUMBER], cleaned), _row_faults(raw.broken_rows)])
        rejected = faults.unique(ROW_NUMBER, keep="first", maintain_order=True)
        return Batch(
            clean=self._clean_rows(inside[ROW_NUMBER], cleaned, rejected),
            rejected=rejected,
            faults=faults,
            out_of_area=tidied.height - inside.height,
            read=tidied.height + len(raw.broken_rows),
            content=self._content(inside, raw.broken_rows),
            original_rows=self._original_rows(inside),
        )

    def _inside(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows that do not certainly lie outside the agreement's area."""
        area = next((place for place in self.heading.placed if place.column.name == self.contract.area), None)
        if area is None or not self.rules.area_prefixes:
            return rows
        codes = clean_column(rows[position_name(area.position)], area, self.circumstances).values
        within = [codes.str.starts_with(prefix) for prefix in self.rules.area_prefixes]
        return rows.filter(pl.any_horizontal(codes.is_null(), *within))

    def _clean(self, rows: pl.DataFrame, place: Placed, broken: Sequence[BrokenCell]) -> Cleaned:
        cleaned = clean_column(rows[position_name(place.position)], place, self.circumstances)
        reasons = {cell.row_number: cell.reason for cell in broken if cell.position == place.position}
        if not reasons:
            return cleaned
        found = rows[ROW_NUMBER].replace_strict(reasons, default=None, return_dtype=pl.String)
        return Cleaned(cleaned.values.set(found.is_not_null(), None), found.zip_with(found.is_not_null(), cleaned.faults))

    def _cell_faults(self, numbers: pl.Series, cleaned: dict[str, Cleaned]) -> pl.DataFrame:
        """Every fault of every row, in the order of rows and columns."""
        columns = [
            _with_missing(cleaned[column.name], required=column.required).alias(column.name)
            if column.name in cleaned
            else pl.repeat("column-missing" if column.required else None, numbers.len(), dtype=pl.String, eager=True).alias(column.name)
            for column in self.contract.allowed_columns
        ]
        table = pl.DataFrame([numbers.alias(ROW_NUMBER), *columns, self._unidentified(numbers, cleaned)])
        at_fault = table.filter(pl.any_horizontal(pl.exclude(ROW_NUMBER).is_not_null()))
        long = at_fault.unpivot(index=ROW_NUMBER, variable_name=_WHERE, value_name=_WHY).drop_nulls(_WHY)
        told = long.select(ROW_NUMBER, pl.col(_WHERE).replace(_NO_COLUMN, "").alias("column"), pl.col(_WHY).alias("reason"))
        return told.sort(ROW_NUMBER, maintain_order=True).cast(FAULTS_SCHEMA)

    def _unidentified(self, numbers: pl.Series, cleaned: dict[str, Cleaned]) -> pl.Series:
        """The fault of rows that name nobody at all."""
        said = [
            cleaned[name].values.is_not_null() | cleaned[name].faults.is_not_null()
            for name in (self.contract.person.number, self.contract.person.name)
            if name in cleaned
        ]
        nobody = pl.when(~pl.any_horizontal(*said)).then(pl.lit("unidentified")) if said else pl.lit("unidentified")
        return numbers.to_frame().with_columns(nobody.alias(_NO_COLUMN))[_NO_COLUMN]

    def _clean_rows(self, numbers: pl.Series, cleaned: dict[str, Cleaned], rejected: pl.DataFrame) -> pl.DataFrame:
        present = pl.DataFrame([numbers.alias(ROW_NUMBER), *(column.values for column in cleaned.values())])
        absent = [
            pl.lit(None, clean_dtype(column)).alias(column.name) for column in self.contract.allowed_columns if column.name not in cleaned
        ]
        sound = present.filter(~pl.col(ROW_NUMBER).is_in(rejected[ROW_NUMBER].implode())) if rejected.height else present
        return sound.with_columns(absent).select(clean_schema(self.contract).names())

    def _content(self, rows: pl.DataFrame, broken: Sequence[BrokenRow]) -> pl.Series:
        places = sorted(self.heading.placed, key=lambda place: place.column.name)
        cells = [pl.col(position_name(place.position)).fill_null("") for place in places]
        whole = rows.select(content=pl.concat_str(cells, separator=CELL_END)).to_series()
        return whole.extend(pl.Series("content", [CELL_END.join(row.cells) for row in broken], pl.String))

    def _original_rows(self, rows: pl.DataFrame) -> pl.DataFrame:
        receipt, original = self.heading.receipt_at, self.heading.original_row_at
        if receipt is None or original is None:
            return pl.DataFrame(schema=ORIGINAL_ROWS_SCHEMA)
        return rows.select(
            pl.col(ROW_NUMBER),
            receipt=pl.col(position_name(receipt)),
            original_row=pl.col(position_name(original)).cast(pl.Int64, strict=False),
        )


def _with_missing(cleaned: Cleaned, *, required: bool) -> pl.Series:
    if not required:
        return cleaned.faults
    missing = cleaned.values.is_null() & cleaned.faults.is_null()
    return cleaned.faults.set(missing, "missing-value") if missing.any() else cleaned.faults


def _row_faults(broken: Sequence[BrokenRow]) -> pl.DataFrame:
    return pl.DataFrame([(row.row_number, "", row.reason) for row in broken], schema=FAULTS_SCHEMA, orient="row")
