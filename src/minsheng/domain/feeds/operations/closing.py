"""Closing a month: its levels are out."""

from datetime import datetime

from django.db import transaction

from minsheng.domain.audit.operations import record
from minsheng.domain.feeds.models import ClosedMonth
from minsheng.kernel.periods import Month


@transaction.atomic
def close_month(*, month: Month, by: str, at: datetime) -> None:
    """Say that a month's levels are out, so that first deliveries for it are late from now on; a second time changes nothing."""
    _, fresh = ClosedMonth.objects.get_or_create(month=str(month), defaults={"closed_at": at})
    if fresh:
        record("month.closed", by=by, at=at, subject=str(month))
