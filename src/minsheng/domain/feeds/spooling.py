"""Laying rows aside while a delivery passes: in order, or in sorted runs that come back as one; in memory while they are few."""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Final

import polars as pl
import pyarrow as pa
import pyarrow.ipc

from minsheng.engine.intake.settling import without
from minsheng.engine.lake import ParquetStream

HELD_ROWS: Final = 250_000
_MARK_EVERY: Final = 4_096
_RUN_GROUP: Final = 32_768


class Spool:
    """Rows laid aside, to come back in the order in which they went."""

    def __init__(self, file: Path, *, held_rows: int = HELD_ROWS) -> None:
        self._file, self._held_rows = file, held_rows
        self._held: list[pa.Table] = []
        self._writer: pa.ipc.RecordBatchFileWriter | None = None
        self._rows = 0

    def add(self, rows: pl.DataFrame) -> None:
        """Lay rows aside; all have the same columns."""
        self._held.append(as_arrow(rows))
        self._rows += rows.height
        if self._rows > self._held_rows:
            self._lay_down()

    def __iter__(self) -> Iterator[pa.Table]:
        """The rows, once, in order; nothing may be added any more."""
        if self._writer is not None:
            self._lay_down()
            self._writer.close()
            with pa.OSFile(str(self._file), "rb") as source:
                reader = pa.ipc.open_file(source)
                for number in range(reader.num_record_batches):
                    yield pa.Table.from_batches([reader.get_batch(number)])
            self._file.unlink()
        yield from self._held

    def _lay_down(self) -> None:
        for table in self._held:
            if self._writer is None:
                self._writer = pa.ipc.new_file(str(self._file), table.schema)
            self._writer.write_table(table)
        self._held.clear()


class Runs:
    """Ledger rows laid aside in runs sorted by person, to come back as one, sorted by person and row number."""

    def __init__(self, folder: Path, *, held_rows: int = HELD_ROWS) -> None:
        self._folder, self._held_rows = folder, held_rows
        self._held: list[pl.DataFrame] = []
        self._laid: list[Path] = []
        self._marks: list[pl.Series] = []

    def add(self, rows: pl.DataFrame) -> None:
        """Lay rows aside, in any order; all have the same columns, among them person_key and row_number."""
        self._held.append(rows)
        if sum(part.height for part in self._held) > self._held_rows:
            run = self._folder / f"run-{len(self._laid)}.parquet"
            self._merged_now().write_parquet(run, compression="lz4", row_group_size=_RUN_GROUP, statistics=True)
            self._laid.append(run)
            self._held.clear()

    def sorted(self, dropped: pl.Series) -> Iterator[pl.DataFrame]:
        """All rows but the dropped ones (row numbers, in order), a range of people at a time."""
        if self._held:
            self._held = [self._merged_now()]
        parts = [*(pl.scan_parquet(run) for run in self._laid), *(part.lazy() for part in self._held)]
        for least, most in self._ranges() if parts else []:
            here = pl.col("person_key").is_between(least, most, closed="left")
            rows = pl.concat([part.filter(here) for part in parts]).collect().sort("row_number")
            yield without(rows, dropped).sort("person_key", "row_number")

    def _merged_now(self) -> pl.DataFrame:
        rows = pl.concat(self._held).sort("person_key", "row_number")
        self._marks.append(rows["person_key"].gather_every(_MARK_EVERY))
        return rows

    def _ranges(self) -> list[tuple[int, int]]:
        """Half-open ranges of people that hold about as many rows as may be held."""
        marks = pl.concat(self._marks).sort()
        every = max(1, self._held_rows // _MARK_EVERY)
        edges = marks.gather_every(every)[1:].unique().sort().to_list()
        bounds = [0, *(edge for edge in edges if edge > 0), 1 << 62]
        return list(pairwise(bounds))


def write_file(file: Path, parts: Iterable[pa.Table], empty: pa.Table) -> int:
    """Write rows as one Parquet file, the same bytes however they are parted; `empty` has their columns. Returns how many they are."""
    with file.open("wb") as stream:
        parquet = ParquetStream(stream, empty.schema)
        for part in parts:
            parquet.write(part)
        parquet.close()
    return parquet.rows


def staying(rows: pa.Table, dropped: pl.Series) -> pa.Table:
    """Rows, in order of their number, without the dropped ones; see `settling.without`."""
    numbers = pl.DataFrame({"row_number": pl.Series(rows["row_number"])})
    stay = without(numbers, dropped)["row_number"]
    return rows if stay.len() == numbers.height else rows.filter(numbers["row_number"].is_in(stay.implode()).to_arrow())


def as_arrow(frame: pl.DataFrame) -> pa.Table:
    """A frame as the Arrow table that files of the lake are written from."""
    return frame.to_arrow(compat_level=pl.CompatLevel.oldest())


def as_frame(table: pa.Table) -> pl.DataFrame:
    """An Arrow table as a frame."""
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return frame
