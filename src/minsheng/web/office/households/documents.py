"""Documents in a household's file: kept, opened for a purpose, withdrawn with a reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from minsheng.domain.access.roles import May
from minsheng.domain.access.viewers import Viewer
from minsheng.domain.documents import operations
from minsheng.domain.documents.kinds import ENDINGS, KINDS
from minsheng.domain.documents.queries import DocumentLine, documents_of, household_of
from minsheng.domain.registry.queries import HouseholdFile
from minsheng.engine.contracts.schema import Text
from minsheng.kernel.periods import Month
from minsheng.web.gate import page
from minsheng.web.requests import OfficeRequest, installation, now, origin_of
from minsheng.web.words import spoken

TAKEN = ",".join((*ENDINGS, *ENDINGS.values()))
"""What a browser offers to choose from; what the file is, its bytes say."""
_SHOWN_IN_THE_BROWSER = "image/"


@dataclass(frozen=True)
class Documents:
    """The documents of a file as its page shows them; `may_open` and `may_keep` say what the viewer may do with them here."""

    lines: Sequence[DocumentLine]
    may_open: bool
    may_keep: bool
    taken: str = TAKEN
    largest_mb: int = operations.LARGEST >> 20

    @property
    def kinds(self) -> list[tuple[str, Text]]:
        """Code and words of each kind."""
        return [(kind.value, title) for kind, title in KINDS.items()]


def documents(household: HouseholdFile, *, as_of: Month | None, viewer: Viewer) -> Documents:
    """A household's documents, as they were by the end of a month where one looks back."""
    here = bool(household.division) and viewer.may(May.ANSWER_WARNINGS, household.division)
    lines = documents_of(household.household_key, by=as_of.last_day if as_of else None)
    return Documents(lines, may_open=viewer.may(May.REVEAL), may_keep=here and as_of is None)


@page(May.ANSWER_WARNINGS)
@require_POST
def keep(request: OfficeRequest, number: str) -> HttpResponse:
    """Put a file into a household's file."""
    sent = request.FILES.get("file")
    if sent is None:
        raise operations.NotADocument("No file was sent.", next_step="Choose a picture or a PDF.")
    operations.keep_document(
        viewer=request.viewer,
        household=number,
        kind=request.POST.get("kind", ""),
        title=request.POST.get("title", ""),
        content=cast("BinaryIO", sent.file),
        keys=installation().keys,
        lake=installation().lake,
        origin=origin_of(request),
        at=now(),
    )
    messages.success(request, spoken("材料已存入档案。", "The document is in the file."))
    return _back(number)


@page(May.REVEAL)
@require_POST
@never_cache
def open_one(request: OfficeRequest, document: UUID) -> HttpResponse:
    """A document in clear: a picture in the browser, a PDF as a download. It can run nothing and load nothing."""
    household_of(document, viewer=request.viewer)
    opened = operations.open_document(
        viewer=request.viewer,
        document=document,
        purpose=request.POST.get("purpose", ""),
        note=request.POST.get("note", ""),
        keys=installation().keys,
        lake=installation().lake,
        origin=origin_of(request),
        at=now(),
    )
    how = "inline" if opened.media.startswith(_SHOWN_IN_THE_BROWSER) else "attachment"
    answer = HttpResponse(opened.content, content_type=opened.media)
    answer["Content-Disposition"] = f'{how}; filename="{opened.name}"'
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'"
    return answer


@page(May.ANSWER_WARNINGS)
@require_POST
def withdraw(request: OfficeRequest, document: UUID) -> HttpResponse:
    """Take a document out of its household's file for good."""
    number = household_of(document, viewer=request.viewer)
    operations.withdraw_document(
        viewer=request.viewer,
        document=document,
        why=request.POST.get("why", ""),
        lake=installation().lake,
        origin=origin_of(request),
        at=now(),
    )
    messages.success(request, spoken("材料已撤回，内容已删除。", "The document was withdrawn, and its content removed."))
    return _back(number)


def _back(number: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{reverse('office:household', args=[number])}#documents")
