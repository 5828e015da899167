"""Saying that two registered persons are one, and taking it back."""

from datetime import datetime
from typing import ClassVar

from django.db import transaction

from minsheng.domain.audit.operations import record
from minsheng.domain.registry.models import Merge, Person
from minsheng.domain.registry.operations.applying import advance_epoch, one_writer
from minsheng.kernel.errors import Refusal


class NoSuchPerson(Refusal):
    """No person has this key."""

    code: ClassVar[str] = "no-such-person"


class NoSuchMerge(Refusal):
    """No merge has this number."""

    code: ClassVar[str] = "no-such-merge"


class AlreadyMerged(Refusal):
    """The person already counts as another one."""

    code: ClassVar[str] = "already-merged"


class AlreadyUnmerged(Refusal):
    """The merge was undone before."""

    code: ClassVar[str] = "already-unmerged"


class UnmergeReasonMissing(Refusal):
    """Whoever undoes a merge says why."""

    code: ClassVar[str] = "reason-missing"


class MergeWouldCircle(Refusal):
    """The two are one already, or the merge would make a person follow themselves."""

    code: ClassVar[str] = "merge-would-circle"


@transaction.atomic
def merge_people(*, person_from: int, person_into: int, reason: str, by: str, at: datetime) -> int:
    """Let everything of `person_from` count for `person_into`; returns the merge's number, by which it can be undone.

    Nothing is rewritten: both persons keep their numbers, names and memberships. Merges may follow one another (A into B into C).
    Raises NoSuchPerson, AlreadyMerged, MergeWouldCircle.
    """
    one_writer()
    _known(person_from, person_into)
    standing = dict(Merge.objects.filter(undone_at__isnull=True).values_list("person_from_id", "person_into_id"))
    if person_from in standing:
        raise AlreadyMerged(
            f"Person {person_from} already counts as person {standing[person_from]}.",
            next_step="Undo that merge first: minsheng identity unmerge",
        )
    if person_from in _followed(person_into, standing):
        raise MergeWouldCircle(
            f"Person {person_into} already counts as person {person_from}.",
            next_step="Name two persons that are apart, or undo that merge first.",
        )
    merge = Merge.objects.create(person_from_id=person_from, person_into_id=person_into, reason=reason, merged_at=at, merged_by=by)
    advance_epoch()
    record(
        "people.merged", by=by, at=at, subject=f"person:{person_from}", detail={"into": person_into, "merge": merge.pk, "reason": reason}
    )
    return int(merge.pk)


@transaction.atomic
def unmerge_people(*, merge: int, reason: str, by: str, at: datetime) -> None:
    """Undo a merge, so that everything counts as before it; raises NoSuchMerge, AlreadyUnmerged."""
    one_writer()
    found = Merge.objects.filter(pk=merge).first()
    if found is None:
        raise NoSuchMerge(f"There is no merge {merge}.", next_step="Its number is in the event people.merged.")
    if found.undone_at is not None:
        raise AlreadyUnmerged(f"Merge {merge} was undone on {found.undone_at:%Y-%m-%d}.")
    found.undone_at, found.undone_by, found.undone_reason = at, by, reason
    found.save(update_fields=["undone_at", "undone_by", "undone_reason"])
    advance_epoch()
    detail = {"into": found.person_into_id, "merge": merge, "reason": reason}
    record("people.unmerged", by=by, at=at, subject=f"person:{found.person_from_id}", detail=detail)


def _known(*persons: int) -> None:
    found = set(Person.objects.filter(key__in=persons).values_list("key", flat=True))
    for person in persons:
        if person not in found:
            raise NoSuchPerson(f"There is no person {person}.", next_step="Look the key up with: minsheng identity pending")


def _followed(person: int, standing: dict[int, int]) -> list[int]:
    """The person and everyone they count as, in order."""
    chain = [person]
    while chain[-1] in standing:
        chain.append(standing[chain[-1]])
    return chain
