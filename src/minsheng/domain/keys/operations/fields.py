"""Sealing the database's fields again, row by row under the current key, while everybody goes on reading and writing.

What is left to do is told by the values themselves, so there is nothing to remember and an interruption costs one batch. A batch locks
its own rows and passes over those that somebody else holds, so it never waits while it holds anything: no writer is overwritten, none is
caught in a deadlock. Rows that were passed over are waited for afterwards, one at a time.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from psycopg import sql

from minsheng.domain.keys.declaring import SealedTable, sealed_tables
from minsheng.kernel.progress import Progress, Step
from minsheng.kernel.sealing import FIELD_HEAD_BYTES, FIELD_MAGIC, Keys, Unsealable

BATCH_ROWS = 1_000


@dataclass
class Resealed:
    """How many rows were sealed again, and where values are that no key opens: table → keys of its rows."""

    rows: int = 0
    damaged: dict[str, list[Any]] = field(default_factory=dict)


def fields_behind(keys: Keys) -> int:
    """How many rows hold a value that is not under the current key."""
    return sum(_behind(table, keys) for table in sealed_tables())


def reseal_fields(*, keys: Keys, progress: Progress) -> Resealed:
    """Bring every sealed column under the current key; a value that no key opens stays as it is and is told."""
    done = Resealed()
    for table in sealed_tables():
        with progress.step(f"{table.model}: {', '.join(table.sealed)}", total=_behind(table, keys)) as step:
            _Table(table, keys, done).reseal(step)
    return done


class _Table:
    def __init__(self, table: SealedTable, keys: Keys, done: Resealed) -> None:
        self._table, self._keys, self._done = table, keys, done
        self._damaged: list[Any] = []
        self._kind = sql.SQL(apps.get_model(table.model)._meta.pk.rel_db_type(connection))

    def reseal(self, step: Step) -> None:
        after: Any = None
        while True:
            last = self._batch(after, BATCH_ROWS, wait=False, step=step)
            if last is not None:
                after = last
                continue
            if self._batch(None, 1, wait=True, step=step) is None:
                break
            after = None
        if self._damaged:
            self._done.damaged[self._table.table] = self._damaged

    def _batch(self, after: Any, rows: int, *, wait: bool, step: Step) -> Any:
        """Seal some rows after a key again, in a transaction of their own; gives the last one's key, None if there are none."""
        with transaction.atomic(durable=True):
            taken = self._take(after, rows, wait=wait)
            sealed = [(key, *self._sealed(key, values)) for key, *values in taken]
            if sealed:
                self._put(sealed)
        step.advance(len(sealed))
        self._done.rows += len(sealed)
        return sealed[-1][0] if sealed else None

    def _take(self, after: Any, rows: int, *, wait: bool) -> list[tuple[Any, ...]]:
        table, key, columns = self._table.identifiers
        statement = sql.SQL(
            "SELECT {key}, {columns} FROM {table} WHERE ({behind}) AND NOT {key} = ANY (%s::{kind}[]) AND {after} "
            "ORDER BY {key} LIMIT {rows} FOR NO KEY UPDATE {locked}"
        ).format(
            key=key,
            columns=sql.SQL(", ").join(columns),
            table=table,
            behind=_is_behind(self._table, self._keys),
            kind=self._kind,
            after=sql.SQL("true") if after is None else sql.SQL("{} > {}").format(key, sql.Literal(after)),
            rows=sql.Literal(rows),
            locked=sql.SQL("" if wait else "SKIP LOCKED"),
        )
        with connection.cursor() as cursor:
            cursor.execute(statement, [self._damaged])
            return list(cursor.fetchall())

    def _sealed(self, key: Any, values: Sequence[Any]) -> list[bytes | None]:
        sealed: list[bytes | None] = []
        for value in values:
            held = None if value is None else bytes(value)
            if held is not None and not self._keys.is_current(held):
                try:
                    held = self._keys.seal_text(self._keys.open_text(held))
                except Unsealable:
                    self._damaged.append(key)
            sealed.append(held)
        return sealed

    def _put(self, rows: list[tuple[Any, ...]]) -> None:
        table, key, columns = self._table.identifiers
        statement = sql.SQL(
            "UPDATE {table} SET {values} FROM unnest(%s::{kind}[], {arrays}) AS told (told_key, {columns}) WHERE {key} = told_key"
        ).format(
            table=table,
            values=sql.SQL(", ").join(sql.SQL("{0} = told.{0}").format(column) for column in columns),
            kind=self._kind,
            arrays=sql.SQL(", ").join([sql.SQL("%s::bytea[]")] * len(columns)),
            columns=sql.SQL(", ").join(columns),
            key=sql.SQL("{}.{}").format(table, key),
        )
        with connection.cursor() as cursor:
            cursor.execute(statement, [list(values) for values in zip(*rows, strict=True)])


def _behind(table: SealedTable, keys: Keys) -> int:
    statement = sql.SQL("SELECT count(*) FROM {} WHERE {}").format(sql.Identifier(table.table), _is_behind(table, keys))
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.fetchone()[0])


def _is_behind(table: SealedTable, keys: Keys) -> sql.Composed:
    """Whether a row has a value under an old key, or one that names no key; what needs a key that is not here cannot be helped."""
    told = sql.SQL("substring({column} FROM 1 FOR {head}) = ANY ({old}) OR substring({column} FROM 1 FOR {size}) <> {magic}")
    old = sql.Literal([FIELD_MAGIC + key.id for key in keys.ring.old])
    return sql.SQL(" OR ").join(
        told.format(
            column=sql.Identifier(column),
            head=sql.Literal(FIELD_HEAD_BYTES),
            old=sql.SQL("{}::bytea[]").format(old),
            size=sql.Literal(len(FIELD_MAGIC)),
            magic=sql.Literal(FIELD_MAGIC),
        )
        for column in table.sealed
    )
