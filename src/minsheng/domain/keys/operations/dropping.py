"""An old key is dropped once nothing is sealed with it; the database itself then refuses every value that is.

Somebody may still hold the old key in memory, with a transaction that nobody else sees yet. So a constraint on every sealed column is
laid down before the key goes: PostgreSQL proves that no row needs the key, and turns away whoever would still write one.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import ClassVar, Final

from django.db import IntegrityError, OperationalError, connection, transaction
from psycopg import sql
from psycopg.errors import LockNotAvailable

from minsheng.domain.audit.operations import record
from minsheng.domain.keys.declaring import SealedTable, sealed_tables
from minsheng.domain.keys.operations.locking import only_rotation
from minsheng.domain.keys.queries import UNNAMED, KeysInUse, keys_in_use, originals_by_key
from minsheng.domain.keys.store import KeyStore
from minsheng.engine.lake import Lake
from minsheng.kernel.errors import Refusal
from minsheng.kernel.keyring import KeyRing, SealingKey
from minsheng.kernel.sealing import FIELD_MAGIC, Keys

_PATIENCE: Final = "10s"


class KeyStillInUse(Refusal):
    """Something is still sealed with the key, or may be."""

    code: ClassVar[str] = "key-still-in-use"


class NothingToDrop(Refusal):
    """There is no old key."""

    code: ClassVar[str] = "nothing-to-drop"


class TablesAreBusy(Refusal):
    """Somebody works on a sealed table for so long that it cannot be bound."""

    code: ClassVar[str] = "tables-are-busy"


def drop(*, store: KeyStore, lake: Lake, names: Sequence[str], by: str, at: datetime) -> list[str]:
    """Drop old keys, all of them where none is named; gives their names.

    Where the store cannot forget them itself it refuses last: they are proved to be needed no more, and may be taken away by hand.
    Raises NothingToDrop, NoSuchKey, KeyStillInUse, TablesAreBusy, RotationUnderWay, or what the store refuses with.
    """
    with only_rotation():
        texts = store.texts(True)
        keys = Keys.following(store.texts)
        dropped = _chosen(keys.ring, names)
        found = [key.name for key in dropped]
        _refuse_in_use(keys_in_use(keys=keys, lake=lake), found)
        _forbid(dropped)
        with transaction.atomic():
            for name in found:
                record("keys.dropped", by=by, at=at, subject=f"key:{name}")
        store.replace(texts.without(found))
        counts, _ = originals_by_key(lake)
        if any(counts[name] for name in found):
            store.replace(texts)
            raise KeyStillInUse("A file was sealed with the key just now; the key is back.", next_step="minsheng keys rotate --originals")
        return found


def _chosen(ring: KeyRing, names: Sequence[str]) -> list[SealingKey]:
    if not ring.old:
        raise NothingToDrop("There is no old key.", next_step="See: minsheng keys status")
    return [ring.old_named(name) for name in dict.fromkeys(names)] if names else list(ring.old)


def _refuse_in_use(use: KeysInUse, names: Iterable[str]) -> None:
    if use.damaged:
        raise KeyStillInUse(
            f"{len(use.damaged)} original files are damaged, so it is not known which key they need: {use.damaged[0]}",
            next_step="Restore them from the lake's backup.",
        )
    doubtful = [one for one in use.keys if one.key in (*names, UNNAMED) and (one.values or one.originals)]
    if not doubtful:
        return
    said = [
        f"{one.values:,} values and {one.originals:,} original files "
        + ("name no key and may need it" if one.key == UNNAMED else f"are sealed with {one.key}")
        for one in doubtful
    ]
    files = " --originals" if any(one.originals for one in doubtful) else ""
    raise KeyStillInUse(f"{'; '.join(said)}.", next_step=f"Seal them again: minsheng keys rotate{files}")


def _forbid(keys: list[SealingKey]) -> None:
    """Bind every sealed column, from this moment on, never to hold a value under these keys or one that names no key."""
    with transaction.atomic():
        _lock_patiently()
        for table in sealed_tables():
            for key in keys:
                _run(_without("ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}", table, key))
                _run(_without("ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({never}) NOT VALID", table, key))
    try:
        for table in sealed_tables():
            for key in keys:
                _run(_without("ALTER TABLE {table} VALIDATE CONSTRAINT {name}", table, key))
    except IntegrityError as fault:
        _allow_again(keys)
        raise KeyStillInUse("A value was sealed with the key just now.", next_step="minsheng keys rotate, then drop it again.") from fault


def _allow_again(keys: list[SealingKey]) -> None:
    with transaction.atomic():
        for table in sealed_tables():
            for key in keys:
                _run(_without("ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}", table, key))


def _lock_patiently() -> None:
    """Wait for those who read or write now, but not for ever: everybody who comes after waits behind this."""
    _run(sql.SQL("SET LOCAL lock_timeout = {}").format(sql.Literal(_PATIENCE)))
    tables = sql.SQL(", ").join(sql.Identifier(table.table) for table in sealed_tables())
    try:
        _run(sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(tables))
    except OperationalError as fault:
        if isinstance(fault.__cause__, LockNotAvailable):
            raise TablesAreBusy("A long piece of work holds a sealed table.", next_step="Drop the key when it is through.") from fault
        raise


def _without(statement: str, table: SealedTable, key: SealingKey) -> sql.Composed:
    never = sql.SQL("substring({column} FROM 1 FOR 4) = {magic} AND substring({column} FROM 5 FOR 4) <> {key}")
    return sql.SQL(statement).format(
        table=sql.Identifier(table.table),
        name=sql.Identifier(f"never_sealed_with_{key.name}"),
        never=sql.SQL(" AND ").join(
            sql.SQL("({column} IS NULL OR {never})").format(
                column=sql.Identifier(column),
                never=never.format(column=sql.Identifier(column), magic=sql.Literal(FIELD_MAGIC), key=sql.Literal(key.id)),
            )
            for column in table.sealed
        ),
    )


def _run(statement: sql.Composed) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
