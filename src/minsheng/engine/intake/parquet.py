"""Parquet files as tables of text."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import ClassVar

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from minsheng.engine.intake.packing import Payload, Truncated, refuse_size
from minsheng.engine.intake.rules import IntakeRules, Unreadable
from minsheng.engine.intake.tables import ROW_NUMBER, Frame, RawBatch, position_name, without_blank_rows

_HERE = "Asia/Shanghai"
_EXACT_INTEGERS = 1e15


class NestedColumn(Unreadable):
    """A column holds lists or structures instead of values."""

    code: ClassVar[str] = "nested-column"


def open_parquet(payload: Payload, rules: IntakeRules) -> "ParquetTable":
    """Open a Parquet file; raises Truncated, Bomb."""
    with _sound():
        file = pq.ParquetFile(payload.open())
    cells = file.metadata.num_rows * file.metadata.num_columns
    groups = [file.metadata.row_group(at) for at in range(file.metadata.num_row_groups)]
    refuse_size(max(cells, sum(group.total_byte_size for group in groups)), rules.max_bytes, rules)
    return ParquetTable(file)


@contextmanager
def _sound() -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, OSError, EOFError, UnicodeDecodeError) as error:
        raise Truncated("Parquet file") from error


class ParquetTable:
    """A Parquet file as a table; its first row is row 1, for it has no header row."""

    counts_from_1904 = False

    def __init__(self, file: pq.ParquetFile) -> None:
        self._file = file

    def first_rows(self) -> list[list[str]]:
        """The column names."""
        return [list(self._file.schema_arrow.names)]

    def batches(self, frame: Frame, wanted: Sequence[int], batch_rows: int) -> Iterator[RawBatch]:
        """The rows, with the wanted columns as text."""
        names = [self._file.schema_arrow.names[position] for position in wanted]
        number = 1 + frame.header_at
        with _sound():
            for batch in self._file.iter_batches(batch_size=batch_rows, columns=names):
                texts = [_as_text(pl.Series(batch.column(name)), position_name(at)) for name, at in zip(names, wanted, strict=True)]
                numbers = pl.int_range(number, number + batch.num_rows, dtype=pl.Int64, eager=True).alias(ROW_NUMBER)
                rows = pl.DataFrame([numbers, *texts]).to_arrow(compat_level=pl.CompatLevel.oldest())
                yield RawBatch(without_blank_rows(rows))
                number += batch.num_rows


def _as_text(cells: pl.Series, name: str) -> pl.Series:
    """Typed values as the text a department would have written."""
    if cells.dtype.is_nested():
        raise NestedColumn("A column holds lists or structures.", next_step="Send one value per cell.")
    if cells.dtype.is_float():
        return _float_texts(cells).alias(name)
    if isinstance(cells.dtype, pl.Datetime):
        return _moment_texts(cells).alias(name)
    return cells.cast(pl.String, strict=False).alias(name)


def _float_texts(numbers: pl.Series) -> pl.Series:
    numbers = numbers.cast(pl.Float64).round_sig_figs(15).fill_nan(None)
    whole = ((numbers == numbers.floor()) & (numbers.abs() < _EXACT_INTEGERS)).fill_null(False)
    return numbers.cast(pl.Int64, strict=False).cast(pl.String).zip_with(whole, numbers.cast(pl.String))


def _moment_texts(moments: pl.Series) -> pl.Series:
    here = moments.dt.convert_time_zone(_HERE) if getattr(moments.dtype, "time_zone", None) else moments
    return here.dt.to_string("%Y-%m-%d %H:%M:%S").str.strip_suffix(" 00:00:00")
