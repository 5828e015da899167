"""Frames to and from PostgreSQL by COPY: the only way this app moves many rows."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from io import BytesIO
from itertools import chain
from typing import cast

import polars as pl
import polars.selectors as cs
import psycopg
from django.db import connection
from psycopg import sql
from psycopg.copy import QueuedLibpqWriter

Schema = Mapping[str, "pl.DataType | type[pl.DataType]"]
Value = str | int | date | list[str] | list[int] | None
Parameters = Sequence[Value] | Mapping[str, Value]
_SLICE_ROWS = 10_000
_BETWEEN = sql.Identifier("pg_temp", "rows_between")
_SQL_TYPES: dict[pl.DataType, str] = {
    pl.Int64(): "bigint",
    pl.String(): "text",
    pl.Date(): "date",
    pl.Boolean(): "boolean",
    pl.Binary(): "bytea",
}


def _as_it_is(frame: pl.DataFrame) -> pl.DataFrame:
    return frame


def read_frame(query: str, schema: Schema, parameters: Parameters = ()) -> pl.DataFrame:
    """The rows of a query as a frame; `schema` names and types its columns in order (Int64, String, Date, Boolean, Binary)."""
    statement = sql.SQL("COPY ({}) TO STDOUT (FORMAT csv)").format(sql.SQL(query))
    content = BytesIO()
    with connection.cursor() as cursor, _copying(cursor).copy(statement, parameters or None) as copy:
        for block in copy:
            content.write(block)
    return _parsed(content, schema)


def insert_frame(table: str, frame: pl.DataFrame, *, finish: Callable[[pl.DataFrame], pl.DataFrame] = _as_it_is) -> None:
    """Append a frame to a table by COPY.

    `finish` turns rows into the table's own columns, some thousands at a time, while the server takes in those before. Where row-level
    security binds whoever writes, which COPY does not take, the rows come by way of a temporary table.
    """
    parts = map(finish, frame.iter_slices(_SLICE_ROWS))
    first = next(parts, None)
    if first is None:
        return
    names = {"table": sql.Identifier(table), "columns": sql.SQL(", ").join(map(sql.Identifier, first.columns)), "between": _BETWEEN}
    if _is_bound(table):
        change(sql.SQL("CREATE TEMPORARY TABLE {between} ON COMMIT DROP AS SELECT {columns} FROM {table} WITH NO DATA").format(**names))
        _copy_in(sql.SQL("COPY {between} ({columns}) FROM STDIN (FORMAT csv)").format(**names), chain([first], parts))
        change(sql.SQL("INSERT INTO {table} ({columns}) SELECT {columns} FROM {between}").format(**names))
        change(sql.SQL("DROP TABLE {between}").format(**names))
    else:
        _copy_in(sql.SQL("COPY {table} ({columns}) FROM STDIN (FORMAT csv)").format(**names), chain([first], parts))
    if frame.height > _SLICE_ROWS:
        change(sql.SQL("ANALYZE {table}").format(**names))


def stage_frame(name: str, frame: pl.DataFrame) -> None:
    """Put a frame into a temporary table that lives until the transaction ends; an earlier one of that name is replaced."""
    columns = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(column), sql.SQL(_SQL_TYPES[kind])) for column, kind in frame.schema.items()
    )
    table = sql.Identifier(name)
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("DROP TABLE IF EXISTS pg_temp.{}").format(table))
        cursor.execute(sql.SQL("CREATE TEMPORARY TABLE {} ({}) ON COMMIT DROP").format(table, columns))
    insert_frame(name, frame)
    change(sql.SQL("ANALYZE {}").format(table))


def change(statement: str | sql.Composed, parameters: Parameters = ()) -> int:
    """Run one statement; returns how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters or None)
        return int(cursor.rowcount)


def _is_bound(table: str) -> bool:
    """Whether row-level security binds the current role at a table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_security_active(%s)", [table])
        return bool(cursor.fetchone()[0])


def _copy_in(statement: sql.Composed, parts: Iterable[pl.DataFrame]) -> None:
    with connection.cursor() as wrapped:
        cursor = _copying(wrapped)
        with cursor.copy(statement, writer=QueuedLibpqWriter(cursor)) as copy:
            for part in parts:
                copy.write(part.with_columns(_as_bytea(cs.binary())).write_csv(include_header=False).encode())


def _copying(cursor: object) -> psycopg.Cursor[tuple[object, ...]]:
    """The driver's own cursor: Django's, when it counts queries, takes no parameters to a COPY."""
    return cast("psycopg.Cursor[tuple[object, ...]]", getattr(cursor, "cursor", cursor))


def _as_bytea(binary: pl.Expr) -> pl.Expr:
    return binary.bin.encode("hex").str.replace("^", r"\x")


def _parsed(content: BytesIO, schema: Schema) -> pl.DataFrame:
    if not content.tell():
        return pl.DataFrame(schema=dict(schema))
    content.seek(0)
    as_text = {name: pl.String if kind in (pl.Binary, pl.Boolean) else kind for name, kind in schema.items()}
    frame = pl.read_csv(content, has_header=False, schema=as_text)
    binary = [pl.col(name).str.slice(2).str.decode("hex") for name, kind in schema.items() if kind == pl.Binary]
    boolean = [pl.col(name) == "t" for name, kind in schema.items() if kind == pl.Boolean]
    return frame.with_columns(*binary, *boolean)
