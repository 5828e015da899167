"""Which keys are in use, by how much, and which may be dropped."""

from collections import Counter
from dataclasses import dataclass
from typing import Final, Literal

from django.db import connection
from psycopg import sql

from minsheng.domain.keys.declaring import SealedTable, sealed_folders, sealed_tables
from minsheng.engine.lake import Lake, LakeMissing
from minsheng.kernel.sealing import FIELD_HEAD_BYTES, STREAM_HEAD_BYTES, Keys, Unsealable, field_key_id, stream_key_id

Role = Literal["current", "old", "missing", "unnamed"]
UNNAMED: Final = "-"
"""Stands for the key of what was sealed before sealed values named their key."""


@dataclass(frozen=True)
class KeyUse:
    """One key: how many values it seals, by column, and how many original files.

    `missing` keys are named by sealed values but not among the settings; the `unnamed` one sealed what names no key.
    """

    key: str
    role: Role
    values: int
    originals: int
    columns: dict[str, int]
    may_drop: bool


@dataclass(frozen=True)
class KeysInUse:
    """All keys, the current first; what is not yet under the current key; and files whose first bytes are not those of a sealed file."""

    current: str
    keys: tuple[KeyUse, ...]
    values_behind: int
    originals_behind: int
    damaged: tuple[str, ...]

    def of(self, key: str) -> KeyUse:
        """The use of one key, by name."""
        return next(use for use in self.keys if use.key == key)


def keys_in_use(*, keys: Keys, lake: Lake) -> KeysInUse:
    """Count what each key seals: a scan of the sealed columns, and of the first bytes of every original."""
    columns = {f"{table.table}.{column}": _by_key(table, column) for table in sealed_tables() for column in table.sealed}
    originals, damaged = originals_by_key(lake)
    ring = keys.ring
    known: dict[str, Role] = {ring.current.name: "current", **{key.name: "old" for key in ring.old}}
    found = {name for counts in (*columns.values(), originals) for name in counts}
    order = [ring.current.name, *(key.name for key in ring.old), *sorted(found - set(known))]
    settled = not any(counts[UNNAMED] for counts in (*columns.values(), originals)) and not damaged
    uses = []
    for name in order:
        held = {column: counts[name] for column, counts in columns.items() if counts[name]}
        role: Role = known.get(name, "unnamed" if name == UNNAMED else "missing")
        in_use = bool(held or originals[name])
        uses.append(KeyUse(name, role, sum(held.values()), originals[name], held, role == "old" and settled and not in_use))
    rest = [use for use in uses if use.role != "current"]
    return KeysInUse(ring.current.name, tuple(uses), sum(use.values for use in rest), sum(use.originals for use in rest), damaged)


def originals_by_key(lake: Lake) -> tuple[Counter[str], tuple[str, ...]]:
    """How many original files each key seals, and the paths of those that are no sealed files."""
    counts: Counter[str] = Counter()
    damaged = []
    for path in original_files(lake):
        try:
            key_id = original_key_id(lake, path)
        except Unsealable:
            damaged.append(path)
        except LakeMissing:
            continue
        else:
            counts[_name(key_id)] += 1
    return counts, tuple(damaged)


def original_files(lake: Lake) -> list[str]:
    """The sealed files of the lake."""
    return [path for folder in sealed_folders() for path in lake.list(folder)]


def original_key_id(lake: Lake, path: str) -> bytes | None:
    """The id of the key that sealed a file; raises Unsealable or LakeMissing."""
    with lake.open_reader(path) as stream:
        return stream_key_id(stream.read(STREAM_HEAD_BYTES))


def _by_key(table: SealedTable, column: str) -> Counter[str]:
    statement = sql.SQL("SELECT substring({column} FROM 1 FOR {size}) AS head, count(*) FROM {table} WHERE {column} IS NOT NULL GROUP BY 1")
    counts: Counter[str] = Counter()
    with connection.cursor() as cursor:
        cursor.execute(
            statement.format(column=sql.Identifier(column), size=sql.Literal(FIELD_HEAD_BYTES), table=sql.Identifier(table.table))
        )
        for head, count in cursor.fetchall():
            counts[_name(field_key_id(bytes(head)))] += count
    return counts


def _name(key_id: bytes | None) -> str:
    return UNNAMED if key_id is None else key_id.hex()
