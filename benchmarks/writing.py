"""Writing Parquet block by block, as the lake would have written it whole."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from minsheng.engine.lake import Lake

ROW_GROUP = 256 * 1024


class GroupedWriter:
    """A Parquet file written in row groups of one size, in the settings of `lake.write_parquet`."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._writer: pq.ParquetWriter | None = None
        self._waiting: list[pa.Table] = []
        self.rows = 0

    def write(self, table: pa.Table) -> None:
        """Take rows; whole row groups are written, the rest waits."""
        self._waiting.append(table)
        self.rows += table.num_rows
        if sum(part.num_rows for part in self._waiting) >= ROW_GROUP:
            together = pa.concat_tables(self._waiting).unify_dictionaries().combine_chunks()
            whole = together.num_rows // ROW_GROUP * ROW_GROUP
            self._put(together.slice(0, whole))
            self._waiting = [together.slice(whole)]

    def close(self) -> None:
        """Write what waits."""
        if self._waiting:
            self._put(pa.concat_tables(self._waiting).unify_dictionaries())
        if self._writer is not None:
            self._writer.close()

    def _put(self, table: pa.Table) -> None:
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._stream, table.schema, compression="zstd", store_schema=False, use_dictionary=True)
        self._writer.write_table(table, row_group_size=ROW_GROUP)


@contextmanager
def grouped_writer(lake: Lake, path: str) -> Iterator[GroupedWriter]:
    """A writer of one lake file, which appears whole when the block ends well."""
    with lake.open_writer(path) as stream:
        writer = GroupedWriter(stream)
        yield writer
        writer.close()
