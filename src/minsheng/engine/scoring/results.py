"""What a finished run says of itself, and reading its tables back."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from minsheng.engine.indicators.grammar import LEVELS
from minsheng.engine.lake import Lake
from minsheng.engine.scoring.inputs import RunInputs
from minsheng.engine.scoring.manifest import Manifest, read_manifest
from minsheng.engine.scoring.plan import InputFile, PreviousRun
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
            seconds={step.name: step.seconds for step in manifest.steps.values()},
            **counted,
        )


_COUNTED = ("households", "persons", "by_level", "by_change", "warnings", "suppressed", "reverse", "unknown", "result_hash")


def summarised(run: RunInputs, manifest: Manifest) -> dict[str, Any]:
    """Count what a run wrote, and hash its tables."""
    scores = manifest.read("scores", ["level", "change"])
    levels = Counter(scores["level"].to_pylist())
    changes = Counter(scores["change"].to_pylist())
    suppressed = pc.sum(manifest.read("warnings", ["suppressed"])["suppressed"]).as_py() or 0
    digests = [manifest.tables[name].sha256 for name in TABLES]
    return {
        "households": scores.num_rows,
        "persons": run.lake.read_table(run.plan.registry.members.path).num_rows,
        "by_level": {name: levels[number] for number, name in enumerate(LEVELS)},
        "by_change": {name: changes[name] for name in CHANGES},
        "warnings": manifest.tables["warnings"].rows - suppressed,
        "suppressed": suppressed,
        "reverse": manifest.tables["reverse"].rows,
        "unknown": _unknown(run, manifest),
        "unknown_months": _unknown_months(run),
        "result_hash": hashlib.sha256("".join(digests).encode()).hexdigest(),
    }


def previous_run(lake: Lake, run_id: str) -> PreviousRun:
    """A finished run as the next month's plan needs it; raises UnknownRun."""
    manifest = _finished(lake, run_id)
    files = {name: InputFile(f"{manifest.folder}/{name}.parquet", manifest.tables[name].sha256) for name in ("points", "scores", "reverse")}
    assert manifest.result is not None
    return PreviousRun(run_id, Month.parse(manifest.head["inputs"]["month"]), **files, unknown_months=manifest.result["unknown_months"])


def run_result(lake: Lake, run_id: str) -> RunResult:
    """The result of a finished run; raises UnknownRun."""
    return RunResult.of(_finished(lake, run_id))


def result_buckets(lake: Lake, run_id: str) -> list[int]:
    """The buckets of households in which a finished run's tables are kept, in the order of their keys; raises UnknownRun."""
    _finished(lake, run_id)
    return [0]


def read_result(lake: Lake, run_id: str, table: str, columns: Sequence[str] | None = None, *, bucket: int | None = None) -> pa.Table:
    """A table of a finished run, or one bucket of it, sorted by the table's key; raises UnknownRun."""
    assert bucket in (None, 0)
    return _finished(lake, run_id).read(table, columns)


def household_tables(lake: Lake, run_id: str, household_key: int) -> dict[str, pa.Table]:
    """One household's rows of every table of a finished run; raises UnknownRun. Reads only the parts of the files that may hold it."""
    manifest = _finished(lake, run_id)
    found = {}
    for name in TABLES:
        with lake.open_reader(f"{manifest.folder}/{name}.parquet") as stream:
            found[name] = pq.read_table(stream, filters=[("household_key", "=", household_key)])
    return found


def _finished(lake: Lake, run_id: str) -> Manifest:
    if not lake.exists(f"runs/{run_id}/manifest.json"):
        raise UnknownRun(f"The lake has no run {run_id}.", next_step="Run the month first.")
    manifest = read_manifest(lake, f"runs/{run_id}")
    RunResult.of(manifest)
    return manifest


def _unknown(run: RunInputs, manifest: Manifest) -> dict[str, Any]:
    stale = manifest.read("points").filter((pc.field("points") > 0) & (pc.field("stale_months") > 0))
    carried = Counter(stale["indicator"].to_pylist())
    return {
        name: {
            "feed": state.feed,
            "status": state.status,
            "months": [str(month) for month in state.absent],
            "stale_months": state.stale_months,
            "carried": carried[name],
        }
        for name, state in sorted(run.unknown.items())
    }


def _unknown_months(run: RunInputs) -> dict[str, int | None]:
    """What next month's run needs to know: for how long each indicator has been unknown (0: known; None: it never was known)."""
    return {i.id: run.unknown[i.id].stale_months if i.id in run.unknown else 0 for i in run.plan.model.indicators}
