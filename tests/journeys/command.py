"""The `minsheng` command as people and machines start it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil


class Command:
    """The `minsheng` command on a home of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("MINSHENG_", "DATABASE_URL", "DJANGO_"))}
        self.environment = kept | {"MINSHENG_HOME": str(home), "COLUMNS": "200"}

    def __call__(self, *words: str, code: int = 0) -> str:
        return ended(self.start(*words), code=code)

    def json(self, *words: str, code: int = 0) -> Any:
        return json.loads(self(*words, "--json", code=code))

    def start(self, *words: str) -> "subprocess.Popen[str]":
        """Start the command and go on; it is to be waited for."""
        command = [str(Path(sys.executable).with_name("minsheng")), *words]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=self.environment)

    @property
    def lake_files(self) -> list[str]:
        """The files of the home's lake, without scratch and the leftovers of interrupted writes, which may go while this looks."""
        lake, found = self.home / "lake", []
        for folder, below, names in os.walk(lake):
            below[:] = [name for name in below if not name.startswith(".unfinished-")]
            found += [str(Path(folder, name).relative_to(lake)) for name in names if not name.startswith(".unfinished-")]
        return sorted(found)

    @property
    def database_runs(self) -> bool:
        """Whether the home's embedded PostgreSQL is up."""
        noted = self.home / "postgres" / "postmaster.pid"
        return noted.exists() and psutil.pid_exists(int(noted.read_text().split()[0]))


def ended(process: "subprocess.Popen[str]", *, code: int = 0) -> str:
    """Wait for a started command; gives what it printed."""
    out, err = process.communicate(timeout=300)
    assert process.returncode == code, f"{process.args!r}: {process.returncode}\n{out[-3000:]}\n{err[-3000:]}"
    return out
