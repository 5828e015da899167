"""The same month in pandas and in OpenFisca-core, as users would otherwise do it, each in a process of its own beside the engine.

Both give every household's score, level and change, compared with the engine's; the engine besides that hits, warnings and the record.
"""

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from benchmarks.growth import month
from benchmarks.measuring import ROOT, Stopwatch, measure
from benchmarks.monitor import SidesDiffer, standing_plan
from benchmarks.pandas_side import PandasMonth
from minsheng.engine.lake import Lake
from minsheng.engine.scoring.plan import RunPlan
from minsheng.engine.scoring.results import read_result
from minsheng.kernel.errors import Refusal

TOOLS = ROOT / ".venv-bench"
_COMPARED = ("score", "score_level", "level", "change")


class OpenFiscaMissing(Refusal):
    """OpenFisca-core is a tool of the benchmarks alone, and is not installed with the project."""

    code: ClassVar[str] = "benchmark-openfisca-missing"


def run(*, folder: str, persons: int, model: str = "gansu", threads: int | None = None) -> dict[str, Any]:
    """Measure the engine, pandas and OpenFisca-core on one month; raises SidesDiffer, OpenFiscaMissing.

    The ratios are the others' time (by the clock, and of all threads' work) over the engine's without evidence.
    """
    world, done = month(folder=folder, persons=persons, model=model, engine="duckdb", threads=threads)
    seconds = done.seconds - done.value["steps"].get("evidence", 0.0)
    worked = done.cpu_seconds - done.value["step_cpu_seconds"].get("evidence", 0.0)
    found: dict[str, Any] = {**world, "seconds": round(seconds, 3), "cpu_seconds": round(worked, 3), "peak_gb": done.peak_gb}
    for other in ("pandas", "openfisca"):
        took = measure(f"others:{other}_month", {"folder": folder, "persons": persons, "model": model})
        found |= {f"{other}_{name}": value for name, value in took.value.items()}
        ratios = {f"{other}_ratio": round(took.seconds / seconds, 3), f"{other}_cpu_ratio": round(took.cpu_seconds / worked, 3)}
        found |= {f"{other}_peak_gb": took.peak_gb, **ratios}
    return found


def pandas_month(folder: str, persons: int, model: str) -> dict[str, Any]:
    """The month in pandas."""
    return _compared(folder, persons, model, lambda lake, plan: PandasMonth(lake, plan).households())


def openfisca_month(folder: str, persons: int, model: str) -> dict[str, Any]:
    """The month in OpenFisca-core, its features made in pandas; raises OpenFiscaMissing."""
    if not has_openfisca():
        raise OpenFiscaMissing("OpenFisca-core is not installed beside the benchmarks.", next_step="Run make bench-setup.")
    from benchmarks.openfisca_side import households

    return _compared(folder, persons, model, households)


def has_openfisca() -> bool:
    """Whether OpenFisca-core can be imported, if need be from the benchmarks' own tools."""
    if importlib.util.find_spec("openfisca_core") is None and TOOLS.exists():
        sys.path.append(str(TOOLS))
    return importlib.util.find_spec("openfisca_core") is not None


def _compared(folder: str, persons: int, model: str, work: Callable[[Lake, RunPlan], pd.DataFrame]) -> dict[str, Any]:
    lake, plan = standing_plan(Path(folder), persons, model)
    with Stopwatch() as watch:
        found = work(lake, plan)
    ours = read_result(lake, plan.run_id, "scores", ["household_key", *_COMPARED]).to_pandas().set_index("household_key")
    unlike = [name for name in _COMPARED if not np.array_equal(found[name].to_numpy(), ours[name].to_numpy())]
    if unlike or not ours.index.equals(found.index):
        raise SidesDiffer(f"The engine's {', '.join(unlike) or 'households'} are others.", next_step="One of the two is wrong.")
    return watch.times()
