"""The home folder: the installation's own settings, its embedded database and, by default, its lake."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

import environ

from minsheng.engine.disk import sync

SETTINGS_FILE = "minsheng.env"
KEY_SETTINGS = ("MINSHENG_KEY", "MINSHENG_OLD_KEYS", "MINSHENG_INDEX_KEY", "MINSHENG_PSEUDONYM_KEY")


def home_folder() -> Path:
    """MINSHENG_HOME; else `.minsheng` in the working folder if there is one; else `.minsheng` in the user's own folder."""
    if named := os.environ.get("MINSHENG_HOME"):
        return Path(named).expanduser().resolve()
    beside = Path.cwd() / ".minsheng"
    return beside if beside.is_dir() else Path.home() / ".minsheng"


def settings_file() -> Path:
    """Where the home folder's settings are."""
    return home_folder() / SETTINGS_FILE


def read_home_settings() -> None:
    """Put the home folder's settings, save its keys, into the environment; what is already set there wins."""
    for name, value in _read().items():
        if name not in KEY_SETTINGS:
            os.environ.setdefault(name, value)


def read_home_keys() -> dict[str, str]:
    """The keys that stand in the home folder's settings, by name."""
    return {name: value for name, value in _read().items() if name in KEY_SETTINGS}


def write_home_settings(values: dict[str, str]) -> Path:
    """Add or change settings in the home folder, readable by its owner only; returns the file.

    The file is replaced whole and is on disk when this returns, so that an interruption or a loss of power leaves the old one or the new.
    """
    folder = home_folder()
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / SETTINGS_FILE
    with _alone(folder):
        kept = _parse(file.read_text()) if file.is_file() else {}
        write_secretly(file, "".join(f"{name}={value}\n" for name, value in sorted({**kept, **values}.items())))
    return file


def write_secretly(file: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all, and wait until it is on disk."""
    beside = file.with_name(f".{file.name}.{os.getpid()}.new")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)
    sync(file.parent)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let no other process change the folder's settings at the same time."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _read() -> dict[str, str]:
    file = settings_file()
    if not file.is_file():
        return {}

    class HomeFile(environ.Env):  # type: ignore[misc]
        ENVIRON: ClassVar[dict[str, str]] = {}

    HomeFile.read_env(file)
    return HomeFile.ENVIRON


def _parse(text: str) -> dict[str, str]:
    pairs = (line.split("=", 1) for line in text.splitlines() if "=" in line and not line.startswith("#"))
    return dict(pairs)
