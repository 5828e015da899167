"""Reading the history of rows: what changed when, by whom and why, and how a row was at an instant."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import Any

from django.apps import apps
from django.db import models

CAME, CHANGED, REMOVED = "insert", "update", "delete"
_Row = dict[str, Any]


@dataclass(frozen=True)
class ChangedField:
    """One column before and after; of a `concealed` one (a keyed index) only that it changed is said."""

    field: str
    before: object
    after: object
    concealed: bool = False


@dataclass(frozen=True)
class Change:
    """One change of one row: `kind` is insert, update or delete; `at` is when the transaction began that made it.

    `by`, `purpose` and `origin` are as the work said, empty where it did not say (`operations.changing_as`).
    """

    at: datetime
    by: str
    purpose: str
    origin: str
    kind: str
    row: int
    fields: tuple[ChangedField, ...]


def history_of(tracked: type[models.Model], key: int) -> list[Change]:
    """Tell every change kept of a row, oldest first."""
    kept = _kept(tracked, key)
    now = tracked._default_manager.filter(pk=key).values().first()
    return [_change(one, one if one["pgh_label"] == CAME else later or now, tracked) for one, later in zip_longest(kept, kept[1:])]


def as_it_was(tracked: type[models.Model], key: int, at: datetime) -> _Row | None:
    """Give the columns of a row as they were at an instant, without concealed ones; None if there was no such row.

    Of tables whose rows are not kept from birth, a row is taken to have always been there.
    """
    kept = _kept(tracked, key)
    later = next((one for one in kept if one["pgh_created_at"] > at), None)
    if later is None:
        gone = bool(kept) and kept[-1]["pgh_label"] == REMOVED
        found = None if gone else tracked._default_manager.filter(pk=key).values().first()
    else:
        found = None if later["pgh_label"] == CAME else later
    return {name: found[name] for name in _columns(tracked) if not _concealed(tracked, name)} if found else None


def _kept(tracked: type[models.Model], key: int) -> list[_Row]:
    return list(history_model(tracked)._default_manager.filter(pgh_obj_id=key).order_by("pgh_id").values())


def history_model(tracked: type[models.Model]) -> type[models.Model]:
    """The table that keeps the history of a tracked one."""
    return apps.get_model(tracked._meta.app_label, f"{tracked.__name__}Event")


def _change(kept: _Row, after: _Row | None, tracked: type[models.Model]) -> Change:
    kind, context = kept["pgh_label"], kept["pgh_context"] or {}
    before = {} if kind == CAME else kept
    then = {} if kind == REMOVED else after or {}
    return Change(
        at=kept["pgh_created_at"],
        by=context.get("by", ""),
        purpose=context.get("purpose", ""),
        origin=context.get("origin", ""),
        kind=kind,
        row=kept["pgh_obj_id"],
        fields=tuple(_differences(tracked, _columns(tracked), before, then)),
    )


def _differences(tracked: type[models.Model], columns: Sequence[str], before: _Row, after: _Row) -> list[ChangedField]:
    differing = [name for name in columns if _plain(before.get(name)) != _plain(after.get(name))]
    return [
        ChangedField(name, None, None, True) if _concealed(tracked, name) else ChangedField(name, before.get(name), after.get(name))
        for name in differing
    ]


def _columns(tracked: type[models.Model]) -> list[str]:
    """The columns whose history is kept, by the names that rows are read under."""
    kept = {field.attname for field in history_model(tracked)._meta.concrete_fields}
    return [field.attname for field in tracked._meta.concrete_fields if field.attname in kept]


def _concealed(tracked: type[models.Model], name: str) -> bool:
    return any(field.attname == name and isinstance(field, models.BinaryField) for field in tracked._meta.concrete_fields)


def _plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value
