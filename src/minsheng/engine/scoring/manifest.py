"""The manifest of a run: its inputs' hashes, what computed it, and each range of households as it was written down."""

import json
import platform
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Any, ClassVar

import pyarrow as pa

from minsheng.engine.lake import ROW_GROUP, Lake
from minsheng.engine.scoring.plan import InputFile, RunPlan
from minsheng.engine.scoring.tables import TABLES
from minsheng.kernel.errors import Refusal

_LAYOUT = ("bucket_households", "row_group")


class OfAnEarlierLayout(Refusal):
    """The run's tables lie in the lake as an earlier version wrote them."""

    code: ClassVar[str] = "run-of-an-earlier-layout"


@dataclass(frozen=True)
class PartRecord:
    """One table of one bucket as written: its rows, the SHA-256 (hex) of its file, and what was counted in it."""

    table: str
    bucket: int
    rows: int
    sha256: str
    counts: Mapping[str, int]


@dataclass(frozen=True)
class RangeRecord:
    """One finished range: its parts, and the seconds of each step."""

    buckets: tuple[int, ...]
    parts: tuple[PartRecord, ...]
    seconds: Mapping[str, float]


class Manifest:
    """`manifest.json` of one run, rewritten whole after each range."""

    def __init__(self, lake: Lake, folder: str, head: Mapping[str, Any]) -> None:
        self._lake = lake
        self.folder = folder
        self.head = dict(head)
        self.ranges: dict[tuple[int, ...], RangeRecord] = {}
        self.result: dict[str, Any] | None = None

    @classmethod
    def resumed(cls, lake: Lake, folder: str, plan: RunPlan, engine: Mapping[str, str], layout: Mapping[str, int]) -> "Manifest":
        """The manifest of a plan's run, with the ranges that stand in the lake exactly as they were recorded."""
        head = {"run_id": plan.run_id, "inputs": plan.identity(), "files": plan.files(), "versions": versions(engine)}
        manifest = cls(lake, folder, {**head, **layout})
        if not lake.exists(manifest.path):
            return manifest
        recorded = read_manifest(lake, folder)
        if recorded.layout != layout:
            return manifest
        standing = {buckets: record for buckets, record in recorded.ranges.items() if manifest.stands(record)}
        manifest.ranges = standing
        manifest.result = recorded.result if len(standing) == len(recorded.ranges) else None
        return manifest

    @property
    def path(self) -> str:
        """Where the manifest lies in the lake."""
        return f"{self.folder}/manifest.json"

    @property
    def layout(self) -> dict[str, int]:
        """How its tables are laid out, by `Layout.kept`."""
        return {name: self.head[name] for name in _LAYOUT}

    @property
    def buckets(self) -> list[int]:
        """The buckets written so far, in order."""
        return sorted({part.bucket for part in self._parts()})

    def parts(self, table: str) -> list[PartRecord]:
        """The parts of a table, in the order of their keys."""
        return sorted((part for part in self._parts() if part.table == table), key=lambda part: part.bucket)

    def files(self, table: str, bucket: int | None = None) -> tuple[InputFile, ...]:
        """The files of a table, or of one bucket of it, in the order of their keys."""
        parts = (part for part in self.parts(table) if bucket in (None, part.bucket))
        return tuple(InputFile(part_path(self.folder, table, part.bucket), part.sha256) for part in parts)

    def rows(self, table: str) -> int:
        """How many rows a table has."""
        return sum(part.rows for part in self.parts(table))

    def counts(self) -> Counter[str]:
        """What was counted in all parts."""
        return sum((Counter(part.counts) for part in self._parts()), Counter())

    def seconds(self) -> dict[str, float]:
        """The seconds of each step over all ranges."""
        taken: dict[str, float] = {}
        for record in self.ranges.values():
            for step, seconds in record.seconds.items():
                taken[step] = round(taken.get(step, 0.0) + seconds, 3)
        return taken

    def stands(self, record: RangeRecord) -> bool:
        """Whether every part of a range lies in the lake with the bytes recorded."""
        paths = ((part_path(self.folder, part.table, part.bucket), part.sha256) for part in record.parts)
        return all(self._lake.exists(path) and self._lake.digest(path) == sha256 for path, sha256 in paths)

    def read(self, table: str, columns: Sequence[str] | None = None, bucket: int | None = None) -> pa.Table:
        """A table this run wrote, or one bucket of it."""
        wanted = [part.bucket for part in self.parts(table) if bucket in (None, part.bucket)]
        schema = TABLES[table].schema
        names = list(columns) if columns is not None else schema.names
        found = [self._lake.read_table(part_path(self.folder, table, one), columns=names).select(names) for one in wanted]
        return pa.concat_tables(found) if found else pa.schema([schema.field(name) for name in names]).empty_table()

    def record(self, finished: RangeRecord) -> None:
        """Write down that a range is done."""
        self.ranges[finished.buckets] = finished
        self._write()

    def finish(self, result: Mapping[str, Any]) -> None:
        """Write down what came out."""
        self.result = dict(result)
        self._write()

    def _parts(self) -> Iterable[PartRecord]:
        return (part for record in self.ranges.values() for part in record.parts)

    def _write(self) -> None:
        ranges = [asdict(self.ranges[buckets]) for buckets in sorted(self.ranges)]
        content = self.head | {"ranges": ranges, "result": self.result}
        self._lake.write_bytes(self.path, json.dumps(content, ensure_ascii=False, indent=1).encode())


def part_path(folder: str, table: str, bucket: int) -> str:
    """Where one bucket of a result table lies in the lake."""
    return f"{folder}/{table}/{bucket:06d}.parquet"


def read_manifest(lake: Lake, folder: str) -> Manifest:
    """The manifest of a run as it was written; raises LakeMissing, and OfAnEarlierLayout for one written before there were buckets."""
    content = json.loads(lake.read_bytes(f"{folder}/manifest.json"))
    if "bucket_households" not in content:
        raise OfAnEarlierLayout(
            f"The run {content['run_id']} was written by an earlier version, in another layout.",
            next_step="Run its month again, and the months after it in their order; published levels and warnings stay as they are.",
        )
    content.setdefault("row_group", ROW_GROUP)
    manifest = Manifest(lake, folder, {key: content[key] for key in ("run_id", "inputs", "files", "versions", *_LAYOUT)})
    for kept in content["ranges"]:
        parts = tuple(PartRecord(**part) for part in kept["parts"])
        manifest.ranges[tuple(kept["buckets"])] = RangeRecord(tuple(kept["buckets"]), parts, kept["seconds"])
    manifest.result = content["result"]
    return manifest


def versions(engine: Mapping[str, str]) -> dict[str, str]:
    """Name → version of everything that computes."""
    return {"minsheng": version("minsheng"), "python": platform.python_version(), "pyarrow": pa.__version__, **engine}
