"""Reading uploads: one's own."""

from typing import ClassVar
from uuid import UUID

from minsheng.domain.feeds import states
from minsheng.domain.feeds.models import Upload
from minsheng.kernel.errors import Refusal

LIVING = (states.ARRIVING, states.WAITING, states.NOT_TAKEN)


class NoSuchUpload(Refusal):
    """There is no such upload, or it is somebody else's."""

    code: ClassVar[str] = "no-such-upload"


def upload_named(upload: UUID) -> Upload:
    """An upload that the reader sees; raises NoSuchUpload."""
    found = Upload.objects.filter(pk=upload).first()
    if found is None:
        raise NoSuchUpload("There is no such upload.", next_step="Begin the upload again.")
    return found


def uploads_of(user_id: int, *, limit: int = 10) -> list[Upload]:
    """Somebody's newest uploads, those still to be dealt with first."""
    newest = Upload.objects.filter(user_id=user_id).exclude(state=states.GIVEN_UP).order_by("-started_at")
    return sorted(newest[:limit], key=lambda one: one.state not in LIVING)
