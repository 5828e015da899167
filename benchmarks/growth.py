"""How the monthly run grows with the population, beside a straight line; and what full evidence adds."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from benchmarks.measuring import Measured, measure

NATION = 80_000_000


def run(
    *, folder: str, persons: Sequence[int], nation: bool = False, model: str = "gansu", engine: str = "duckdb", threads: int | None = None
) -> dict[str, Any]:
    """Run ever larger worlds; `to_linear` is each one's time over what the one before would take at that size.

    The evidence step is left out, as in `monitor`. The nation's 80 million are run only if asked: they need some 20 GB of disk.
    """
    sizes = sorted({*persons, *([NATION] if nation else [])})
    points = []
    for size in sizes:
        world, done = month(folder=folder, persons=size, model=model, engine=engine, threads=threads)
        seconds = done.seconds - done.value["steps"].get("evidence", 0.0)
        points.append({**world, "seconds": round(seconds, 3), "cpu_seconds": done.cpu_seconds, "peak_gb": done.peak_gb})
    for before, after in pairwise(points):
        expected = before["seconds"] * after["persons"] / before["persons"]
        after["to_linear"] = round(after["seconds"] / expected, 3)
    return {
        "points": points,
        "to_linear": max((point["to_linear"] for point in points[1:]), default=1.0),
        "peak_gb": max(point["peak_gb"] for point in points),
        "engine": engine,
        "model": model,
        "threads": threads,
    }


def evidence(
    *, folder: str, persons: int, model: str = "gansu", engine: str = "duckdb", threads: int | None = None, repeat: int = 1
) -> dict[str, Any]:
    """The whole run over the run without its evidence step, in the median of `repeat` runs."""
    found = []
    for _ in range(repeat):
        world, done = month(folder=folder, persons=persons, model=model, engine=engine, threads=threads)
        gathering = done.value["steps"]["evidence"]
        found.append((done.seconds / (done.seconds - gathering), done.seconds, gathering, done))
    ratio, seconds, gathering, done = sorted(found, key=lambda one: one[0])[len(found) // 2]
    return {
        **world,
        "households": done.value["households"],
        "warned_percent": round(100 * done.value["warnings"] / done.value["households"], 2),
        **measure("monitor:evidence_rows", {"folder": folder, "spec": {"persons": persons}, "model": model, "threads": threads}).value,
        "seconds": seconds,
        "baseline_seconds": round(seconds - gathering, 3),
        "ratio": round(ratio, 3),
        "cpu_ratio": round(done.cpu_seconds / (done.cpu_seconds - done.value["step_cpu_seconds"]["evidence"]), 3),
        "peak_gb": max(one[3].peak_gb for one in found),
        "result_hash": done.value["result_hash"],
        "repeats": repeat,
    }


def month(*, folder: str, persons: int, model: str, engine: str, threads: int | None) -> tuple[dict[str, Any], Measured]:
    """One world's month, run by the engine from nothing after the month before."""
    given = {"folder": folder, "spec": {"persons": persons}, "model": model, "threads": threads}
    world = measure("monitor:prepare", given).value
    measure("monitor:engine", {**given, "engine": engine, "before": True})
    return world, measure("monitor:engine", {**given, "engine": engine})
