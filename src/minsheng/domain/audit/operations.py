"""Writing the event log."""

from collections.abc import Mapping
from datetime import datetime

from minsheng.domain.audit.models import Event


def record(event: str, *, by: str, at: datetime, subject: str, detail: Mapping[str, object] | None = None) -> None:
    """Record one dotted event (`delivery.received`) in the caller's transaction.

    `detail` is JSON and holds no name, identity number, phone or account.
    """
    Event.objects.create(name=event, by=by, at=at, subject=subject, detail=dict(detail or {}))
