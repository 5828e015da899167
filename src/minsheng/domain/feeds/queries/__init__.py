"""Every read of the feeds stage.

Belongs here: what arrived, what is owed, what is asked, and what was agreed. Does not belong: writes.
"""

from minsheng.domain.feeds.queries.agreements import NoSuchAgreement, agreement_named, agreements, coverage, running_out
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
from minsheng.domain.feeds.queries.quarantine import write_rejected

__all__ = [
    "Availability",
    "FeedStatus",
    "NoSuchAgreement",
    "NoSuchDelivery",
    "NoSuchFeed",
    "PendingCase",
    "agreement_named",
    "agreements",
    "availability",
    "case_history",
    "contract_named",
    "coverage",
    "delivery_named",
    "held_because",
    "in_effect",
    "is_closed",
    "latest_month",
    "month_status",
    "pending_cases",
    "receipts_of",
    "running_out",
    "write_rejected",
]
