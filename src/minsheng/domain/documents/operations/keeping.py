"""Keeping a document in a household's file, and withdrawing one that does not belong there."""

import hashlib
import io
from datetime import datetime
from functools import partial
from typing import BinaryIO, ClassVar, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from minsheng.domain.access.roles import May
from minsheng.domain.access.viewers import Viewer, demand
from minsheng.domain.audit.operations import record
from minsheng.domain.documents.kinds import Kind, media_of
from minsheng.domain.documents.lake import document_path
from minsheng.domain.documents.models import Document
from minsheng.domain.registry.models import Household
from minsheng.domain.registry.operations import without_numbers
from minsheng.domain.registry.queries import NoSuchHousehold
from minsheng.engine.lake import Lake
from minsheng.kernel.errors import Refusal
from minsheng.kernel.sealing import Keys

LARGEST: Final = 10 << 20
"""Bytes of the largest document that is taken."""
MOST: Final = 300
"""Documents in one household's file."""
_HEAD: Final = 1024
_LONGEST_TITLE: Final = 80
_LONGEST_REASON: Final = 200


class NotADocument(Refusal):
    """The bytes are neither a picture nor a PDF."""

    code: ClassVar[str] = "not-a-document"


class TooLargeADocument(Refusal):
    """The file has more bytes than are taken."""

    code: ClassVar[str] = "document-too-large"


class TooManyDocuments(Refusal):
    """The household's file is full."""

    code: ClassVar[str] = "too-many-documents"


class AlreadyKept(Refusal):
    """The same document is in the household's file."""

    code: ClassVar[str] = "already-kept"


class NoSuchDocument(Refusal):
    """There is no such document in sight, or it was withdrawn."""

    code: ClassVar[str] = "no-such-document"


class WhyNeeded(Refusal):
    """Nobody withdraws a document without saying why."""

    code: ClassVar[str] = "why-needed"


@transaction.atomic
def keep_document(
    *, viewer: Viewer, household: str, kind: str, title: str, content: BinaryIO, keys: Keys, lake: Lake, origin: str, at: datetime
) -> UUID:
    """Seal a file's bytes into the lake and list it in the file of the household of a number.

    What it is, its bytes say; what it is called may hold no number of anybody. The bytes are in the lake before the line is there, so
    that an interruption leaves no line without bytes, and what it leaves is cleared at night. Raises NoSuchHousehold, NotAllowed,
    NotADocument, TooLargeADocument, TooManyDocuments, AlreadyKept.
    """
    home = Household.objects.filter(number=household).first()
    if home is None:
        raise NoSuchHousehold(f"There is no household {household[:60]!r} in your area.", next_step="Check the number, or search by name.")
    demand(viewer, May.ANSWER_WARNINGS, home.division)
    clear = content.read(LARGEST + 1)
    media, digest = _recognised(clear), hashlib.sha256(clear).hexdigest()
    standing = Document.objects.filter(household=home, withdrawn_at__isnull=True)
    if standing.filter(sha256=digest).exists():
        raise _already()
    if standing.count() >= MOST:
        raise TooManyDocuments(f"The file holds {MOST} documents.", next_step="Withdraw some that are no longer needed.")
    kept = Document(
        household=home,
        kind=kind if kind in set(Kind) else Kind.OTHER,
        title=without_numbers(title.strip())[:_LONGEST_TITLE],
        media=media,
        size=len(clear),
        sha256=digest,
        kept_on=timezone.localdate(at),
        kept_at=at,
        kept_by=viewer.acts_as,
    )
    with lake.open_writer(path_of(kept), on_disk=True) as target:
        keys.seal_stream(io.BytesIO(clear), target)
    _put_down(kept)
    detail = {"document": str(kept.id), "kind": kept.kind, "media": media, "size": len(clear), "sha256": digest}
    _write_down("document.kept", kept, viewer=viewer, detail=detail, origin=origin, at=at)
    return kept.id


@transaction.atomic
def withdraw_document(*, viewer: Viewer, document: UUID, why: str, lake: Lake, origin: str, at: datetime) -> None:
    """Take a document out of its household's file for good: its bytes go, that it was there and why it went stays.

    Raises NoSuchDocument, NotAllowed, WhyNeeded.
    """
    kept = standing_document(document)
    demand(viewer, May.ANSWER_WARNINGS, kept.household.division)
    said = without_numbers(why.strip())[:_LONGEST_REASON]
    if not said:
        raise WhyNeeded("Say why it does not belong here.", next_step="For example: another family's, unreadable, asked for by the person.")
    kept.withdrawn_at, kept.withdrawn_by, kept.withdrawn_why = at, viewer.acts_as, said
    kept.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_why"])
    _write_down("document.withdrawn", kept, viewer=viewer, detail={"document": str(kept.id), "why": said}, origin=origin, at=at)
    transaction.on_commit(partial(lake.remove, path_of(kept)))


def standing_document(document: UUID) -> Document:
    """A document that was not withdrawn; raises NoSuchDocument, also where it is not to be seen."""
    kept = Document.objects.filter(pk=document, withdrawn_at__isnull=True).select_related("household").first()
    if kept is None:
        raise NoSuchDocument("This document is not here.", next_step="It was withdrawn, or is of a household beyond your area.")
    return kept


def path_of(document: Document) -> str:
    """Where a document's sealed bytes lie in the lake."""
    return document_path(document.kept_on, document.id, document.sha256)


def _put_down(kept: Document) -> None:
    """Write the line; whoever sent the same bytes at the same moment was first."""
    try:
        with transaction.atomic():
            kept.save(force_insert=True)
    except IntegrityError as fault:
        raise _already() from fault


def _already() -> AlreadyKept:
    return AlreadyKept("This very document is in the file.", next_step="Look for it in the list.")


def _recognised(clear: bytes) -> str:
    if len(clear) > LARGEST:
        raise TooLargeADocument(
            f"The file is larger than {LARGEST >> 20} MB.", next_step="Photograph it again at a lower resolution, or split it."
        )
    media = media_of(clear[:_HEAD])
    if media is None:
        raise NotADocument("This is neither a picture (JPEG, PNG, WebP) nor a PDF.", next_step="Photograph the paper, or save it as a PDF.")
    return media


def _write_down(name: str, kept: Document, *, viewer: Viewer, detail: dict[str, object], origin: str, at: datetime) -> None:
    record(
        name,
        by=viewer.acts_as,
        at=at,
        subject=f"household:{kept.household_id}",
        detail=detail,
        origin=origin,
        division=kept.household.division,
    )
