"""DuckDB, embedded: a province on one machine."""

from collections.abc import Sequence
from typing import cast

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa

from minsheng.engine.lake import Lake


def connect(threads: int | None = None, memory_limit: str | None = None, temp_directory: str | None = None) -> duckdb.DuckDBPyConnection:
    """Open an in-memory DuckDB that never fetches extensions.

    `memory_limit` is written like `4GB`; beyond it work spills to `temp_directory`. None leaves DuckDB's own choice.
    """
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    chosen = {"threads": threads, "memory_limit": memory_limit, "temp_directory": temp_directory}
    config |= {name: value for name, value in chosen.items() if value is not None}
    return duckdb.connect(":memory:", config=config)


class DuckDB:
    """The computation on one DuckDB connection, which is closed with it; use as a context manager."""

    def __init__(self, connection: duckdb.DuckDBPyConnection | None = None) -> None:
        self._connection = connection or connect()
        self._connection.execute("SET preserve_insertion_order = false")
        self._ibis = ibis.duckdb.from_connection(self._connection)
        self._views: list[str] = []
        self._tables: list[str] = []
        self._made = 0

    def parquet(self, lake: Lake, paths: Sequence[str], *, origin: str | None = None) -> ir.Table:
        """Open lake files as one table; object stores and other remote lakes are read through their fsspec file system."""
        self._reach(lake)
        addresses = [lake.query_path(path) for path in paths]
        rows = self._ibis.read_parquet(addresses, union_by_name=True, hive_partitioning=False, filename=origin or False)
        return cast("ir.Table", rows)

    def named(self, expression: ir.Table) -> ir.Table:
        """Give an expression a name, as a temporary view."""
        self._views.append(self._fresh_name("view"))
        return cast("ir.Table", self._ibis.create_view(self._views[-1], expression))

    def kept(self, expression: ir.Table) -> ir.Table:
        """Compute an expression into a temporary table, in no order."""
        self._tables.append(self._fresh_name("kept"))
        return cast("ir.Table", self._ibis.create_table(self._tables[-1], expression, temp=True))

    def table(self, rows: pa.Table) -> ir.Table:
        """Bring an Arrow table within reach, without copying it."""
        return cast("ir.Table", ibis.memtable(rows))

    def collect(self, expression: ir.Table, schema: pa.Schema, order_by: Sequence[str]) -> pa.Table:
        """Compute an expression and return it with exactly this schema in one chunk, sorted (unsorted if no order is asked)."""
        chosen = expression.select(*schema.names)
        rows = self._ibis.to_pyarrow(chosen.order_by(list(order_by)) if order_by else chosen)
        return cast("pa.Table", rows).cast(schema).combine_chunks()

    def release(self) -> None:
        """Drop the views and temporary tables."""
        for name in reversed(self._views):
            self._ibis.drop_view(name, force=True)
        for name in self._tables:
            self._ibis.drop_table(name, force=True)
        self._views, self._tables = [], []

    def versions(self) -> dict[str, str]:
        """The versions of DuckDB and Ibis."""
        return {"duckdb": duckdb.__version__, "ibis": ibis.__version__}

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def __enter__(self) -> "DuckDB":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _fresh_name(self, kind: str) -> str:
        self._made += 1
        return f"{kind}_{self._made}"

    def _reach(self, lake: Lake) -> None:
        protocols = (lake.fs.protocol,) if isinstance(lake.fs.protocol, str) else lake.fs.protocol
        if not lake.is_local and not set(protocols) & set(self._connection.list_filesystems()):
            self._connection.register_filesystem(lake.fs)
