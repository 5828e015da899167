"""Measuring one piece of work in a process of its own, so that its time and peak memory are its own; and saying on what machine."""

import importlib
import json
import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, ClassVar, get_type_hints

import psutil

from minsheng.kernel.errors import Refusal

ROOT = Path(__file__).parent.parent
_MARK = "measured:"
_PACKAGES = ("duckdb", "ibis-framework", "minsheng", "numpy", "polars", "pyarrow")


class WorkFailed(Refusal):
    """The process that was measured did not end well."""

    code: ClassVar[str] = "benchmark-failed"


@dataclass(frozen=True)
class Measured:
    """What a piece of work returned, the seconds of what it timed (by the clock, and of all its threads' work), and its most memory.

    `peak_gb` is the most that its process ever held, in GB of 10^9 bytes.
    """

    value: dict[str, Any]
    seconds: float
    cpu_seconds: float
    peak_gb: float


class Stopwatch:
    """Times the block it is used around; preparing and looking at what came out stay outside."""

    def __enter__(self) -> "Stopwatch":
        self._started, self._worked = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds = round(time.perf_counter() - self._started, 3)
        self.cpu_seconds = round(time.process_time() - self._worked, 3)

    def times(self) -> dict[str, float]:
        """What was timed, to be returned with the result of a piece of work."""
        return {"seconds": self.seconds, "cpu_seconds": self.cpu_seconds}


def measure(work: str, given: Mapping[str, Any], *, python: str = sys.executable) -> Measured:
    """Call `module:function` of this folder with JSON-able keyword arguments in a fresh process; raises WorkFailed.

    The times are those of the function's own Stopwatch where it returns them, else those of the whole call.
    """
    command = [python, "-m", "benchmarks.measuring", work, json.dumps(given)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    said = [line for line in done.stdout.splitlines() if line.startswith(_MARK)]
    if not said:
        raise WorkFailed(f"{work} ended with {done.returncode}.", next_step="Its own words stand above.")
    words = json.loads(said[-1][len(_MARK) :])
    if "refused" in words:
        raise WorkFailed(words["refused"], next_step=words["next_step"])
    return Measured(**words)


def machine() -> dict[str, Any]:
    """Cores this process may use, memory in GB, and the processor's name."""
    return {
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "processor": _processor(),
        "system": platform.system(),
    }


def versions() -> dict[str, str]:
    """What computed, by name."""
    return {"python": platform.python_version(), **{name: version(name) for name in _PACKAGES}}


def _processor() -> str:
    listing = Path("/proc/cpuinfo")
    names = (
        [line.split(":", 1)[1].strip() for line in listing.read_text().splitlines() if line.startswith("model name")]
        if listing.exists()
        else []
    )
    return names[0] if names else platform.processor()


def _peak_gb() -> float:
    """The most this process held (its own figure, which no parent's can be mistaken for), and the largest of its children."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    own = [int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:")]
    unit = 1 if sys.platform == "darwin" else 1024
    held = own[0] if own else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    return round((held + resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * unit) / 1e9, 3)


def _main(work: str, given: str) -> None:
    try:
        said = _called(work, json.loads(given))
    except Refusal as refusal:
        said = {"refused": refusal.message, "next_step": refusal.next_step}
    except ImportError as fault:
        said = {"refused": f"{work} needs something that is not here: {fault}.", "next_step": "Run make setup and make bench-setup."}
    print(_MARK + json.dumps(said))


def _called(work: str, given: Mapping[str, Any]) -> dict[str, Any]:
    module, function = work.split(":")
    called = getattr(importlib.import_module(f"benchmarks.{module}"), function)
    with Stopwatch() as watch:
        value = called(**fitting(called, given))
    times = {name: value.get(name, seconds) for name, seconds in watch.times().items()}
    return {"value": value, **times, "peak_gb": _peak_gb()}


def fitting(called: Callable[..., Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments as JSON has them, with paths where the function wants paths."""
    hints = get_type_hints(called)
    return {name: Path(value) if hints.get(name) is Path else value for name, value in given.items()}


if __name__ == "__main__":
    _main(*sys.argv[1:])
