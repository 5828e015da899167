"""Every read of the feeds stage.

Belongs here: what arrived, what is owed, what is asked, and what was agreed. Does not belong: writes.
"""

from minsheng.domain.feeds.models import IdentityCase, SharingAgreement, Upload
from minsheng.domain.feeds.queries.agreements import (
    FeedTerms,
    NoSuchAgreement,
    agreement_named,
    agreements,
    allowed_feeds,
    coverage,
    needed_columns,
    running_out,
)
from minsheng.domain.feeds.queries.behind import decisions_behind
from minsheng.domain.feeds.queries.calendar import Cell, DepartmentLines, FeedLine, calendar
from minsheng.domain.feeds.queries.contracts import NoSuchFeed, contract_named
from minsheng.domain.feeds.queries.deliveries import (
    Availability,
    FeedStatus,
    NoSuchDelivery,
    availability,
    delivery_named,
    held_because,
    in_effect,
    is_closed,
    latest_month,
    month_status,
    receipts_of,
)
from minsheng.domain.feeds.queries.identities import PendingCase, case_history, pending_cases
from minsheng.domain.feeds.queries.quarantine import rejected_places, write_rejected
from minsheng.domain.feeds.queries.reviewing import (
    Review,
    case_numbered,
    decisions,
    last_decided,
    review_of,
    waiting_cases,
)
from minsheng.domain.feeds.queries.sheets import Held, Sheet, sheet_of
from minsheng.domain.feeds.queries.uploads import NoSuchUpload, upload_named, uploads_of
from minsheng.domain.feeds.staging import is_staged

__all__ = [
    "Availability",
    "Cell",
    "DepartmentLines",
    "FeedLine",
    "FeedStatus",
    "FeedTerms",
    "Held",
    "IdentityCase",
    "NoSuchAgreement",
    "NoSuchDelivery",
    "NoSuchFeed",
    "NoSuchUpload",
    "PendingCase",
    "Review",
    "SharingAgreement",
    "Sheet",
    "Upload",
    "agreement_named",
    "agreements",
    "allowed_feeds",
    "availability",
    "calendar",
    "case_history",
    "case_numbered",
    "contract_named",
    "coverage",
    "decisions",
    "decisions_behind",
    "delivery_named",
    "held_because",
    "in_effect",
    "is_closed",
    "is_staged",
    "last_decided",
    "latest_month",
    "month_status",
    "needed_columns",
    "pending_cases",
    "receipts_of",
    "rejected_places",
    "review_of",
    "running_out",
    "sheet_of",
    "upload_named",
    "uploads_of",
    "waiting_cases",
    "write_rejected",
]
