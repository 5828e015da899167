"""The home folder: the installation's own settings, its embedded database and, by default, its lake."""

import os
from pathlib import Path

import environ

SETTINGS_FILE = "minsheng.env"


def home_folder() -> Path:
    """MINSHENG_HOME; else `.minsheng` in the working folder if there is one; else `.minsheng` in the user's own folder."""
    if named := os.environ.get("MINSHENG_HOME"):
        return Path(named).expanduser().resolve()
    beside = Path.cwd() / ".minsheng"
    return beside if beside.is_dir() else Path.home() / ".minsheng"


def read_home_settings() -> None:
    """Put the home folder's settings into the environment; what is already set there wins."""
    file = home_folder() / SETTINGS_FILE
    if file.is_file():
        environ.Env.read_env(file)


def write_home_settings(values: dict[str, str]) -> Path:
    """Add or change settings in the home folder, readable by its owner only; returns the file.

    The file is replaced whole, so that an interruption leaves the old one.
    """
    folder = home_folder()
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / SETTINGS_FILE
    kept = _parse(file.read_text()) if file.is_file() else {}
    beside = file.with_suffix(f".{os.getpid()}.new")
    beside.touch(mode=0o600)
    beside.write_text("".join(f"{name}={value}\n" for name, value in sorted({**kept, **values}.items())))
    beside.replace(file)
    return file


def _parse(text: str) -> dict[str, str]:
    pairs = (line.split("=", 1) for line in text.splitlines() if "=" in line and not line.startswith("#"))
    return dict(pairs)
