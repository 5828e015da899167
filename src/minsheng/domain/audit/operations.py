"""Writing the event log, and saying who changes rows whose history is kept."""

import json
from collections.abc import Mapping
from datetime import datetime

from django.db import connection

from minsheng.domain.audit.acting import acting, acting_from

__all__ = ["acting_from", "changing_as", "record"]

# Nothing is returned: who may add to the log need not be allowed to read it.
_INSERT = (
    'INSERT INTO audit_event (name, "by", at, subject, detail, purpose, origin, division) VALUES (%s, %s, %s, %s, %s::jsonb, %s, %s, %s)'
)


def record(
    event: str,
    *,
    by: str,
    at: datetime,
    subject: str,
    detail: Mapping[str, object] | None = None,
    purpose: str = "",
    origin: str = "",
    division: str = "",
) -> None:
    """Record one dotted event (`delivery.received`) in the caller's transaction; the database chains it when that commits.

    `detail` is JSON and holds no name, identity number, phone or account. `division` is the twelve-digit code of the place concerned. What
    is left empty of `purpose`, `origin` and `division` is that of `acting_from`; an entry without a place concerns the whole installation.
    """
    around = acting()
    why, whence, where = purpose or around.purpose, origin or around.origin, division or around.division
    values = (event, by, at, subject, json.dumps(dict(detail or {})), why, whence, where)
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, values)


def changing_as(*, by: str, at: datetime) -> None:
    """Sign every row history that the rest of this transaction writes with who changes rows, when, why and from where."""
    around = acting()
    signed = {"by": by, "at": at.isoformat(), "purpose": around.purpose, "origin": around.origin}
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pghistory.context_metadata', %s, true)", [json.dumps(signed, ensure_ascii=False)])
