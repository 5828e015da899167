"""A new key becomes current, and everything is sealed with it again."""

from dataclasses import dataclass
from datetime import datetime

from minsheng.domain.audit.operations import record
from minsheng.domain.audit.queries import events_about
from minsheng.domain.keys.operations.fields import fields_behind, reseal_fields
from minsheng.domain.keys.operations.locking import only_rotation
from minsheng.domain.keys.operations.originals import originals_behind, reseal_originals
from minsheng.domain.keys.store import KeyStore
from minsheng.engine.lake import Lake
from minsheng.kernel.progress import SILENT, Progress
from minsheng.kernel.sealing import Keys


@dataclass(frozen=True)
class Rotated:
    """What a rotation did: `began` says whether it made a new key, or went on with one that was begun.

    `damaged` names what no key opens (table → keys of rows, file paths under "originals"); it stays as it was.
    """

    key: str
    began: bool
    old: tuple[str, ...]
    rows: int
    originals: int
    damaged: dict[str, list[str]]


def rotate(*, store: KeyStore, lake: Lake, originals: bool, by: str, at: datetime, progress: Progress = SILENT) -> Rotated:
    """Make a new key current and bring every sealed column under it, and with `originals` the lake's sealed files too.

    A rotation that was interrupted is gone on with, no further key is made. The new key is on disk before anything is sealed with it,
    and the old ones stay readable until they are dropped. Raises RotationUnderWay, or what the store refuses with.
    """
    with only_rotation():
        keys = Keys.following(store.texts)
        began = not _is_under_way(keys, lake, originals=originals)
        if began:
            store.replace(store.texts(True).rotated())
        key, old = keys.ring.current.name, tuple(one.name for one in keys.ring.old)
        if "keys.rotated" not in _recorded(key):
            record("keys.rotated", by=by, at=at, subject=_subject(key), detail={"old": list(old)})
        rows, damaged = _reseal_rows(keys, key, by=by, at=at, progress=progress)
        files, lost = _reseal_files(keys, key, lake, by=by, at=at, progress=progress) if originals else (0, {})
        return Rotated(key, began, old, rows, files, damaged | lost)


def _is_under_way(keys: Keys, lake: Lake, *, originals: bool) -> bool:
    """Whether a rotation to the current key was begun and is not through; what came late from others belongs to it too.

    What no key could open then does not count: it cannot hold up the next rotation.
    """
    ring = keys.ring
    if not ring.old:
        return False
    recorded = _recorded(ring.current.name)
    if fields_behind(keys) > recorded.get("keys.resealed", -1):
        return True
    return originals and len(originals_behind(keys=keys, lake=lake)) > recorded.get("keys.originals_resealed", -1)


def _reseal_rows(keys: Keys, key: str, *, by: str, at: datetime, progress: Progress) -> tuple[int, dict[str, list[str]]]:
    done = reseal_fields(keys=keys, progress=progress)
    damaged = {table: [str(row) for row in rows] for table, rows in done.damaged.items()}
    detail = {"rows": done.rows, "damaged": sum(map(len, damaged.values()))}
    record("keys.resealed", by=by, at=at, subject=_subject(key), detail=detail)
    return done.rows, damaged


def _reseal_files(keys: Keys, key: str, lake: Lake, *, by: str, at: datetime, progress: Progress) -> tuple[int, dict[str, list[str]]]:
    files, damaged = reseal_originals(keys=keys, lake=lake, progress=progress)
    record("keys.originals_resealed", by=by, at=at, subject=_subject(key), detail={"files": files, "damaged": len(damaged)})
    return files, {"originals": damaged} if damaged else {}


def _recorded(key: str) -> dict[str, int]:
    """What is recorded about a key → how much could not be opened the last time."""
    return {event.name: int(event.detail.get("damaged", 0)) for event in events_about(_subject(key))}


def _subject(key: str) -> str:
    return f"key:{key}"
