"""What a finished run says of itself, and reading its tables back."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import pyarrow as pa
import pyarrow.compute as pc

from minsheng.engine.indicators.grammar import LEVELS
from minsheng.engine.lake import Lake
from minsheng.engine.scoring.availability import Unknown, unknown_indicators
from minsheng.engine.scoring.manifest import Manifest, read_manifest
from minsheng.engine.scoring.plan import InputFile, PreviousRun, RunPlan
from minsheng.engine.scoring.ranges import Layout
from minsheng.engine.scoring.tables import TABLES
from minsheng.kernel.errors import Refusal
from minsheng.kernel.periods import Month

CHANGES = ("new", "escalated", "unchanged", "eased", "cleared")


class UnknownRun(Refusal):
    """There is no such finished run in the lake."""

    code: ClassVar[str] = "unknown-run"


@dataclass(frozen=True)
class RunResult:
    """What a run found, in counts.

    by_level counts households at none, blue, yellow, orange, red; by_change those that are new, escalated, unchanged (with a
    level), eased, cleared. `warnings` go out, `suppressed` do not. `unknown` has, per indicator, its feed, status (stale: points
    are carried; unknown: not), months (missing or held) and carried (people with carried points).
    """

    run_id: str
    month: Month
    model: str
    version: str
    households: int
    persons: int
    by_level: Mapping[str, int]
    by_change: Mapping[str, int]
    warnings: int
    suppressed: int
    reverse: int
    unknown: Mapping[str, Mapping[str, Any]]
    result_hash: str
    seconds: Mapping[str, float]

    @classmethod
    def of(cls, manifest: Manifest) -> "RunResult":
        """The result that a finished run's manifest holds."""
        result = manifest.result
        if result is None:
            raise UnknownRun("The run has not finished.", next_step="Run the month again; it goes on where it stopped.")
        counted = {name: result[name] for name in _COUNTED}
        inputs = manifest.head["inputs"]
        return cls(
            run_id=manifest.head["run_id"],
            month=Month.parse(inputs["month"]),
            model=inputs["model"]["name"],
            version=inputs["model"]["version"],
            seconds=manifest.seconds(),
            **counted,
        )


_COUNTED = ("households", "persons", "by_level", "by_change", "warnings", "suppressed", "reverse", "unknown", "result_hash")


def counted(name: str, table: pa.Table) -> dict[str, int]:
    """What a run counts in a part of one of its tables; sums over parts give the run's counts."""
    return _COUNTS[name](table) if name in _COUNTS else {}


def _scores_counted(table: pa.Table) -> dict[str, int]:
    return {f"level {key}": n for key, n in _tallied(table["level"])} | {f"change {key}": n for key, n in _tallied(table["change"])}


def _points_counted(table: pa.Table) -> dict[str, int]:
    stale = table.filter((pc.field("points") > 0) & (pc.field("stale_months") > 0))
    return {f"carried {key}": n for key, n in _tallied(stale["indicator"])}


def _warnings_counted(table: pa.Table) -> dict[str, int]:
    return {"suppressed": pc.sum(table["suppressed"]).as_py() or 0}


def _tallied(column: "pa.ChunkedArray[Any]") -> list[tuple[object, int]]:
    values, counts = pc.value_counts(column.combine_chunks()).flatten()
    return [(value, int(count)) for value, count in zip(values.to_pylist(), counts.to_numpy(), strict=True)]


_COUNTS: Mapping[str, Callable[[pa.Table], dict[str, int]]] = {
    "scores": _scores_counted,
    "points": _points_counted,
    "warnings": _warnings_counted,
}


def summarised(lake: Lake, plan: RunPlan, manifest: Manifest) -> dict[str, Any]:
    """What came out of all ranges, and the hash of all tables."""
    counts = manifest.counts()
    digests = [part.sha256 for name in TABLES for part in manifest.parts(name)]
    unknown = unknown_indicators(plan)
    return {
        "households": manifest.rows("scores"),
        "persons": lake.row_count(plan.registry.members.path),
        "by_level": {name: counts[f"level {number}"] for number, name in enumerate(LEVELS)},
        "by_change": {name: counts[f"change {name}"] for name in CHANGES},
        "warnings": manifest.rows("warnings") - counts["suppressed"],
        "suppressed": counts["suppressed"],
        "reverse": manifest.rows("reverse"),
        "unknown": {name: _unknown(state, counts[f"carried {name}"]) for name, state in sorted(unknown.items())},
        "unknown_months": {i.id: unknown[i.id].stale_months if i.id in unknown else 0 for i in plan.model.indicators},
        "result_hash": hashlib.sha256("".join(digests).encode()).hexdigest(),
    }


def _unknown(state: Unknown, carried: int) -> dict[str, Any]:
    return {
        "feed": state.feed,
        "status": state.status,
        "months": [str(month) for month in state.absent],
        "stale_months": state.stale_months,
        "carried": carried,
    }


def previous_run(lake: Lake, run_id: str) -> PreviousRun:
    """A finished run as the next month's plan needs it; raises UnknownRun."""
    manifest = _finished(lake, run_id)
    files = {name: manifest.files(name) for name in ("points", "scores", "reverse")}
    assert manifest.result is not None
    return PreviousRun(run_id, Month.parse(manifest.head["inputs"]["month"]), **files, unknown_months=manifest.result["unknown_months"])


def run_result(lake: Lake, run_id: str) -> RunResult:
    """The result of a finished run; raises UnknownRun."""
    return RunResult.of(_finished(lake, run_id))


def layout_of(lake: Lake, run_id: str) -> Layout:
    """The layout of a finished run's tables, in which it gives the same bytes again; raises UnknownRun."""
    return Layout(**_finished(lake, run_id).layout)


def result_buckets(lake: Lake, run_id: str) -> list[int]:
    """The buckets of households in which a finished run's tables are kept, in the order of their keys; raises UnknownRun."""
    return _finished(lake, run_id).buckets


def read_result(lake: Lake, run_id: str, table: str, columns: Sequence[str] | None = None, *, bucket: int | None = None) -> pa.Table:
    """A table of a finished run, or one bucket of it, sorted by the table's key; raises UnknownRun."""
    return _finished(lake, run_id).read(table, columns, bucket)


def household_tables(lake: Lake, run_id: str, household_key: int, *, names: Iterable[str] = TABLES) -> dict[str, pa.Table]:
    """One household's rows of the tables of a finished run; raises UnknownRun. Reads only the parts of the files that may hold it."""
    manifest = _finished(lake, run_id)
    bucket = household_key // manifest.layout["bucket_households"]
    return {name: _rows_of(lake, manifest.files(name, bucket), name, household_key) for name in names}


def _rows_of(lake: Lake, files: Sequence[InputFile], name: str, household_key: int) -> pa.Table:
    found = [TABLES[name].empty()]
    found += (lake.read_rows(file.path, "household_key", household_key) for file in files)
    return pa.concat_tables(found)


def _finished(lake: Lake, run_id: str) -> Manifest:
    if not lake.exists(f"runs/{run_id}/manifest.json"):
        raise UnknownRun(f"The lake has no run {run_id}.", next_step="Run the month first.")
    manifest = read_manifest(lake, f"runs/{run_id}")
    RunResult.of(manifest)
    return manifest
