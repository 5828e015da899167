"""A served installation with a small made-up district, built once for all tests in a browser."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.functional.boundaries import REVIEW_NUMBER, write_boundaries

DISTRICT = ("--households", "400", "--months", "2")
_COMMAND = Path(sys.executable).with_name("minsheng")
BOUNDARIES = "boundaries.geojson"
_PATIENCE = 120.0


@dataclass(frozen=True)
class Served:
    """Where the office is served, and the home it is served from."""

    address: str
    home: Path
    environment: dict[str, str]

    def command(self, *words: str) -> str:
        """Run a `minsheng` command on the same installation; returns what it printed."""
        return subprocess.run([_COMMAND, *words], env=self.environment, check=True, capture_output=True, text=True).stdout


@contextmanager
def served(folder: Path) -> Iterator[Served]:
    """Build the district, and serve it until the block ends."""
    home = folder / "functional-home"
    environment = _environment(home)
    subprocess.run([_COMMAND, "demo", "run", *DISTRICT, "--no-serve", "--json"], env=environment, check=True, capture_output=True)
    write_boundaries(home / BOUNDARIES)
    with _running("serve", environment) as address:
        yield Served(address, home, environment)


@contextmanager
def served_in_earnest(office: Served) -> Iterator[str]:
    """The same installation's web once more, without what only a demo lets pass; gives its address at `localhost`, where passkeys work."""
    with _running("web", {**office.environment, "MINSHENG_DEMO": "0"}) as address:
        yield address.replace("127.0.0.1", "localhost")


@contextmanager
def _running(command: str, environment: dict[str, str]) -> Iterator[str]:
    port = _free_port()
    server = subprocess.Popen([_COMMAND, command, "--bind", f"127.0.0.1:{port}"], env=environment)
    try:
        _wait_for(f"http://127.0.0.1:{port}/health/live", server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=60)


def _environment(home: Path) -> dict[str, str]:
    ours = ("MINSHENG_", "DATABASE_URL", "DJANGO_SETTINGS_MODULE")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    drawn = {"MINSHENG_BOUNDARIES": str(home / BOUNDARIES), "MINSHENG_MAP_REVIEW": REVIEW_NUMBER}
    return {**inherited, **drawn, "MINSHENG_HOME": str(home), "MINSHENG_DEMO": "1", "MINSHENG_MADE_UP": "1"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(address: str, server: "subprocess.Popen[bytes]") -> None:
    ends = time.monotonic() + _PATIENCE
    while time.monotonic() < ends:
        if server.poll() is not None:
            raise RuntimeError(f"The server ended with {server.returncode} before it answered.")
        try:
            with urlopen(address, timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError(f"{address} did not answer within {_PATIENCE:.0f} s.")
