"""Changed weights on a stored month, beside reading what the simulation needs: each in a process of its own, over one stored run.

The change gives every band more points, lowers a cap, raises the overlap and moves all thresholds, so that most of what was found
counts otherwise and many households move. The reference decodes the same columns of the same files into Arrow and looks at nothing.
"""

import json
from pathlib import Path
from typing import Any

from benchmarks.measuring import Stopwatch, measure
from benchmarks.world import World, WorldSpec, build_world
from minsheng.engine.backends.duckdb_engine import DuckDB, connect
from minsheng.engine.contracts.loading import load_catalogue
from minsheng.engine.indicators.grammar import LEVELS, Model
from minsheng.engine.indicators.loading import earlier_model
from minsheng.engine.scoring.plan import RunPlan
from minsheng.engine.scoring.results import previous_run, read_result, result_buckets
from minsheng.engine.scoring.runner import run_month
from minsheng.engine.simulation.capacity import Capacity
from minsheng.engine.simulation.changes import changed_model
from minsheng.engine.simulation.reading import stored_month
from minsheng.engine.simulation.simulating import simulate
from minsheng.engine.simulation.summary import figures
from minsheng.kernel.progress import SILENT

_CAPACITY = 40


def run(persons: int, folder: Path) -> dict[str, Any]:
    """This will simulate a change on a stored month of so many people, and read bare what it needs.

    `seconds` is everything from opening the first file to the figures by group and township. `rows` are those read; `values_seconds`
    is reading the table `values` alone. `cpu_ratio` compares the work of all threads, which a busy machine disturbs less.
    """
    given = {"folder": str(folder), "persons": persons}
    measure("simulate:prepare", given)
    read, simulated = measure("simulate:read", given), measure("simulate:compute", given)
    return {
        "persons": persons,
        "rows": read.value["rows"],
        "seconds": simulated.seconds,
        "baseline_seconds": read.seconds,
        "values_seconds": read.value["values_seconds"],
        "ratio": round(simulated.seconds / read.seconds, 3),
        "cpu_ratio": round(simulated.cpu_seconds / read.cpu_seconds, 3),
        "peak_gb": simulated.peak_gb,
        "households": simulated.value["households"],
        "moved": simulated.value["moved"],
        "warnings": simulated.value["warnings"],
    }


def prepare(persons: int, folder: Path) -> dict[str, Any]:
    """This will run the made-up province's month, and the one before, where that was not done yet."""
    world, model = _world(persons, folder), earlier_model("gansu", "2026.1")
    with DuckDB(connect()) as backend:
        before = run_month(world.lake, backend, world.plan(model, world.month.plus(-1)), SILENT)
        plan = world.plan(model, previous=previous_run(world.lake, before.run_id))
        result = run_month(world.lake, backend, plan, SILENT)
    return {"run": result.run_id}


def read(persons: int, folder: Path) -> dict[str, Any]:
    """This will decode everything that the simulation reads."""
    world = _world(persons, folder)
    plan = _plan(world)
    with Stopwatch() as watch:
        month = stored_month(world.lake, plan.run_id, plan)
        rows = sum(table.num_rows for part in month.ranges() for table in vars(part).values())
        rows += sum(table.num_rows for table in month.last_points())
    with Stopwatch() as alone:
        for bucket in result_buckets(world.lake, plan.run_id):
            read_result(world.lake, plan.run_id, "values", bucket=bucket)
    return {"rows": rows, "values_seconds": alone.seconds, **watch.times()}


def compute(persons: int, folder: Path) -> dict[str, Any]:
    """This will simulate the change, up to the figures."""
    world = _world(persons, folder)
    plan = _plan(world)
    after = _changed(plan.model, folder)
    with Stopwatch() as watch:
        found = simulate(plan.model, after, plan.month, stored_month(world.lake, plan.run_id, plan))
        counted = figures(found, Capacity(otherwise=_CAPACITY))
    everybody = counted.all
    moved = {"households": everybody.households, "moved": everybody.up + everybody.down, "warnings": counted.warnings_after.sent}
    return {**moved, **watch.times()}


def _world(persons: int, folder: Path) -> World:
    return build_world(folder, WorldSpec(persons=persons))


def _plan(world: World) -> RunPlan:
    model = earlier_model("gansu", "2026.1")
    before = world.plan(model, world.month.plus(-1))
    return world.plan(model, previous=previous_run(world.lake, before.run_id))


def _changed(model: Model, folder: Path) -> Model:
    """More points in every band, one cap lower, more overlap, other thresholds."""
    bands = {
        one.id: {
            "bands": {name: [{"from": band.bound, "points": str(band.points * 6 / 5)} for band in rows] for name, rows in one.bands.items()}
        }
        for one in model.scoring_indicators
    }
    change = {
        "indicators": bands,
        "dimensions": {"illness": {"person_cap": 55}},
        "overlap": {"percent": {"2": 15}},
        "levels": {name: str(getattr(model.levels, name) + 3) for name in LEVELS[1:]},
    }
    path = folder / "change.yaml"
    path.write_text(json.dumps(change), encoding="utf-8")
    return changed_model(path, model, catalogue=load_catalogue())
