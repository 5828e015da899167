"""Where documents lie in the lake."""

from datetime import date
from typing import Final
from uuid import UUID

DOCUMENTS: Final = "documents"


def document_path(kept_on: date, document: UUID, sha256: str) -> str:
    """A document's bytes, sealed, in a folder of its own under the day it came, named for the SHA-256 of the clear bytes."""
    return f"{DOCUMENTS}/{kept_on.isoformat()}/{document}/{sha256}.sealed"
