"""Where a file lies while it arrives through the browser: one file under its upload's id, readable by its owner only."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import ClassVar
from uuid import UUID

from minsheng.domain.installation import Installation
from minsheng.kernel.errors import Refusal

_BLOCK = 1 << 20


class NoPlaceForUploads(Refusal):
    """The installation has no folder for files on their way in."""

    code: ClassVar[str] = "no-place-for-uploads"


class StagedBytesMissing(Refusal):
    """The bytes that had arrived are no longer there."""

    code: ClassVar[str] = "staged-bytes-missing"


def staged_path(upload: UUID, installation: Installation) -> Path:
    """Where an upload's bytes lie; raises NoPlaceForUploads."""
    if installation.uploads is None:
        raise NoPlaceForUploads("There is no folder for uploads.", next_step="Set MINSHENG_UPLOADS.")
    return installation.uploads / f"{upload.hex}.part"


def make_room(upload: UUID, installation: Installation) -> None:
    """Make the upload's empty file."""
    path = staged_path(upload, installation)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600))


def put_bytes(upload: UUID, offset: int, content: bytes, installation: Installation) -> None:
    """Write bytes at an offset, and let nothing stand behind them; raises StagedBytesMissing where fewer have arrived."""
    path = staged_path(upload, installation)
    if not path.exists() or path.stat().st_size < offset:
        raise StagedBytesMissing("What had arrived of the file is no longer there.", next_step="Send the file again from its beginning.")
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(content)
        file.truncate()
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def under_its_name(upload: UUID, filename: str, installation: Installation) -> Iterator[Path]:
    """The staged file under the name its sender gave it, for as long as it is received: a link in a folder of its own."""
    path = staged_path(upload, installation)
    if not path.exists():
        raise StagedBytesMissing("What had arrived of the file is no longer there.", next_step="Send the file again.")
    folder = Path(mkdtemp(prefix=f"{upload.hex}-", dir=path.parent))
    named = folder / filename
    try:
        os.link(path, named)
        yield named
    finally:
        named.unlink(missing_ok=True)
        folder.rmdir()


def clear_away(upload: UUID, installation: Installation) -> None:
    """Take an upload's bytes away; a second time changes nothing."""
    staged_path(upload, installation).unlink(missing_ok=True)


def is_staged(upload: UUID, installation: Installation) -> bool:
    """Whether an upload's bytes still lie there."""
    return installation.uploads is not None and staged_path(upload, installation).exists()
