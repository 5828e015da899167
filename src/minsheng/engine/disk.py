"""Waiting until bytes would outlast a loss of power."""

import os
from pathlib import Path


def sync(path: Path) -> None:
    """Wait until a local file's bytes, or a folder's names, are on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
