"""What the feeds stage keeps: deliveries, questions of identity, sharing agreements and uploads under way.

Belongs here: facts and database constraints. Does not belong: rules over them.
"""

from minsheng.domain.feeds.models.agreements import AgreementDataset, SharingAgreement
from minsheng.domain.feeds.models.deliveries import Alarm, ClosedMonth, Delivery
from minsheng.domain.feeds.models.identities import IdentityCase, IdentityDecision, IdentityEpoch
from minsheng.domain.feeds.models.uploads import Upload

__all__ = [
    "AgreementDataset",
    "Alarm",
    "ClosedMonth",
    "Delivery",
    "IdentityCase",
    "IdentityDecision",
    "IdentityEpoch",
    "SharingAgreement",
    "Upload",
]
