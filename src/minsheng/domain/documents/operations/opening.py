"""Opening a document, for somebody who says what for."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from minsheng.domain.access.viewers import Viewer
from minsheng.domain.audit.operations import record
from minsheng.domain.documents.kinds import ENDINGS
from minsheng.domain.documents.operations.keeping import path_of, standing_document
from minsheng.domain.registry.operations import demand_reveal, stated_purpose
from minsheng.engine.lake import Lake
from minsheng.kernel.sealing import Keys


@dataclass(frozen=True)
class Opened:
    """A document's clear bytes, what they are, and what the file may be called."""

    content: bytes
    media: str
    name: str


@transaction.atomic
def open_document(*, viewer: Viewer, document: UUID, purpose: str, note: str, keys: Keys, lake: Lake, origin: str, at: datetime) -> Opened:
    """Give a document in clear, and record who saw whose, and what for: it shows what the page masks.

    Raises NoSuchDocument, NotAllowed, PurposeNeeded, LakeMissing, Unsealable.
    """
    kept = standing_document(document)
    said, noted = stated_purpose(purpose, note)
    demand_reveal(viewer, kept.household, at)
    with lake.open_reader(path_of(kept)) as source:
        content = keys.open_stream(source).read()
    record(
        "document.opened",
        by=viewer.acts_as,
        at=at,
        subject=f"household:{kept.household_id}",
        detail={"document": str(kept.id), "kind": kept.kind, "note": noted},
        purpose=said,
        origin=origin,
        division=kept.household.division,
    )
    return Opened(content, kept.media, f"{kept.kind}-{kept.kept_on}{ENDINGS[kept.media]}")
