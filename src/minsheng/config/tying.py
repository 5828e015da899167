"""Ending with whoever started us: a process that is tied reads a pipe that its parent holds, and ends when nobody holds it any more."""

import os
import signal
from threading import Thread

TIED = "OFFICE_TIED_TO_STDIN"
"""Set by a parent that holds the other end of standard input."""


def tie_to_parent() -> None:
    """End this process gently as soon as its parent is gone, if the parent asked for it."""
    if os.environ.pop(TIED, ""):
        Thread(target=_wait, name="tied to parent", daemon=True).start()


def _wait() -> None:
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
