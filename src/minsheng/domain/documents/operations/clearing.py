"""Files that no document refers to: what an interrupted keeping or withdrawing left in the lake."""

from datetime import date, datetime, timedelta
from pathlib import PurePosixPath
from typing import Final

from django.utils import timezone

from minsheng.domain.documents.lake import DOCUMENTS
from minsheng.domain.documents.models import Document
from minsheng.engine.lake import Lake

_UNDER_WAY: Final = timedelta(days=2)
"""Files of the last days may belong to a line that is being written."""


def clear_leftovers(*, lake: Lake, at: datetime) -> int:
    """Remove the sealed files, older than a few days, that no standing document refers to; says how many."""
    newest = timezone.localdate(at) - _UNDER_WAY
    standing = {str(one) for one in Document.objects.filter(withdrawn_at__isnull=True, kept_on__lte=newest).values_list("pk", flat=True)}
    leftovers = [path for path in lake.list(DOCUMENTS) if _day(path) <= newest and PurePosixPath(path).parent.name not in standing]
    for path in leftovers:
        lake.remove(path)
    return len(leftovers)


def _day(path: str) -> date:
    return date.fromisoformat(PurePosixPath(path).parent.parent.name)
