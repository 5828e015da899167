"""Visiting a served office over HTTP as a browser does: with a session, one answer after another or many at once, and what a page loads."""

import math
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlencode

from minsheng.kernel.errors import Refusal

_PATIENCE_SECONDS = 120.0
_LOADED = re.compile(r'(?:<script[^>]*\ssrc|<link[^>]*rel="stylesheet"[^>]*\shref)="(/[^"]+)"')
_CHARTS = re.compile(r'data-charts="(/[^"]+)"')


class NotServed(Refusal):
    """The office did not answer, or not with the page that was asked for."""

    code: ClassVar[str] = "benchmark-not-served"


@dataclass(frozen=True)
class Visit:
    """A page to be asked for: an address, or (with `text`) a search that is typed into the box of the page whose form it names."""

    path: str
    text: str = ""


@dataclass(frozen=True)
class Answer:
    """An answer's status, its body, where it leads, and how long it took to the last byte."""

    status: int
    body: str
    location: str
    seconds: float


class Visitor:
    """Somebody signed in, who asks for pages."""

    def __init__(self, port: int, session: str) -> None:
        self._port, self._session = port, session
        self._token = ""

    def see(self, visit: Visit) -> Answer:
        """Ask for a page; a search is sent, and then what it leads to. Raises OSError or HTTPException where nobody answers."""
        started = time.perf_counter()
        answer = self._ask("GET", visit.path) if not visit.text else self._searched(visit)
        return Answer(answer.status, answer.body, answer.location, time.perf_counter() - started)

    def page(self, visit: Visit) -> Answer:
        """The page of a visit; raises NotServed if it is not answered well."""
        answer = self.see(visit)
        if answer.status != 200:
            raise NotServed(f"{visit.path} was answered with {answer.status}.", next_step="Look at the web's log.")
        return answer

    def bytes_of(self, path: str) -> int:
        """How many bytes a script or a style takes on its way, compressed as browsers ask for it."""
        with closing(self._connection()) as connection:
            connection.request("GET", path, headers={"Accept-Encoding": "br, gzip"})
            answer = connection.getresponse()
            body = answer.read()
            if answer.status != 200:
                raise NotServed(f"{path} was answered with {answer.status}.", next_step="Look at the web's log.")
            return len(body)

    def _searched(self, visit: Visit) -> Answer:
        found = self._ask("POST", visit.path, urlencode({"q": visit.text, "query": ""}))
        return self._ask("GET", found.location) if found.status == 302 else found

    def _ask(self, method: str, path: str, body: str | None = None) -> Answer:
        with closing(self._connection()) as connection:
            cookies = f"sessionid={self._session}" + (f"; csrftoken={self._token}" if self._token else "")
            headers = {"Cookie": cookies}
            if body is not None:
                headers |= {"X-CSRFToken": self._token, "Content-Type": "application/x-www-form-urlencoded"}
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
            given = re.match(r"csrftoken=([^;]+)", answer.headers.get("Set-Cookie", ""))
            self._token = given[1] if given else self._token
            return Answer(answer.status, text, answer.headers.get("Location", ""), 0.0)

    def _connection(self) -> HTTPConnection:
        return HTTPConnection("127.0.0.1", self._port, timeout=_PATIENCE_SECONDS)


@dataclass(frozen=True)
class Crowd:
    """What many visitors at once were given: the seconds of every answer, and how many were not what was asked for."""

    seconds: Sequence[float]
    errors: int


def all_at_once(visitors: Sequence[tuple[Visitor, Sequence[Visit]]]) -> Crowd:
    """Let every visitor make their visits, one after another, all visitors at the same time and without a pause."""
    begin = threading.Barrier(len(visitors))
    seconds: list[float] = []
    errors: list[str] = []

    def visiting(visitor: Visitor, visits: Sequence[Visit]) -> None:
        begin.wait()
        for visit in visits:
            try:
                answer = visitor.see(visit)
            except (OSError, HTTPException) as fault:
                errors.append(type(fault).__name__)
                continue
            seconds.append(answer.seconds)
            if answer.status != 200:
                errors.append(str(answer.status))

    threads = [threading.Thread(target=visiting, args=one) for one in visitors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Crowd(seconds, len(errors))


def percentile(seconds: Sequence[float], share: float) -> float:
    """The least of the values that so large a share of them does not exceed."""
    return sorted(seconds)[max(0, math.ceil(share * len(seconds)) - 1)]


def first_load(page: str, visitor: Visitor, known: dict[str, int]) -> int:
    """The bytes of script and style that a page asks for when nothing is in the browser's store; `known` remembers each file's."""
    files = set(_LOADED.findall(page))
    if "data-chart=" in page:
        files |= set(_CHARTS.findall(page))
    for file in files - known.keys():
        known[file] = visitor.bytes_of(file)
    return sum(known[file] for file in files)


@contextmanager
def served() -> Iterator[int]:
    """Serve this process's installation by `minsheng web` until the block ends; gives the port. Raises NotServed."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = Path(sys.executable).with_name("minsheng")
    server = subprocess.Popen([command, "web", "--bind", f"127.0.0.1:{port}"])
    try:
        _wait_for(port, server)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=60)


def _wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    ends = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < ends and server.poll() is None:
        with suppress(OSError, HTTPException), closing(HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
            connection.request("GET", "/health/live")
            if connection.getresponse().status == 200:
                return
        time.sleep(0.1)
    raise NotServed("The web did not begin to answer.", next_step="What it said stands above.")
