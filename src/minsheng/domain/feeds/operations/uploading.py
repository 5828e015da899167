"""Files that arrive through the browser: begun, arriving piece by piece, handed over to be received, or given up.

The database says how many bytes count; the bytes themselves lie in the staging folder (`staging`). So a piece that was cut off is sent
again from where the database stands, after a reload or a restart alike.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import ClassVar, Final
from uuid import UUID, uuid4

from django.db import transaction

from minsheng.domain.audit.operations import record
from minsheng.domain.feeds import states
from minsheng.domain.feeds.models import Upload
from minsheng.domain.feeds.queries.contracts import contract_named
from minsheng.domain.feeds.queries.uploads import upload_named
from minsheng.domain.feeds.staging import clear_away, is_staged, make_room, put_bytes
from minsheng.domain.installation import Installation
from minsheng.kernel.errors import Refusal
from minsheng.kernel.periods import Month
from minsheng.kernel.states import event_of

LARGEST_PIECE: Final = 4 << 20
KEPT_FOR: Final = timedelta(days=7)
"""So long staged bytes wait for their sender, or for what stood in their way to be removed."""
MOST_AT_ONCE: Final = 20
_LONGEST_NAME: Final = 200


class TooLarge(Refusal):
    """The file, or the piece of it, is larger than may be sent."""

    code: ClassVar[str] = "too-large"


class EmptyUpload(Refusal):
    """The file has no bytes."""

    code: ClassVar[str] = "empty-file"


class TooManyUploads(Refusal):
    """Somebody has too many files on their way at once."""

    code: ClassVar[str] = "too-many-uploads"


class WrongOffset(Refusal):
    """The piece does not begin where the last one ended; `offset` is where that is."""

    code: ClassVar[str] = "changed-offset"

    def __init__(self, offset: int) -> None:
        super().__init__(f"{offset} bytes have arrived; go on from there.", next_step="Ask how much has arrived, and send what follows.")
        self.offset = offset


class NotWhole(Refusal):
    """Not all of the file has arrived."""

    code: ClassVar[str] = "not-whole"


class WrongUploadState(Refusal):
    """The upload is not in the state that this needs."""

    code: ClassVar[str] = "upload-state"


@transaction.atomic
def begin_upload(
    *, filename: str, size_bytes: int, feed: str, month: Month | None, user_id: int, installation: Installation, by: str, at: datetime
) -> Upload:
    """Begin an upload of a feed's file of so many bytes; raises NoSuchFeed, EmptyUpload, TooLarge, TooManyUploads."""
    contract = contract_named(installation.catalogue, feed)
    if size_bytes <= 0:
        raise EmptyUpload("The file is empty.", next_step="Check the file and send it again.")
    if size_bytes > installation.upload_limit:
        raise TooLarge(
            f"The file has {size_bytes:,} bytes; at most {installation.upload_limit:,} can be sent.",
            next_step="Send it in parts, or zipped.",
        )
    if Upload.objects.filter(user_id=user_id, state=states.ARRIVING).count() >= MOST_AT_ONCE:
        raise TooManyUploads("Too many files are on their way already.", next_step="Finish those first, or give them up.")
    upload = Upload(
        id=uuid4(),
        user_id=user_id,
        feed=feed,
        department=contract.department,
        month=str(month) if month else "",
        filename=_plain(filename),
        size_bytes=size_bytes,
        started_at=at,
        changed_at=at,
    )
    upload.save(force_insert=True)
    make_room(upload.id, installation)
    _record(upload, None, by=by, at=at)
    return upload


@transaction.atomic
def add_piece(*, upload: UUID, offset: int, content: bytes, installation: Installation, at: datetime) -> int:
    """Add a piece at its offset; returns how many bytes have arrived.

    Raises NoSuchUpload, WrongUploadState, WrongOffset, TooLarge, or StagedBytesMissing.
    """
    found = _held(upload, states.ARRIVING)
    if offset != found.received_bytes:
        raise WrongOffset(found.received_bytes)
    if len(content) > LARGEST_PIECE or offset + len(content) > found.size_bytes:
        raise TooLarge("More was sent than was announced.", next_step="Send the file again from its beginning.")
    put_bytes(found.id, offset, content, installation)
    found.received_bytes, found.changed_at = offset + len(content), at
    found.save(update_fields=["received_bytes", "changed_at"])
    return found.received_bytes


@transaction.atomic
def hand_over(*, upload: UUID, ask: Callable[[Upload], int], by: str, at: datetime) -> Upload:
    """Have an upload that has arrived whole received: `ask` puts the work into a queue and returns its number. Twice is once.

    Raises NoSuchUpload, WrongUploadState or NotWhole.
    """
    found = Upload.objects.select_for_update().filter(pk=upload).first() or upload_named(upload)
    if found.state in (states.WAITING, states.TAKEN):
        return found
    _demand(found, states.ARRIVING)
    if found.received_bytes < found.size_bytes:
        raise NotWhole(
            f"{found.received_bytes:,} of {found.size_bytes:,} bytes have arrived.", next_step="Send the rest, or give the upload up."
        )
    return _wait(found, ask, by, at)


@transaction.atomic
def try_again(*, upload: UUID, ask: Callable[[Upload], int], installation: Installation, by: str, at: datetime) -> Upload:
    """Have an upload that was not taken, or whose work failed, received once more from the bytes that are still staged.

    Raises NoSuchUpload, WrongUploadState where they are gone, or what `ask` raises while the work is still to end.
    """
    found = Upload.objects.select_for_update().filter(pk=upload).first() or upload_named(upload)
    if found.state == states.WAITING:
        found.job = str(ask(found))
        found.save(update_fields=["job"])
        return found
    _demand(found, states.NOT_TAKEN)
    if not is_staged(found.id, installation):
        raise WrongUploadState("The file is no longer kept.", next_step="Send it again.")
    return _wait(found, ask, by, at)


@transaction.atomic
def give_up_upload(*, upload: UUID, installation: Installation, by: str, at: datetime) -> None:
    """Give an upload up: its bytes are taken away. Raises NoSuchUpload or WrongUploadState."""
    found = Upload.objects.select_for_update().filter(pk=upload).first() or upload_named(upload)
    if found.state not in (states.ARRIVING, states.NOT_TAKEN):
        raise WrongUploadState("The file is being received, or has been dealt with.", next_step="Look at what became of it.")
    _give_up(found, installation, by, at)


def clear_uploads(*, installation: Installation, by: str, at: datetime) -> int:
    """Give up the uploads that nobody went on with for seven days; returns how many."""
    stale = Upload.objects.filter(state__in=(states.ARRIVING, states.NOT_TAKEN), changed_at__lt=at - KEPT_FOR).order_by("changed_at")
    for one in stale:
        with transaction.atomic():
            _give_up(one, installation, by, at)
    return len(stale)


def settle_upload(
    upload: Upload, after: str, *, by: str, at: datetime, delivery: str | None = None, code: str = "", message: str = ""
) -> None:
    """Bring an upload to its end, in the caller's transaction."""
    before, upload.state, upload.changed_at = upload.state, after, at
    upload.delivery_id, upload.code, upload.message = delivery, code, message
    upload.save(update_fields=["state", "changed_at", "delivery", "code", "message"])
    _record(upload, before, by=by, at=at)


def _wait(found: Upload, ask: Callable[[Upload], int], by: str, at: datetime) -> Upload:
    before, found.state, found.changed_at = found.state, states.WAITING, at
    found.code = found.message = ""
    found.job = str(ask(found))
    found.save(update_fields=["state", "changed_at", "code", "message", "job"])
    _record(found, before, by=by, at=at)
    return found


def _give_up(found: Upload, installation: Installation, by: str, at: datetime) -> None:
    settle_upload(found, states.GIVEN_UP, by=by, at=at)
    transaction.on_commit(lambda: clear_away(found.id, installation))


def _held(upload: UUID, state: str) -> Upload:
    found = Upload.objects.select_for_update().filter(pk=upload).first() or upload_named(upload)
    _demand(found, state)
    return found


def _demand(upload: Upload, state: str) -> None:
    if upload.state != state:
        raise WrongUploadState(f"The upload is {states.UPLOAD_STATES[upload.state].en}.", next_step="Look at what became of it.")


def _plain(filename: str) -> str:
    """The last part of a name, without signs that mean something to a file system, and not hidden."""
    last = PurePosixPath(filename.replace("\\", "/")).name
    kept = "".join(letter for letter in last if letter.isprintable() and letter not in '<>:"|?*').strip().lstrip(".")
    return kept[-_LONGEST_NAME // 4 :] if len(kept.encode()) > _LONGEST_NAME else kept or "file"


def _record(upload: Upload, before: str | None, *, by: str, at: datetime) -> None:
    event = event_of(states.UPLOAD_TRANSITIONS, before, upload.state)
    detail = {"feed": upload.feed, "month": upload.month, "bytes": upload.size_bytes}
    told = {"code": upload.code} if upload.code else {"delivery": upload.delivery_id} if upload.delivery_id else {}
    record(event, by=by, at=at, subject=f"upload:{upload.id}", detail={**detail, **told})
