"""Every write to documents: keeping one, opening one (which is written down), withdrawing one, and clearing what nobody refers to."""

from minsheng.domain.documents.operations.clearing import clear_leftovers
from minsheng.domain.documents.operations.keeping import (
    LARGEST,
    AlreadyKept,
    NoSuchDocument,
    NotADocument,
    TooLargeADocument,
    TooManyDocuments,
    WhyNeeded,
    keep_document,
    withdraw_document,
)
from minsheng.domain.documents.operations.opening import Opened, open_document

__all__ = [
    "LARGEST",
    "AlreadyKept",
    "NoSuchDocument",
    "NotADocument",
    "Opened",
    "TooLargeADocument",
    "TooManyDocuments",
    "WhyNeeded",
    "clear_leftovers",
    "keep_document",
    "open_document",
    "withdraw_document",
]
