"""The lake: a folder, or an object store by address, that holds what was delivered, frozen and computed."""

import builtins
import fcntl
import hashlib
import io
import os
import posixpath
import shutil
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, ClassVar, cast

import fsspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from fsspec.core import url_to_fs

from minsheng.engine.disk import sync
from minsheng.kernel.errors import Refusal

_BLOCK = 1 << 20
_UNFINISHED = ".unfinished-"
_SCRATCH = f"{_UNFINISHED}scratch-"
ROW_GROUP = 256 * 1024
"""Rows of a group in tables that are read from end to end, or between two keys far apart."""
FINE = 8 * 1024
"""Rows of a group in tables of which single households are looked up: only the groups that may hold them are read."""


class LakeMissing(Refusal):
    """A file that should be in the lake is not there."""

    code: ClassVar[str] = "lake-missing"


class Lake:
    """One lake at one address (`/srv/lake`, `s3://bucket/lake`, `memory://lake`).

    A file appears under its name whole or not at all: it is written beside its place and moved there.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self.fs, root = cast("tuple[fsspec.AbstractFileSystem, str]", url_to_fs(address))
        self._root = root.rstrip("/")
        self.is_local = "file" in (self.fs.protocol if isinstance(self.fs.protocol, tuple) else (self.fs.protocol,))

    def full_path(self, path: str) -> str:
        """The path of a lake file as its file system knows it."""
        return f"{self._root}/{path}"

    def query_path(self, path: str) -> str:
        """The address of a lake file for an execution engine."""
        return self.full_path(path) if self.is_local else cast("str", self.fs.unstrip_protocol(self.full_path(path)))

    def exists(self, path: str) -> bool:
        """Whether the file is there, whole."""
        return bool(self.fs.exists(self.full_path(path)))

    def list(self, folder: str) -> list[str]:
        """The paths of all files below a folder, sorted; leftovers of interrupted writes are passed over."""
        if not self.fs.exists(self.full_path(folder)):
            return []
        found = (str(name)[len(self._root) + 1 :] for name in self.fs.find(self.full_path(folder)))
        return sorted(name for name in found if not any(part.startswith(_UNFINISHED) for part in name.split("/")))

    @contextmanager
    def open_reader(self, path: str) -> Iterator[BinaryIO]:
        """A binary reader; raises LakeMissing."""
        try:
            stream = self.fs.open(self.full_path(path), "rb")
        except FileNotFoundError as fault:
            raise LakeMissing(f"The lake has no {path}.", next_step="Check MINSHENG_LAKE, or restore the lake from its backup.") from fault
        with stream:
            yield cast("BinaryIO", stream)

    @contextmanager
    def open_writer(self, path: str, *, on_disk: bool = False) -> Iterator[BinaryIO]:
        """A binary writer whose file appears only when the block ends well; an interrupted one leaves nothing under the name.

        With `on_disk` a local file appears only once its bytes would outlast a loss of power: for replacing what exists nowhere else.
        """
        final = self.full_path(path)
        folder, name = posixpath.split(final)
        self.fs.makedirs(folder, exist_ok=True)
        unfinished = f"{folder}/{_UNFINISHED}{uuid.uuid4().hex}-{name}"
        try:
            with self.fs.open(unfinished, "wb") as stream:
                yield cast("BinaryIO", stream)
            if on_disk and self.is_local:
                sync(Path(unfinished))
            self._move(unfinished, final)
            if on_disk and self.is_local:
                sync(Path(folder))
        except BaseException:
            if self.fs.exists(unfinished):
                self.fs.rm_file(unfinished)
            raise

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """A folder on this machine for one piece of work, gone with all that is in it when the block ends; on a local lake's own disk.

        What a killed process left behind goes when the next one begins.
        """
        above = Path(self._root) if self.is_local else Path(tempfile.gettempdir())
        above.mkdir(parents=True, exist_ok=True)
        _sweep(above)
        with _held_folder(above) as folder:
            yield folder

    def take_in(self, file: Path, path: str) -> str:
        """Move a finished file of this machine into the lake, whole or not at all; returns the SHA-256 (hex) of its bytes."""
        with file.open("rb") as source:
            digest = hashlib.file_digest(source, "sha256").hexdigest()
            if not self.is_local:
                source.seek(0)
                with self.open_writer(path) as target:
                    shutil.copyfileobj(source, target, _BLOCK)
        if self.is_local:
            final = Path(self.full_path(path))
            final.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(file, final)
        return digest

    def write_bytes(self, path: str, content: bytes) -> None:
        """Write a small file whole."""
        with self.open_writer(path) as stream:
            stream.write(content)

    def read_bytes(self, path: str) -> bytes:
        """A small file whole; raises LakeMissing."""
        with self.open_reader(path) as stream:
            return stream.read()

    def write_table(self, path: str, table: pa.Table, *, group: int = ROW_GROUP) -> str:
        """Write a table as Parquet, the same bytes for the same table; returns the SHA-256 (hex) of the file."""
        with self.open_writer(path) as stream:
            hashing = _Hashing(stream)
            write_parquet(table, cast("BinaryIO", hashing), group=group)
        return hashing.digest.hexdigest()

    def schema(self, path: str) -> pa.Schema:
        """The schema of a Parquet file; raises LakeMissing."""
        with self.open_reader(path) as stream:
            return pq.read_schema(stream)

    def row_count(self, path: str) -> int:
        """How many rows a Parquet file has; raises LakeMissing."""
        with self.open_reader(path) as stream:
            return int(pq.ParquetFile(stream).metadata.num_rows)

    def read_table(self, path: str, columns: Sequence[str] | None = None) -> pa.Table:
        """A Parquet file, or some columns of it, as an Arrow table; raises LakeMissing."""
        with self.open_reader(path) as stream:
            return pq.read_table(stream, columns=None if columns is None else builtins.list(columns))

    def read_rows(self, path: str, column: str, value: int) -> pa.Table:
        """The rows of a Parquet file that hold a number in a column, from the row groups that may; raises LakeMissing."""
        with self.open_reader(path) as stream:
            parquet = pq.ParquetFile(stream)
            rows = parquet.read_row_groups(_groups_that_may_hold(parquet, column, value), use_threads=False)
        return rows.filter(pc.equal(rows[column], pa.scalar(value)))

    def digest(self, path: str) -> str:
        """The SHA-256 (hex) of a file's bytes; raises LakeMissing."""
        digest = hashlib.sha256()
        with self.open_reader(path) as stream:
            while block := stream.read(_BLOCK):
                digest.update(block)
        return digest.hexdigest()

    def copy(self, source: str, target: str) -> None:
        """Copy a file; raises LakeMissing."""
        with self.open_reader(source) as reading, self.open_writer(target) as writing:
            shutil.copyfileobj(reading, writing, _BLOCK)

    def remove(self, path: str) -> None:
        """Remove a file if it is there."""
        if self.exists(path):
            self.fs.rm_file(self.full_path(path))

    def _move(self, source: str, target: str) -> None:
        if self.is_local:
            Path(source).replace(target)
        else:
            self.fs.mv(source, target)


class Overlay(Lake):
    """A lake that reads through to another and keeps every write to itself: for trying a run out without touching anything.

    Nothing below the folder `unseen` is read through.
    """

    def __init__(self, below: Lake, address: str, *, unseen: str = "") -> None:
        super().__init__(address)
        self._below = below
        self._unseen = f"{unseen}/" if unseen else ""

    def query_path(self, path: str) -> str:
        """The address of the file where it is."""
        return super().query_path(path) if super().exists(path) else self._below.query_path(path)

    def exists(self, path: str) -> bool:
        """Whether either lake has the file."""
        return super().exists(path) or (not self._is_unseen(path) and self._below.exists(path))

    def list(self, folder: str) -> builtins.list[str]:
        """The paths below a folder in either lake, sorted."""
        return sorted({*super().list(folder), *(path for path in self._below.list(folder) if not self._is_unseen(path))})

    @contextmanager
    def open_reader(self, path: str) -> Iterator[BinaryIO]:
        """A binary reader on the file where it is; raises LakeMissing."""
        with super().open_reader(path) if super().exists(path) else self._below.open_reader(path) as stream:
            yield stream

    def _is_unseen(self, path: str) -> bool:
        return bool(self._unseen) and path.startswith(self._unseen)


def _groups_that_may_hold(parquet: pq.ParquetFile, column: str, value: int) -> list[int]:
    """The row groups whose statistics do not rule the number out."""
    place = parquet.schema_arrow.names.index(column)
    groups = range(parquet.metadata.num_row_groups)
    return [at for at in groups if _may_hold(parquet.metadata.row_group(at).column(place).statistics, value)]


def _may_hold(statistics: Any, value: int) -> bool:
    return statistics is None or not statistics.has_min_max or bool(statistics.min <= value <= statistics.max)


@contextmanager
def _held_folder(above: Path) -> Iterator[Path]:
    """A new folder that is locked while its process lives; it has its name only when it is locked."""
    begun = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=above))
    lock = os.open(begun, os.O_RDONLY)
    folder = begun.with_name(begun.name.replace(_UNFINISHED, _SCRATCH, 1))
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        begun.rename(folder)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def _sweep(above: Path) -> None:
    """Remove the folders whose process has ended without removing them."""
    for folder in above.glob(f"{_SCRATCH}*"):
        with suppress(OSError):
            lock = os.open(folder, os.O_RDONLY)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(lock)


class _Hashing(io.RawIOBase):
    """A stream that is only written onwards, and knows the hash of what passed."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self.digest = stream, hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        self.digest.update(content)
        return self._stream.write(content)

    def tell(self) -> int:
        return self._stream.tell()


class ParquetStream:
    """A Parquet file written while its rows come: the same bytes as `write_parquet` gives for all of them at once.

    Holds at most one row group (256 Ki rows, or `group`) and what was written last; nothing is a Parquet file before `close`.
    """

    def __init__(self, stream: BinaryIO, schema: pa.Schema, *, group: int = ROW_GROUP) -> None:
        self._group = group
        self._writer = pq.ParquetWriter(stream, schema, compression="zstd", store_schema=False, use_dictionary=True)
        self._waiting = [schema.empty_table()]
        self.rows = 0

    def write(self, rows: pa.Table) -> None:
        """Take rows; whole row groups are written, the rest waits."""
        self._waiting.append(rows)
        self.rows += rows.num_rows
        if sum(part.num_rows for part in self._waiting) >= self._group:
            together = pa.concat_tables(self._waiting)
            whole = together.num_rows // self._group * self._group
            for start in range(0, whole, self._group):
                self._put(together.slice(start, self._group))
            self._waiting = [together.slice(whole)]

    def close(self) -> None:
        """Write what waits, and the end of the file; a table without rows has one row group without rows."""
        rest = pa.concat_tables(self._waiting)
        if rest.num_rows or not self.rows:
            self._put(rest)
        self._writer.close()

    def _put(self, rows: pa.Table) -> None:
        """Write one row group in one piece: where chunks begin would otherwise show in the bytes."""
        self._writer.write_table(rows.unify_dictionaries().combine_chunks(), row_group_size=self._group)


def write_parquet(table: pa.Table, stream: BinaryIO, *, group: int = ROW_GROUP) -> None:
    """Write Parquet with fixed settings, so that equal tables give equal bytes, however they are chunked."""
    parquet = ParquetStream(stream, table.schema, group=group)
    parquet.write(table)
    parquet.close()
