"""The bytes of a result do not depend on how many threads computed it, at a size where DuckDB uses them."""

from pathlib import Path

import numpy as np
import pyarrow as pa

from minsheng.engine.backends.duckdb_engine import DuckDB, connect
from minsheng.engine.lake import Lake
from minsheng.engine.scoring.plan import FeedInput, InputFile, LedgerFile, MonthState, RegistryFiles, RunPlan
from minsheng.engine.scoring.results import RunResult
from minsheng.engine.scoring.runner import run_month
from minsheng.kernel.periods import Month
from tests.unit.scoring.small import BILLS, MODEL

PEOPLE, ROWS = 60_000, 400_000
APRIL = Month.parse("2026-04")


def written(lake: Lake, path: str, table: pa.Table) -> InputFile:
    return InputFile(path, lake.write_table(path, table))


def large_plan(lake: Lake) -> RunPlan:
    chance = np.random.default_rng(7)
    keys = np.arange(PEOPLE)
    households = written(
        lake, "households.parquet", pa.table({"household_key": keys[: PEOPLE // 2], "category": ["TEKUN"] * (PEOPLE // 2)})
    )
    members = written(
        lake,
        "members.parquet",
        pa.table({"household_key": keys // 2, "person_key": keys, "category": ["TEKUN"] * PEOPLE, "age": keys % 90}),
    )
    rows = {
        "person_key": np.sort(chance.integers(0, PEOPLE, ROWS)),
        "row_number": np.arange(ROWS),
        "event_on": pa.array(np.datetime64("2026-03-01") + chance.integers(0, 61, ROWS)),
        "amount": chance.integers(0, 12, ROWS),
    }
    bills = written(lake, "bills.parquet", pa.table(rows))
    months: dict[Month, MonthState] = {APRIL.plus(-1): "present", APRIL: "present"}
    feed = FeedInput("events", 1, months, {APRIL: [LedgerFile(bills.path, bills.sha256, "bills")]})
    return RunPlan(APRIL, MODEL, RegistryFiles(households, members), {BILLS: feed})


def computed(folder: Path, threads: int) -> RunResult:
    lake = Lake(str(folder / str(threads)))
    with DuckDB(connect(threads=threads)) as backend:
        return run_month(lake, backend, large_plan(lake))


def test_bytes_are_the_same_on_one_and_on_two_threads(tmp_path: Path) -> None:
    one, two = computed(tmp_path, 1), computed(tmp_path, 2)
    assert one.by_level["blue"] + one.by_level["yellow"] > 1000
    assert one.result_hash == two.result_hash
