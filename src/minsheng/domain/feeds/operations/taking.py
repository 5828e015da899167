"""Receiving a file that arrived through the browser: it gets its receipt, and its staged bytes go."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate

from minsheng.domain.feeds import states
from minsheng.domain.feeds.models import Delivery, Upload
from minsheng.domain.feeds.operations.receiving import Item, receive
from minsheng.domain.feeds.operations.uploading import settle_upload
from minsheng.domain.feeds.queries.uploads import upload_named
from minsheng.domain.feeds.receipts import Receipt
from minsheng.domain.feeds.staging import clear_away, under_its_name
from minsheng.domain.installation import Installation
from minsheng.kernel.errors import Refusal
from minsheng.kernel.periods import Month
from minsheng.kernel.progress import Progress

WORTH_ANOTHER_TRY: Final = ("agreement-not-in-force", "agreement-missing", "month-not-over")
"""What may be removed without touching the file: its bytes stay staged."""


def take_upload(*, upload: UUID, installation: Installation, by: str, at: datetime, progress: Progress) -> Upload:
    """Receive an upload that has arrived; says in it which delivery it became, or why it was not taken.

    It counts as arrived on the day on which it was handed over. Interrupted anywhere, running again completes it. Raises NoSuchUpload.
    """
    found = upload_named(upload)
    if found.state != states.WAITING:
        return found
    try:
        with under_its_name(found.id, found.filename, installation) as path:
            month = Month.parse(found.month) if found.month else None
            item = Item(path=path, feed=found.feed, month=month, arrived_on=localdate(found.changed_at))
            [receipt] = receive([item], installation=installation, by=by, at=at, progress=progress)
    except Refusal as refusal:
        receipt = Receipt(filename=found.filename, status=states.REFUSED, reasons=[f"{refusal.code}: {refusal}"])
    _settle(found, receipt, installation, by, at)
    return found


def _settle(upload: Upload, receipt: Receipt, installation: Installation, by: str, at: datetime) -> None:
    code, _, message = receipt.reasons[0].partition(": ") if receipt.status == states.REFUSED else ("", "", "")
    known = receipt.delivery if receipt.delivery and Delivery.objects.filter(pk=receipt.delivery).exists() else None
    after = states.NOT_TAKEN if receipt.status == states.REFUSED else states.TAKEN
    said = message or (receipt.status if receipt.status == "already_received" else "")
    with transaction.atomic():
        settle_upload(upload, after, by=by, at=at, delivery=known, code=code[:60], message=said)
        if after == states.TAKEN or code not in WORTH_ANOTHER_TRY:
            transaction.on_commit(lambda: clear_away(upload.id, installation))
