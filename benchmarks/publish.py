"""Publishing a month to PostgreSQL, beside a bare COPY of the same rows into tables of the same kind.

The run is the engine's own on a made-up province, cut to the households and warnings asked for. The reference knows the rows
beforehand, as CSV files: it copies them into fresh tables, gives these the same keys and indexes, and commits. Each side is a process
of its own, on one embedded PostgreSQL as it comes.
"""

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.measuring import Stopwatch, measure
from benchmarks.world import World, WorldSpec, build_world
from minsheng.engine.backends.duckdb_engine import DuckDB, connect
from minsheng.engine.indicators.loading import EARLIER, earlier_model
from minsheng.engine.scoring.manifest import Manifest, PartRecord, part_path, read_manifest
from minsheng.engine.scoring.plan import RunPlan
from minsheng.engine.scoring.results import RunResult, previous_run, read_result
from minsheng.engine.scoring.runner import run_month
from minsheng.kernel.errors import Refusal
from minsheng.kernel.progress import SILENT

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

    from minsheng.domain.installation import Installation

_AT = datetime(2026, 11, 21, tzinfo=UTC)
_PERSONS_A_HOUSEHOLD = 1.8
_BLOCK = 1 << 20


class TooFew(Refusal):
    """The made-up province has fewer households or warnings than were asked for."""

    code: ClassVar[str] = "benchmark-too-few"


def run(households: int, warnings: int, folder: Path) -> dict[str, Any]:
    """This will publish so many levels and warnings, and copy the same rows bare; raises TooFew.

    `seconds` is all that publishing does: reading the lake, writing the sentences, COPY, indexes, attaching. `baseline_seconds` is
    COPY and indexes, `copy_seconds` the COPY alone. `peak_gb` is the publishing process alone, without PostgreSQL's own memory.
    """
    given = {"folder": str(folder), "households": households, "warnings": warnings}
    measure("publish:prepare", given)
    published, copied = measure("publish:publish", given), measure("publish:copy", given)
    return {
        "rows": sum(published.value["rows"].values()),
        "seconds": published.seconds,
        "baseline_seconds": copied.seconds,
        "copy_seconds": copied.value["copy_seconds"],
        "ratio": round(published.seconds / copied.seconds, 3),
        "ratio_to_copy": round(published.seconds / copied.value["copy_seconds"], 3),
        "peak_gb": published.peak_gb,
        "rows_of": published.value["rows"],
        "copied_bytes": copied.value["bytes"],
    }


def prepare(folder: Path, households: int, warnings: int) -> dict[str, Any]:
    """This will compute the province's month and the one before, cut it to size, and make the database ready."""
    world, plan = _world(folder, households)
    with DuckDB(connect()) as backend:
        result = run_month(world.lake, backend, plan, SILENT)
    rows = _cut(world, plan, result, households, warnings)
    with _database(folder, world):
        from django.core.management import call_command

        call_command("migrate", verbosity=0, interactive=False)
    return rows


def publish(folder: Path, households: int, warnings: int) -> dict[str, Any]:
    """This will bring the month into the roll, as `minsheng monitor run` does."""
    world, plan = _world(folder, households)
    with _database(folder, world) as installation:
        from minsheng.domain.monitoring.operations import publish_model
        from minsheng.domain.monitoring.operations.results import publish_results

        publish_model(text=(EARLIER / "gansu-2026.1.yaml").read_text(), origin="bench", installation=installation, by="bench", at=_AT)
        _forget(plan)
        result = RunResult.of(read_manifest(world.lake, f"runs/{_cut_id(plan, households, warnings)}"))
        with Stopwatch() as watch:
            publish_results(plan=plan, result=result, installation=installation, by="bench", at=_AT)
        return {"rows": {name: _count(table) for name, table in _tables(plan).items()}, **watch.times()}


def copy(folder: Path, households: int, warnings: int) -> dict[str, Any]:
    """This will copy the rows that stand in the roll into bare tables beside it, from CSV files."""
    del warnings
    world, plan = _world(folder, households)
    with _database(folder, world):
        from django.db import connection, transaction

        tables = _tables(plan)
        sizes = {name: _write_csv(table, folder / f"{name}.csv") for name, table in tables.items()}
        with Stopwatch() as watch, transaction.atomic(), connection.cursor() as cursor:
            started = time.perf_counter()
            for name, table in tables.items():
                cursor.execute(f"CREATE TABLE bare_{name} (LIKE {table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)")
                _copy_csv(cursor, f"bare_{name}", folder / f"{name}.csv")
            copied = time.perf_counter() - started
            for name, table in tables.items():
                _index_alike(cursor, table, f"bare_{name}")
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE " + ", ".join(f"bare_{name}" for name in tables))
    return {"bytes": sizes, "copy_seconds": round(copied, 3), **watch.times()}


def _world(folder: Path, households: int) -> tuple[World, RunPlan]:
    world = build_world(folder, WorldSpec(persons=int(households * _PERSONS_A_HOUSEHOLD)))
    model = earlier_model("gansu", "2026.1")
    before = world.plan(model, world.month.plus(-1))
    with DuckDB(connect()) as backend:
        run_month(world.lake, backend, before, SILENT)
    return world, world.plan(model, previous=previous_run(world.lake, before.run_id))


def _cut(world: World, plan: RunPlan, result: RunResult, households: int, warnings: int) -> dict[str, int]:
    """Write a finished run of the first households alone, in which only so many are warned of."""
    whole = read_manifest(world.lake, f"runs/{result.run_id}")
    last = _last_household(world, result, households)
    warned = _warned(world, result, last, warnings)
    name = _cut_id(plan, households, warnings)
    cut = Manifest(world.lake, f"runs/{name}", {**whole.head, "run_id": name})
    for record in whole.ranges.values():
        cut.record(replace(record, parts=tuple(_part(world, result, cut, part, last, warned) for part in record.parts)))
    assert whole.result is not None
    cut.finish({**whole.result, "warnings": len(warned)})
    return {table: cut.rows(table) for table in ("scores", "warnings", "hits", "evidence")}


def _part(world: World, result: RunResult, cut: Manifest, part: PartRecord, last: int, warned: pa.Array) -> PartRecord:
    rows = read_result(world.lake, result.run_id, part.table, bucket=part.bucket)
    rows = rows.filter(pc.less_equal(rows["household_key"], last))
    if part.table in ("warnings", "evidence"):
        rows = rows.filter(pc.is_in(rows["household_key"], warned))
    return replace(part, rows=rows.num_rows, sha256=world.lake.write_table(part_path(cut.folder, part.table, part.bucket), rows))


def _last_household(world: World, result: RunResult, households: int) -> int:
    keys = read_result(world.lake, result.run_id, "scores", ["household_key"])["household_key"]
    if len(keys) < households:
        raise TooFew(f"The province has {len(keys):,} households, not {households:,}.", next_step="Ask for fewer.")
    return int(keys[households - 1].as_py())


def _warned(world: World, result: RunResult, last: int, warnings: int) -> pa.Array:
    """So many of the warned households, evenly over the province."""
    keys = read_result(world.lake, result.run_id, "warnings", ["household_key"])["household_key"]
    keys = keys.filter(pc.less_equal(keys, last)).combine_chunks()
    if len(keys) < warnings:
        raise TooFew(f"Of the province {len(keys):,} households are warned, not {warnings:,}.", next_step="Ask for fewer warnings.")
    return keys.take(pa.array(np.linspace(0, len(keys) - 1, warnings).astype(np.int64)))


def _cut_id(plan: RunPlan, households: int, warnings: int) -> str:
    return f"{plan.run_id[:16]}-{households}-{warnings}"


@contextmanager
def _database(folder: Path, world: World) -> Iterator["Installation"]:
    """This will open the embedded PostgreSQL of the folder, for an installation on the world's lake."""
    os.environ["MINSHENG_HOME"] = str(folder / "home")
    os.environ.pop("DATABASE_URL", None)
    from minsheng.config.start import open_database, prepare

    prepare()
    open_database()
    from minsheng.domain.installation import Installation
    from minsheng.engine.contracts.loading import load_catalogue
    from minsheng.kernel.sealing import Keys

    yield Installation(lake=world.lake, keys=Keys(bytes(32)), catalogue=load_catalogue(), today=_AT.date(), made_up_allowed=True)


def _tables(plan: RunPlan) -> Mapping[str, str]:
    """The month's own table of each table of the roll, by a short name."""
    from minsheng.domain.monitoring.operations.partitions import ROLL, partition_name

    return {model._meta.model_name or "": partition_name(model, plan.month) for model in ROLL}


def _forget(plan: RunPlan) -> None:
    """Take out what an earlier measurement published."""
    from django.db import transaction

    from minsheng.domain.monitoring.models import Run
    from minsheng.domain.monitoring.operations import partitions

    with transaction.atomic():
        if partitions.has_partition(plan.month):
            partitions.detach(plan.month)
            partitions.drop(plan.month)
        Run.objects.filter(month=str(plan.month)).delete()


def _count(table: str) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


def _write_csv(table: str, file: Path) -> int:
    from django.db import connection

    with connection.cursor() as cursor, cursor.copy(f"COPY {table} TO STDOUT (FORMAT csv)") as blocks, file.open("wb") as target:
        return sum(target.write(block) for block in blocks)


def _copy_csv(cursor: "CursorWrapper", table: str, file: Path) -> None:
    with cursor.copy(f"COPY {table} FROM STDIN (FORMAT csv, FREEZE)") as target, file.open("rb") as source:
        while block := source.read(_BLOCK):
            target.write(block)


def _index_alike(cursor: "CursorWrapper", table: str, bare: str) -> None:
    """Give a bare table the keys and indexes of another."""
    cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s", [table])
    for index, definition in cursor.fetchall():
        cursor.execute(definition.replace(f"INDEX {index} ON public.{table} ", f"INDEX {bare}_{index} ON {bare} "))
