"""Workers and whole offices as real processes, on the tests' own database."""

import base64
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from django.db import connection

from minsheng.domain.installation import Installation

PATIENCE = 60.0


def database_url(user: str = "") -> str:
    """The tests' database, for another process."""
    known = connection.settings_dict
    host, port = known["OPTIONS"].get("host") or known["HOST"], known["PORT"]
    password = f":{quote(known['PASSWORD'])}" if known["PASSWORD"] and not user else ""
    place = f"{host}{f':{port}' if port else ''}/{known['NAME']}" if not str(host).startswith("/") else f"/{known['NAME']}?host={host}"
    return f"postgres://{user or known['USER']}{password}@{place}"


def environment(installation: Installation, home: Path) -> dict[str, str]:
    """What a process of this installation is told."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MINSHENG_", "DATABASE_URL", "DJANGO_"))}
    return kept | {
        "DATABASE_URL": database_url(),
        "MINSHENG_HOME": str(home),
        "MINSHENG_LAKE": installation.lake.address,
        "MINSHENG_KEY": base64.b64encode(bytes(range(32))).decode(),
        "MINSHENG_SECRET_KEY": "only-for-tests-only-for-tests-only-for-tests",
        "MINSHENG_MADE_UP": "1",
        "MINSHENG_LOG_FORMAT": "json",
        "MINSHENG_WEB_WORKERS": "1",
    }


@contextmanager
def started(*words: str, told: dict[str, str], said: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """The `minsheng` command, killed at the end of the block if it still runs; what it says goes into a file."""
    command = [str(Path(sys.executable).with_name("minsheng")), *words]
    with said.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out, env=told) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_until(true: Callable[[], bool], process: "subprocess.Popen[bytes]", said: Path) -> None:
    """Wait until something holds; fails with what the process said if it ends or takes too long."""
    until = time.monotonic() + PATIENCE
    while not true():
        assert process.poll() is None and time.monotonic() < until, said.read_text()
        time.sleep(0.02)
