"""DuckDB, embedded: a province on one machine."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa

from minsheng.engine.backends.backend import Source
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
        self._kept: set[str] = set()
        self._columns: dict[str, frozenset[str]] = {}

    def bind(self, name: str, lake: Lake, source: Source) -> None:
        """Let a name stand for files of the lake, as a view; remote lakes are read through their fsspec file system."""
        self._reach(lake)
        parts = []
        if source.paths:
            parts.append(self._reading(lake, source.paths, source, _between(source)))
        if source.beside is not None:
            parts.append(self._reading(lake, (source.beside,), replace(source, origin=None), [f"position = {source.position}"]))
        nothing = ", ".join(f"NULL::{_sql_type(field.type)} AS {_quoted(field.name)}" for field in source.schema)
        self._view(name, " UNION ALL BY NAME ".join(parts) or f"SELECT {nothing} WHERE FALSE")

    def table(self, name: str, rows: pa.Table) -> None:
        """Let a name stand for an Arrow table, without copying it."""
        self._connection.execute(f"DROP VIEW IF EXISTS {_quoted(name)}")
        self._connection.register(name, rows)

    def compile(self, expression: ir.Table) -> str:
        """The expression as DuckDB's SQL."""
        return str(ibis.to_sql(expression, dialect="duckdb"))

    def keep(self, name: str, statement: str) -> None:
        """Compute a statement into a temporary table, in no order."""
        self._connection.execute(f"CREATE OR REPLACE TEMP TABLE {_quoted(name)} AS {statement}")
        self._kept.add(name)

    def fetch(self, statement: str, schema: pa.Schema) -> pa.Table:
        """Compute a statement and return it with exactly this schema in one chunk."""
        return self._connection.execute(statement).to_arrow_table().cast(schema).combine_chunks()

    def release(self, names: Iterable[str] | None = None) -> None:
        """Drop temporary tables: these, or all."""
        for name in list(self._kept if names is None else names):
            self._connection.execute(f"DROP TABLE IF EXISTS {_quoted(name)}")
            self._kept.discard(name)

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

    def _reading(self, lake: Lake, paths: Sequence[str], source: Source, tests: Sequence[str]) -> str:
        found = frozenset[str]().union(*(self._columns_of(lake, path) for path in paths))
        columns = [_column(field, field.name in found, source.origin) for field in source.schema]
        files = ", ".join(_text(lake.query_path(path)) for path in paths)
        options = f"union_by_name = true, hive_partitioning = false{', filename = true' if source.origin else ''}"
        where = ["WHERE", " AND ".join(tests)] if tests else []
        return " ".join(["SELECT", ", ".join(columns), "FROM", f"read_parquet([{files}], {options})", *where])

    def _columns_of(self, lake: Lake, path: str) -> frozenset[str]:
        address = lake.query_path(path)
        if address not in self._columns:
            self._columns[address] = frozenset(lake.schema(path).names)
        return self._columns[address]

    def _view(self, name: str, statement: str) -> None:
        self._connection.unregister(name)
        self._connection.execute(f"CREATE OR REPLACE TEMP VIEW {_quoted(name)} AS {statement}")

    def _reach(self, lake: Lake) -> None:
        protocols = (lake.fs.protocol,) if isinstance(lake.fs.protocol, str) else lake.fs.protocol
        if not lake.is_local and not set(protocols) & set(self._connection.list_filesystems()):
            self._connection.register_filesystem(lake.fs)


def _column(field: "pa.Field[pa.DataType]", found: bool, origin: str | None) -> str:
    value = "filename" if field.name == origin else _quoted(field.name) if found else "NULL"
    return f"{value}::{_sql_type(field.type)} AS {_quoted(field.name)}"


def _between(source: Source) -> list[str]:
    if source.column is None:
        return []
    tests = [(">=", source.first), ("<", source.end)]
    return [f"{_quoted(source.column)} {sign} {bound}" for sign, bound in tests if bound is not None]


def _sql_type(kind: pa.DataType) -> str:
    return _SQL_TYPES[str(kind)]


_SQL_TYPES = {"int64": "BIGINT", "string": "VARCHAR", "bool": "BOOLEAN", "date32[day]": "DATE"}


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
