"""Gathering scripts and styles into the home folder, fingerprinted and compressed; only if any of them changed."""

import fcntl
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

_MARK = ".gathered"


def gather_static_files() -> bool:
    """Gather them; returns whether there was anything to do. Processes of one home that begin together take turns."""
    root = Path(settings.STATIC_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    with (root.parent / ".gathering").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        return _gather()


def _gather() -> bool:
    mark, digest = Path(settings.STATIC_ROOT) / _MARK, _digest()
    if mark.is_file() and mark.read_text() == digest:
        return False
    mark.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    mark.write_text(digest)
    return True


def _digest() -> str:
    """Of every file's name, size and time."""
    digest = sha256()
    for finder in get_finders():
        for name, storage in sorted(finder.list([".*", "*~"]), key=lambda found: found[0]):
            found = Path(storage.path(name)).stat()
            digest.update(f"{name} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()
