"""People who were said to be one, as a list to look through."""

from dataclasses import dataclass
from datetime import datetime

from minsheng.domain.registry.models import Merge
from minsheng.domain.registry.queries.faces import Face, faces
from minsheng.kernel.sealing import Keys


@dataclass(frozen=True)
class MergeLine:
    """One merge: who counts as whom, by whom and why; None for people whom the reader does not see."""

    merge: int
    from_key: int
    into_key: int
    person_from: Face | None
    person_into: Face | None
    reason: str
    merged_by: str
    merged_at: datetime
    undone_by: str
    undone_at: datetime | None
    undone_reason: str


def merges(*, keys: Keys, limit: int, before: int | None = None) -> list[MergeLine]:
    """The newest merges the reader sees, undone ones too; `before` is the last number of the page before."""
    found = Merge.objects.order_by("-pk")
    page = list((found if before is None else found.filter(pk__lt=before))[:limit])
    known = faces([key for one in page for key in (one.person_from_id, one.person_into_id)], keys=keys)
    return [
        MergeLine(
            merge=one.pk,
            from_key=one.person_from_id,
            into_key=one.person_into_id,
            person_from=known.get(one.person_from_id),
            person_into=known.get(one.person_into_id),
            reason=one.reason,
            merged_by=one.merged_by,
            merged_at=one.merged_at,
            undone_by=one.undone_by,
            undone_at=one.undone_at,
            undone_reason=one.undone_reason,
        )
        for one in page
    ]
