"""The manifest of a run: its inputs' hashes, what computed it, and each step as it was written down."""

import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Any

import pyarrow as pa

from minsheng.engine.lake import Lake
from minsheng.engine.scoring.plan import RunPlan


@dataclass(frozen=True)
class TableRecord:
    """One table as written: its rows, and the SHA-256 (hex) of its file."""

    rows: int
    sha256: str


@dataclass(frozen=True)
class StepRecord:
    """One finished step: its tables by name, and the seconds it took."""

    name: str
    tables: Mapping[str, TableRecord]
    seconds: float


class Manifest:
    """`manifest.json` of one run, rewritten whole after each step."""

    def __init__(self, lake: Lake, folder: str, head: Mapping[str, Any]) -> None:
        self._lake = lake
        self.folder = folder
        self.head = dict(head)
        self.steps: dict[str, StepRecord] = {}
        self.result: dict[str, Any] | None = None

    @classmethod
    def resumed(cls, lake: Lake, folder: str, plan: RunPlan, engine: Mapping[str, str], order: Sequence[str]) -> "Manifest":
        """The manifest of a plan's run, with the leading steps that stand in the lake exactly as they were recorded."""
        manifest = cls(
            lake, folder, {"run_id": plan.run_id, "inputs": plan.identity(), "files": plan.files(), "versions": versions(engine)}
        )
        if not lake.exists(manifest.path):
            return manifest
        recorded = read_manifest(lake, folder)
        for name in order:
            record = recorded.steps.get(name)
            if record is None or not manifest.stands(record):
                return manifest
            manifest.steps[name] = record
        manifest.result = recorded.result
        return manifest

    @property
    def path(self) -> str:
        """Where the manifest lies in the lake."""
        return f"{self.folder}/manifest.json"

    @property
    def tables(self) -> dict[str, TableRecord]:
        """Every table written so far."""
        return {name: record for step in self.steps.values() for name, record in step.tables.items()}

    def stands(self, record: StepRecord) -> bool:
        """Whether every table of a step lies in the lake with the bytes recorded."""
        paths = {name: f"{self.folder}/{name}.parquet" for name in record.tables}
        return all(self._lake.exists(path) and self._lake.digest(path) == record.tables[name].sha256 for name, path in paths.items())

    def read(self, table: str, columns: Sequence[str] | None = None) -> pa.Table:
        """A table this run wrote."""
        rows = self._lake.read_table(f"{self.folder}/{table}.parquet")
        return rows if columns is None else rows.select(list(columns))

    def record(self, step: StepRecord) -> None:
        """Write down that a step is done."""
        self.steps[step.name] = step
        self._write()

    def finish(self, result: Mapping[str, Any]) -> None:
        """Write down what came out."""
        self.result = dict(result)
        self._write()

    def _write(self) -> None:
        steps = [asdict(step) for step in self.steps.values()]
        content = self.head | {"steps": steps, "result": self.result}
        self._lake.write_bytes(self.path, json.dumps(content, ensure_ascii=False, indent=1).encode())


def read_manifest(lake: Lake, folder: str) -> Manifest:
    """The manifest of a run as it was written; raises LakeMissing."""
    content = json.loads(lake.read_bytes(f"{folder}/manifest.json"))
    manifest = Manifest(lake, folder, {key: content[key] for key in ("run_id", "inputs", "files", "versions")})
    for step in content["steps"]:
        tables = {name: TableRecord(**record) for name, record in step["tables"].items()}
        manifest.steps[step["name"]] = StepRecord(step["name"], tables, step["seconds"])
    manifest.result = content["result"]
    return manifest


def versions(engine: Mapping[str, str]) -> dict[str, str]:
    """Name → version of everything that computes."""
    return {"minsheng": version("minsheng"), "python": platform.python_version(), "pyarrow": pa.__version__, **engine}
