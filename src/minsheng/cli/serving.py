"""`minsheng serve`, `web` and `worker`: the office as processes that begin and end together."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import typer
from django.conf import settings

from minsheng.cli.output import asides, console
from minsheng.config.embedded_postgres import start_embedded
from minsheng.config.gathering import gather_static_files
from minsheng.config.home import home_folder
from minsheng.config.installation import basemap, installation
from minsheng.config.start import open_database, role_urls
from minsheng.config.tying import TIED
from minsheng.domain.jobs.kinds import QUEUES
from minsheng.domain.places.boundary_files import BoundaryFaults, boundaries_of
from minsheng.kernel.errors import Refusal
from minsheng.web.health.checks import OK, migrations

_PATIENCE_SECONDS = 60.0
_LOOK_EVERY_SECONDS = 0.1
_GUNICORN = ("-m", "gunicorn", "--config", "python:minsheng.config.web_server", "minsheng.config.wsgi:application")
_WORKING = "from minsheng.config.working import main; main()"

Bind = Annotated[str | None, typer.Option("--bind", help="Where the web listens (MINSHENG_WEB_BIND, 127.0.0.1:8000).")]
Queues = Annotated[list[str] | None, typer.Option("--queue", help=f"Look after this queue only; may be repeated: {', '.join(QUEUES)}.")]
Concurrency = Annotated[int | None, typer.Option("--concurrency", min=1, help="Jobs at once (MINSHENG_WORKER_CONCURRENCY, 2).")]


class NotUpToDate(Refusal):
    """The tables are those of another version."""

    code: ClassVar[str] = "tables-behind"


class NoSuchQueue(Refusal):
    """There is no queue of that name."""

    code: ClassVar[str] = "no-such-queue"


class EndedByItself(Refusal):
    """One of the processes ended though nobody asked it to."""

    code: ClassVar[str] = "process-ended"


@dataclass(frozen=True)
class Part:
    """A process of the office: its name, and what Python is started with."""

    name: str
    words: Sequence[str]


def serve(bind: Bind = None, concurrency: Concurrency = None) -> None:
    """Serve the office: web and worker together, until Ctrl-C."""
    serve_office(bind=bind or settings.WEB_BIND, concurrency=concurrency)


def web(bind: Bind = None) -> None:
    """Serve the web alone (gunicorn), as the role minsheng_web."""
    _run([_web(bind or settings.WEB_BIND)], ready=None)


def worker(queue: Queues = None, concurrency: Concurrency = None) -> None:
    """Carry out jobs, as the role minsheng_worker."""
    _run([_worker(queue or (), concurrency)], ready=None)


def _tell_address(address: str) -> None:
    console.print(f"[green]✓[/] 民生已启动 Minsheng is at {address} [dim](Ctrl-C 结束 ends it)[/]")
    console.file.flush()


def serve_office(
    *, bind: str, concurrency: int | None = None, told: Callable[[str], None] = _tell_address, log_level: str | None = None
) -> None:
    """Serve web and worker until a signal comes; says where once the web answers. Raises EndedByItself, NotInitialised, NotUpToDate."""

    def ready(office: Office) -> None:
        if _answers(bind, office):
            told(f"http://{bind}")

    _run([_web(bind), _worker((), concurrency)], ready=ready, also={"MINSHENG_LOG_LEVEL": log_level} if log_level else {})


def _web(bind: str) -> Part:
    return Part("web", [*_GUNICORN, "--bind", bind])


def _worker(queues: Sequence[str], concurrency: int | None) -> Part:
    if unknown := [name for name in queues if name not in QUEUES]:
        raise NoSuchQueue(f"There is no queue {unknown[0]!r}.", next_step=f"There are: {', '.join(QUEUES)}.")
    return Part("worker", ["-c", _WORKING, str(concurrency or settings.WORKER_CONCURRENCY), *queues])


def _run(parts: Sequence[Part], *, ready: "Callable[[Office], None] | None", also: Mapping[str, str] | None = None) -> None:
    """Run the parts. One part with a database of its own takes this process's place; else this process holds what they share."""
    installation()
    if any(part.name == "web" for part in parts):
        gather_static_files()
        _tell_of_the_map()
    if os.environ.get("DATABASE_URL") and len(parts) == 1:
        os.execv(sys.executable, [sys.executable, *parts[0].words])  # noqa: S606 - our own words
    Office(_shared() | dict(also or {})).run(parts, ready)


def _tell_of_the_map() -> None:
    """Say what is wrong with the boundary files before anybody looks; the pages go on with tiles."""
    configured = basemap()
    try:
        if configured is not None:
            boundaries_of(configured)
    except BoundaryFaults as fault:
        asides.print(f"地图用不了，页面只有方块图。 The map cannot be used; pages show tiles alone. {fault}", highlight=False, markup=False)


def _shared() -> dict[str, str]:
    """What the parts are told of the embedded database, which this process holds open; refused while its tables are behind."""
    if os.environ.get("DATABASE_URL"):
        return {}
    open_database()
    if (said := migrations()) != OK:
        raise NotUpToDate("The tables of this installation are not those of this version.", next_step=said.removeprefix("behind: "))
    return role_urls(start_embedded(home_folder()))


@dataclass
class Office:
    """Processes that begin and end together; `told` is what they are told beside the environment."""

    told: Mapping[str, str]
    _running: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)
    _asked: int = 0

    def run(self, parts: Sequence[Part], ready: "Callable[[Office], None] | None") -> None:
        """Start the parts and wait: for a signal, or for one of them to end."""
        before = {one: signal.signal(one, self._ask) for one in (signal.SIGINT, signal.SIGTERM)}
        try:
            for part in parts:
                self._running[part.name] = self._start(part)
            if ready is not None:
                ready(self)
            while not self._asked and self.all_live:
                time.sleep(_LOOK_EVERY_SECONDS)
            ended = [name for name, process in self._running.items() if process.poll() is not None]
        finally:
            self._end()
            for one, handler in before.items():
                signal.signal(one, handler)
        if ended and not self._asked:
            raise EndedByItself(f"The {ended[0]} ended by itself, and the rest with it.", next_step="What it said stands above.")

    @property
    def all_live(self) -> bool:
        """Whether every part still runs, and nobody asked for an end."""
        return not self._asked and all(process.poll() is None for process in self._running.values())

    def _start(self, part: Part) -> "subprocess.Popen[bytes]":
        environment = os.environ | dict(self.told) | {TIED: "1"}
        words = [sys.executable, *part.words]
        return subprocess.Popen(words, stdin=subprocess.PIPE, env=environment, start_new_session=True)  # noqa: S603 - our own words

    def _ask(self, *_: object) -> None:
        self._asked += 1
        if self._asked > 1:
            for process in self._running.values():
                process.kill()

    def _end(self) -> None:
        for process in self._running.values():
            if process.poll() is None:
                process.terminate()
        until = time.monotonic() + _PATIENCE_SECONDS
        for name, process in self._running.items():
            try:
                process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                asides.print(
                    f"{name} 没有按时结束，强制停止；未完成的任务会重新执行。 {name} did not end in time and was stopped.", highlight=False
                )
                process.kill()
                process.wait()


def _answers(bind: str, office: Office) -> bool:
    """Wait until the web answers; False if it ended before."""
    host, _, port = bind.rpartition(":")
    while office.all_live:
        try:
            with socket.create_connection((host.strip("[]") or "127.0.0.1", int(port)), timeout=1) as asked:
                asked.sendall(b"GET /health/live HTTP/1.0\r\n\r\n")
                if b" 200 " in asked.recv(64):
                    return True
        except OSError:
            pass
        time.sleep(_LOOK_EVERY_SECONDS)
    return False
