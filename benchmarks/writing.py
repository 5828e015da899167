"""Writing Parquet block by block, as the lake would have written it whole."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

import pyarrow as pa

from minsheng.engine.lake import ROW_GROUP, Lake, ParquetStream


class GroupedWriter:
    """A Parquet file of which the first rows tell the schema. Nothing is a Parquet file before `close`, nor without rows."""

    def __init__(self, stream: BinaryIO, group: int) -> None:
        self._stream, self._group = stream, group
        self._parquet: ParquetStream | None = None

    @property
    def rows(self) -> int:
        """How many rows it was given."""
        return self._parquet.rows if self._parquet else 0

    def write(self, table: pa.Table) -> None:
        """Take rows."""
        if self._parquet is None:
            self._parquet = ParquetStream(self._stream, table.schema, group=self._group)
        self._parquet.write(table)

    def close(self) -> None:
        """Write what waits."""
        if self._parquet is not None:
            self._parquet.close()


@contextmanager
def grouped_writer(lake: Lake, path: str, *, group: int = ROW_GROUP) -> Iterator[GroupedWriter]:
    """A writer of one lake file, which appears whole when the block ends well."""
    with lake.open_writer(path) as stream:
        writer = GroupedWriter(stream, group)
        yield writer
        writer.close()
