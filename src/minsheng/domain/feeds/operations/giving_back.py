"""Giving refused rows back to the department that sent them."""

from datetime import datetime
from pathlib import Path

from django.db import transaction

from minsheng.domain.audit.operations import record
from minsheng.domain.feeds.queries.quarantine import write_rejected
from minsheng.domain.installation import Installation


@transaction.atomic
def take_rejected(*, delivery: str, out: Path, installation: Installation, by: str, at: datetime) -> int:
    """Write a delivery's refused rows as the department's own table, and who took them; returns the rows.

    Raises NoSuchDelivery, LakeMissing or Unsealable.
    """
    rows = write_rejected(installation=installation, delivery=delivery, out=out)
    record("rejected_rows.taken", by=by, at=at, subject=delivery, detail={"rows": rows})
    return rows
