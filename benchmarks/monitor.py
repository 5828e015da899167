"""The monthly run beside bare SQL, each in a process of its own, and whether both found the same.

Both read the same register, ledgers and verdicts, and both begin with what they wrote for the month before, which is not timed.
"""

import shutil
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any, ClassVar

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.baseline import Baseline
from benchmarks.measuring import Measured, Stopwatch, measure
from benchmarks.world import World, WorldSpec, build_world
from minsheng.engine.backends.choosing import open_engine
from minsheng.engine.indicators.grammar import Model
from minsheng.engine.indicators.loading import earlier_model, shipped_models
from minsheng.engine.lake import Lake
from minsheng.engine.scoring.availability import readings
from minsheng.engine.scoring.inputs import RunInputs
from minsheng.engine.scoring.plan import RunPlan
from minsheng.engine.scoring.results import previous_run, read_result, result_buckets
from minsheng.engine.scoring.runner import run_month, script_of
from minsheng.engine.scoring.tables import TABLES
from minsheng.kernel.errors import Refusal
from minsheng.kernel.progress import SILENT

COMPARED = ("scores", "warnings", "hits", "reverse")


class SidesDiffer(Refusal):
    """The engine and the bare SQL did not find the same."""

    code: ClassVar[str] = "benchmark-sides-differ"


class UnknownEngine(Refusal):
    """There is no such engine."""

    code: ClassVar[str] = "benchmark-unknown-engine"


class UnknownModel(Refusal):
    """There is no such model here, or the made-up world lacks a feed that it reads."""

    code: ClassVar[str] = "benchmark-unknown-model"


def run(
    *,
    folder: str,
    persons: int,
    model: str = "gansu",
    engine: str = "duckdb",
    threads: int | None = None,
    evidence: bool = False,
    repeat: int = 1,
    absent: Sequence[str] = (),
) -> dict[str, Any]:
    """Measure both sides `repeat` times in turns and return the medians; raises SidesDiffer, UnknownModel.

    `seconds` is the engine's wall clock, without its evidence step unless `evidence`: the bare SQL does not gather evidence. So is
    the work in `cpu_ratio`, which tells more than `ratio` where other work shares the machine.
    """
    spec = {"persons": persons, "absent": list(absent)}
    given = {"folder": folder, "spec": spec, "model": model, "threads": threads}
    sides = {"engine": {**given, "engine": engine}, "baseline": given}
    world = measure("monitor:prepare", given)
    for side, words in sides.items():
        measure(f"monitor:{side}", {**words, "before": True})
    found: dict[str, list[Measured]] = {side: [] for side in sides}
    for turn in range(repeat):
        for side in sorted(sides, reverse=turn % 2 == 0):
            found[side].append(measure(f"monitor:{side}", sides[side]))
    same = measure("monitor:compare", given).value
    return _summary(world.value, found, same, evidence=evidence) | {"engine": engine, "model": model, "threads": threads}


def prepare(folder: str, spec: Mapping[str, Any], model: str, threads: int | None) -> dict[str, Any]:
    """Lay the world down, and say what the run reads."""
    del threads
    world = _world(folder, spec)
    plan = world.plan(_model(model, world))
    paths = {file.path for reading in readings(plan).values() for file in reading.files}
    return {"persons": world.spec.persons, "feed_rows": world.rows(plan, paths)}


def engine(folder: str, spec: Mapping[str, Any], model: str, threads: int | None, engine: str, before: bool = False) -> dict[str, Any]:
    """The engine's side: the month before (kept if it stands), or the month itself, from nothing."""
    world = _world(folder, spec)
    plan = _plan(world, _model(model, world), before=before)
    if not before:
        shutil.rmtree(world.folder / "lake" / "runs" / plan.run_id, ignore_errors=True)
    laps = Laps()
    with Stopwatch() as watch, open_engine(engine, threads=threads) as backend:
        result = run_month(world.lake, backend, plan, SILENT, stopwatch=laps)
    steps = [statement.step for statement in script_of(RunInputs(world.lake, plan))]
    counted = {"households": result.households, "warnings": result.warnings}
    work = {"steps": dict(result.seconds), "step_cpu_seconds": laps.worked(steps)}
    return {"result_hash": result.result_hash, **work, **counted, **watch.times()}


class Laps:
    """A clock for a run that also notes, each time it is read, how long all threads have worked."""

    def __init__(self) -> None:
        self._worked: list[float] = []

    def __call__(self) -> float:
        """The time; a run asks when a statement begins and when it has ended."""
        self._worked.append(time.process_time())
        return time.perf_counter()

    def worked(self, steps: Sequence[str]) -> dict[str, float]:
        """Seconds of work by step, given the step of each statement of a range; what is still being written meanwhile is in them."""
        begun, ended = self._worked[::2], self._worked[1::2]
        totals = dict.fromkeys(steps, 0.0)
        for at, (start, end) in enumerate(zip(begun, ended, strict=True)):
            totals[steps[at % len(steps)]] += end - start
        return {step: round(seconds, 3) for step, seconds in totals.items()}


def evidence_rows(folder: str, spec: Mapping[str, Any], model: str, threads: int | None) -> dict[str, Any]:
    """How many rows of evidence the engine's run of the month wrote."""
    del threads
    world = _world(folder, spec)
    run_id = _plan(world, _model(model, world), before=False).run_id
    parts = (read_result(world.lake, run_id, "evidence", ["household_key"], bucket=b) for b in result_buckets(world.lake, run_id))
    return {"evidence_rows": sum(part.num_rows for part in parts)}


def baseline(folder: str, spec: Mapping[str, Any], model: str, threads: int | None, before: bool = False) -> dict[str, Any]:
    """The bare SQL's side: the month before, or the month itself, from nothing."""
    world = _world(folder, spec)
    month = world.month.plus(-1) if before else world.month
    shutil.rmtree(_sql_folder(world, month), ignore_errors=True)
    plan = _plan(world, _model(model, world), before=before)
    earlier = None if before else _sql_folder(world, month.plus(-1))
    with Stopwatch() as watch:
        Baseline(world.lake, plan, _sql_folder(world, month), earlier, threads=threads).run()
    return watch.times()


def compare(folder: str, spec: Mapping[str, Any], model: str, threads: int | None) -> dict[str, Any]:
    """Whether both sides' scores, warnings, hits and reverse queue are the same rows in every column; raises SidesDiffer."""
    del threads
    world = _world(folder, spec)
    plan = _plan(world, _model(model, world), before=False)
    rows = dict.fromkeys(COMPARED, 0)
    total = 0
    for bucket in result_buckets(world.lake, plan.run_id):
        scores = read_result(world.lake, plan.run_id, "scores", bucket=bucket)
        total += pc.sum(scores["score"]).as_py() or 0
        ends: dict[str, Any] = pc.min_max(scores["household_key"]).as_py()  # type: ignore[assignment]
        for table in COMPARED:
            ours = read_result(world.lake, plan.run_id, table, bucket=bucket)
            _check(table, ours, _sql_rows(world, table, ends["min"], ends["max"]))
            rows[table] += ours.num_rows
    for table in COMPARED:
        theirs = sum(pq.read_metadata(file).num_rows for file in (_sql_folder(world, world.month) / table).glob("*.parquet"))
        if theirs != rows[table]:
            raise SidesDiffer(f"{table}: {rows[table]} rows by the engine, {theirs} by the bare SQL.", next_step=_NEXT)
    return {"rows": rows, "score_total": total}


_NEXT = "Compare the two rule by rule against docs/scoring.md: one of them is wrong."


def _check(table: str, ours: pa.Table, theirs: pa.Table) -> None:
    ours, theirs = (rows.cast(TABLES[table].schema).combine_chunks() for rows in (ours, theirs))
    if not ours.equals(theirs):
        unlike = [name for name in ours.column_names if not ours[name].equals(theirs[name])]
        raise SidesDiffer(f"{table} differs in {', '.join(unlike)} ({ours.num_rows} and {theirs.num_rows} rows).", next_step=_NEXT)


def _sql_rows(world: World, table: str, first: int | None, last: int | None) -> pa.Table:
    if first is None or last is None:
        return TABLES[table].empty()
    within = (pc.field("household_key") >= first) & (pc.field("household_key") <= last)
    return pq.read_table(_sql_folder(world, world.month) / table, columns=TABLES[table].schema.names, filters=within)


def _summary(world: dict[str, Any], found: Mapping[str, list[Measured]], same: dict[str, Any], *, evidence: bool) -> dict[str, Any]:
    ours, theirs = found["engine"], found["baseline"]
    middle = sorted(ours, key=lambda one: one.seconds)[len(ours) // 2]
    gathering = middle.value["steps"].get("evidence", 0.0)
    seconds = middle.seconds - (0.0 if evidence else gathering)
    reference = median(one.seconds for one in theirs)
    worked = [one.cpu_seconds - (0.0 if evidence else one.value["step_cpu_seconds"]["evidence"]) for one in ours]
    return {
        **world,
        "households": middle.value["households"],
        "seconds": round(seconds, 3),
        "baseline_seconds": round(reference, 3),
        "ratio": round(seconds / reference, 3),
        "peak_gb": max(one.peak_gb for one in ours),
        "baseline_peak_gb": max(one.peak_gb for one in theirs),
        "with_evidence": evidence,
        "wall_seconds": middle.seconds,
        "cpu_seconds": middle.cpu_seconds,
        "baseline_cpu_seconds": round(median(one.cpu_seconds for one in theirs), 3),
        "cpu_ratio": round(median(worked) / median(one.cpu_seconds for one in theirs), 3),
        "evidence_seconds": gathering,
        "step_seconds": middle.value["steps"],
        "result_hash": middle.value["result_hash"],
        "warned_percent": round(100 * middle.value["warnings"] / middle.value["households"], 2),
        "same_rows": same["rows"],
        "score_total": same["score_total"],
        "repeats": len(ours),
    }


def standing_plan(folder: Path, persons: int, model: str, *, absent: tuple[str, ...] = ()) -> tuple[Lake, RunPlan]:
    """A world's lake and the plan of its month, after the engine has run the month before."""
    world = build_world(folder, WorldSpec(persons, absent=absent))
    return world.lake, _plan(world, _model(model, world), before=False)


def _world(folder: str, spec: Mapping[str, Any]) -> World:
    return build_world(Path(folder), WorldSpec(**{**spec, "absent": tuple(spec.get("absent", ()))}))


def _plan(world: World, model: Model, *, before: bool) -> RunPlan:
    """The plan of a month; that of the world's own month follows the engine's run of the month before."""
    earlier = world.plan(model, world.month.plus(-1))
    return earlier if before else world.plan(model, previous=previous_run(world.lake, earlier.run_id))


def _model(name: str, world: World) -> Model:
    found = earlier_model(name, "2026.1") if name == "gansu" else shipped_models().get(name)
    lacking = sorted({i.source for i in found.indicators} - set(world.plan(found).feeds)) if found else []
    if found is None or lacking:
        why = f"The made-up world has no {', '.join(lacking)}." if found else f"There is no model {name}."
        raise UnknownModel(why, next_step="Use gansu.")
    return found


def _sql_folder(world: World, month: object) -> Path:
    return world.folder / "baseline" / str(month)
