"""Every read of documents."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from minsheng.domain.access.viewers import Viewer
from minsheng.domain.documents.kinds import KINDS, Kind
from minsheng.domain.documents.models import Document
from minsheng.engine.contracts.schema import Text


@dataclass(frozen=True)
class DocumentLine:
    """A document as the household's file lists it; `withdrawn_at` and `withdrawn_why` say that its bytes are gone."""

    id: UUID
    kind: Text
    title: str
    media: str
    size: int
    kept_at: datetime
    kept_by: str
    withdrawn_at: datetime | None
    withdrawn_by: str
    withdrawn_why: str

    @property
    def key(self) -> str:
        """Its number as text."""
        return str(self.id)


def documents_of(household_key: int, *, by: date | None = None) -> list[DocumentLine]:
    """A household's documents, the newest first; with `by` only those that had come by that day."""
    rows = Document.objects.filter(household_id=household_key).filter(Q(kept_on__lte=by) if by else Q())
    return [
        DocumentLine(
            id=row.id,
            kind=KINDS[Kind(row.kind)],
            title=row.title,
            media=row.media,
            size=row.size,
            kept_at=row.kept_at,
            kept_by=row.kept_by,
            withdrawn_at=row.withdrawn_at,
            withdrawn_by=row.withdrawn_by,
            withdrawn_why=row.withdrawn_why,
        )
        for row in rows.order_by("-kept_at", "id")
    ]


def household_of(document: UUID, *, viewer: Viewer) -> str:
    """The number of a document's household, and blank for one that is not to be seen; notes that the viewer saw the household."""
    found = Document.objects.filter(pk=document).values_list("household__number", "household_id").first()
    if found is None:
        return ""
    viewer.saw([found[1]], "household.document")
    return str(found[0])
