"""The pulse of a job at work: how far it is and that its worker lives, written from a thread and a connection of its own.

The work may hold a transaction open for minutes; what it says of its progress must be seen all the same. The other way round, the pulse
learns that somebody cancelled, that another attempt took over, or that the worker is to end; the work hears of it when it next says how
far it is.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import Event, Lock, Thread
from types import TracebackType

from django.db import DatabaseError, connection

from minsheng.domain.jobs import states
from minsheng.domain.jobs.operations.working import Begun, Standing, report
from minsheng.domain.jobs.policies import HEARTBEAT_SECONDS
from minsheng.kernel.progress import Step

Clock = Callable[[], datetime]
_log = logging.getLogger(__name__)


class Stopped(Exception):
    """The work is to stop here; what it finished stays."""


class Cancelled(Stopped):
    """Somebody cancelled it."""


class TakenOver(Stopped):
    """Another attempt counts now."""


class WorkerEnds(Stopped):
    """The worker is to end."""


class Pulse:
    """The pulse, and the progress that work is given (`kernel.progress.Progress`)."""

    def __init__(self, begun: Begun, *, stopping: Callable[[], bool], clock: Clock, every: float = HEARTBEAT_SECONDS) -> None:
        self._begun, self._stopping, self._clock, self._every = begun, stopping, clock, every
        self._standing, self._moved_at = Standing(), clock()
        self._finished: list[tuple[datetime, str]] = []
        self._writing, self._over = Lock(), Event()
        self._why: type[Stopped] | None = None
        self._thread = Thread(target=self._beat_on, name=f"pulse of job {begun.job}", daemon=True)

    def __enter__(self) -> "Pulse":
        self._thread.start()
        return self

    def __exit__(self, _kind: type[BaseException] | None, _fault: BaseException | None, _trace: TracebackType | None) -> None:
        self._over.set()
        self._thread.join()

    @contextmanager
    def step(self, name: str, *, total: int | None = None) -> Iterator[Step]:
        """One named piece of work."""
        self.heed()
        before, began = self._standing, self._clock()
        self._say(Standing(name, 0, total))
        yield _PulseStep(self)
        with self._writing:
            self._finished.append((self._clock(), f"{name} {(self._clock() - began).total_seconds():.1f} s"))
        self._say(before)
        self.heed()

    def advance(self, amount: int) -> None:
        """So much more of the step is done."""
        now = self._standing
        self._say(Standing(now.step, now.done + amount, now.total, now.note))
        self.heed()

    def note(self, text: str) -> None:
        """What is being worked on now."""
        now = self._standing
        self._say(Standing(now.step, now.done, now.total, text))
        self.heed()

    def heed(self) -> None:
        """Raise what the work is to stop for, if there is anything."""
        if self._why is None and self._stopping():
            self._why = WorkerEnds
        if self._why is not None:
            raise self._why

    def _say(self, standing: Standing) -> None:
        with self._writing:
            self._standing, self._moved_at = standing, self._clock()

    def _beat_on(self) -> None:
        try:
            while not self._over.wait(self._every):
                self._beat()
            self._beat()
        finally:
            connection.close()

    def _beat(self) -> None:
        with self._writing:
            standing, moved_at, finished = self._standing, self._moved_at, self._finished
            self._finished = []
        try:
            state = report(begun=self._begun, standing=standing, moved_at=moved_at, finished_steps=finished, at=self._clock())
        except DatabaseError:
            _log.warning("job %s could not show that it lives", self._begun.job)
            connection.close()
            with self._writing:
                self._finished = [*finished, *self._finished]
            return
        if state == states.CANCELLING:
            self._why = Cancelled
        elif not state:
            self._why = TakenOver


class _PulseStep:
    def __init__(self, pulse: Pulse) -> None:
        self._pulse = pulse

    def advance(self, amount: int = 1) -> None:
        self._pulse.advance(amount)

    def note(self, text: str) -> None:
        self._pulse.note(text)
