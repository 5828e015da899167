"""A run is a function of its inputs, can be killed anywhere, and says what it did."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pytest

from minsheng.engine.backends.duckdb_engine import DuckDB, connect
from minsheng.engine.lake import Lake
from minsheng.engine.scoring.inputs import RunInputs
from minsheng.engine.scoring.plan import InputFile, PreviousRun, RunPlan
from minsheng.engine.scoring.ranges import Layout
from minsheng.engine.scoring.results import RunResult, UnknownRun, household_tables, previous_run, read_result, run_result
from minsheng.engine.scoring.runner import STEPS, NotTheMonthBefore, run_month, script_of
from minsheng.engine.scoring.tables import TABLES
from minsheng.kernel.periods import Month
from tests.spec.world import plan_of
from tests.unit.scoring.small import SMALL, run, small_plan


class Killed(Exception):
    """The process ends here."""


class DyingLake(Lake):
    """A lake whose process is killed while it writes one file, which is left half written beside its place or under its name."""

    def __init__(self, address: str, at: str, *, under_its_name: bool = False) -> None:
        super().__init__(address)
        self.at, self.under_its_name = at, under_its_name

    @contextmanager
    def open_writer(self, path: str) -> Iterator[BinaryIO]:
        if self.at not in path:
            with super().open_writer(path) as stream:
                yield stream
            return
        folder, name = path.rsplit("/", 1)
        left = path if self.under_its_name else f"{folder}/.unfinished-1-{name}"
        Path(self.full_path(folder)).mkdir(parents=True, exist_ok=True)
        Path(self.full_path(left)).write_bytes(b"PAR1 half a file")
        raise Killed(path)


def contents(lake: Lake, plan: RunPlan) -> dict[str, bytes]:
    paths = (path for name in TABLES for path in lake.list(f"runs/{plan.run_id}/{name}"))
    return {path: lake.read_bytes(path) for path in paths}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Lake, RunPlan, RunResult]:
    lake, plan = small_plan(tmp_path_factory.mktemp("whole"))
    return lake, plan, run(lake, plan)


Whole = tuple[Lake, RunPlan, RunResult]


def test_run_reports_counts(whole: Whole) -> None:
    result = whole[2]
    assert (result.households, result.persons, result.model, result.version) == (3, 4, "tried", "2026.1")
    assert result.by_level == {"none": 1, "blue": 1, "yellow": 1, "orange": 0, "red": 0}
    assert result.by_change == {"new": 2, "escalated": 0, "unchanged": 0, "eased": 0, "cleared": 0}
    assert (result.warnings, result.suppressed, result.reverse) == (1, 1, 1)
    assert list(result.seconds) == list(STEPS)


@pytest.mark.parametrize("table", list(TABLES))
def test_killed_while_writing_a_table_then_running_again_gives_the_same_bytes(tmp_path: Path, whole: Whole, table: str) -> None:
    lake, plan = small_plan(tmp_path)
    with pytest.raises(Killed):
        run(DyingLake(str(tmp_path), f"/{table}/", under_its_name=True), plan)
    result = run(lake, plan)
    assert contents(lake, plan) == contents(whole[0], plan)
    assert result.result_hash == whole[2].result_hash


@pytest.mark.parametrize("finished", [0, 1, 2])
def test_killed_between_ranges_then_only_the_others_are_computed(tmp_path: Path, finished: int) -> None:
    whole_lake, whole_plan = small_plan(tmp_path / "whole")
    run(whole_lake, whole_plan, layout=Layout(1))
    lake, plan = small_plan(tmp_path / "killed")
    with pytest.raises(Killed):
        run(DyingLake(str(tmp_path / "killed"), f"/scores/{finished + 1:06d}"), plan, layout=Layout(1))
    steps = _Steps()
    with DuckDB(connect(threads=1)) as backend:
        run_month(lake, backend, plan, steps, layout=Layout(1))
    assert steps.total == (3 - finished) * len(script_of(RunInputs(lake, plan))) == steps.advanced
    assert contents(lake, plan) == contents(whole_lake, whole_plan)
    assert not lake.list(f"runs/{plan.run_id}/crossing")


def test_killed_at_the_last_record_then_nothing_is_computed_again(tmp_path: Path, whole: Whole) -> None:
    lake, plan = small_plan(tmp_path)
    with pytest.raises(Killed):
        run(_dies_at_manifest(tmp_path, 2), plan)
    steps = _Steps()
    with DuckDB(connect(threads=1)) as backend:
        run_month(lake, backend, plan, steps)
    assert steps.advanced == 0
    assert contents(lake, plan) == contents(whole[0], plan)


def test_bytes_are_the_same_however_many_buckets_are_worked_on_at_a_time(tmp_path: Path) -> None:
    results = []
    for at_a_time in (1, 2, None):
        lake, plan = small_plan(tmp_path / str(at_a_time))
        results.append((run(lake, plan, layout=Layout(2, at_a_time)).result_hash, contents(lake, plan)))
    assert results[0] == results[1] == results[2]
    assert len(results[0][1]) == 2 * len(TABLES)


def _dies_at_manifest(folder: Path, nth: int) -> Lake:
    class DiesLater(DyingLake):
        written = count(1)

        @contextmanager
        def open_writer(self, path: str) -> Iterator[BinaryIO]:
            dying = path.endswith("manifest.json") and next(self.written) == nth
            self.at = "manifest.json" if dying else "nothing"
            with super().open_writer(path) as stream:
                yield stream

    return DiesLater(str(folder), "nothing")


class _Steps:
    """A listener that counts how often a step ended."""

    def __init__(self) -> None:
        self.advanced = self.total = 0

    @contextmanager
    def step(self, name: str, *, total: int | None = None) -> Iterator["_Steps"]:
        self.total = total or 0
        yield self

    def advance(self, amount: int = 1) -> None:
        self.advanced += amount

    def note(self, text: str) -> None:
        """Nothing to show."""


def test_finished_run_is_returned_as_it_stands(tmp_path: Path) -> None:
    lake, plan = small_plan(tmp_path)
    first = run(lake, plan)
    assert run(DyingLake(str(tmp_path), ".parquet"), plan) == first


def test_damaged_table_is_computed_again(tmp_path: Path, whole: Whole) -> None:
    lake, plan = small_plan(tmp_path)
    run(lake, plan)
    lake.write_bytes(f"runs/{plan.run_id}/scores/000000.parquet", b"damaged")
    assert run(lake, plan).result_hash == whole[2].result_hash
    assert contents(lake, plan) == contents(whole[0], plan)


def test_remote_lake_gives_the_same_bytes(whole: Whole) -> None:
    lake = Lake("memory://remote-lake-of-the-runner")
    assert run(lake, plan_of(SMALL, lake)).result_hash == whole[2].result_hash


def test_run_id_depends_on_every_input(tmp_path: Path) -> None:
    _, plan = small_plan(tmp_path)
    other_register = replace(plan.registry, members=InputFile(plan.registry.members.path, "0" * 64))
    feed = plan.feeds["medical_settlements"]
    variants = [
        plan,
        replace(plan, month=Month.parse("2026-05")),
        replace(plan, registry=other_register),
        replace(plan, model=plan.model.model_copy(update={"version": "2026.2"})),
        replace(plan, feeds={**plan.feeds, "medical_settlements": replace(feed, tolerance_months=3)}),
        replace(plan, feeds={**plan.feeds, "medical_settlements": replace(feed, months={**feed.months, Month.parse("2026-03"): "held"})}),
        replace(plan, feeds={**plan.feeds, "medical_settlements": replace(feed, ledgers={})}),
    ]
    assert len({variant.run_id for variant in variants}) == len(variants)
    assert replace(plan, feeds={**plan.feeds, "unused": feed}).run_id == plan.run_id


def test_manifest_lists_inputs_versions_and_steps(whole: Whole) -> None:
    lake, plan, result = whole
    manifest = json.loads(lake.read_bytes(f"runs/{plan.run_id}/manifest.json"))
    assert {path: lake.digest(path) for path in manifest["files"]} == plan.files() == manifest["files"]
    assert any("medical_settlements" in path for path in manifest["files"])
    assert {"minsheng", "python", "pyarrow", "duckdb", "ibis"} <= set(manifest["versions"])
    recorded = {part["table"]: part["sha256"] for one in manifest["ranges"] for part in one["parts"]}
    assert recorded == {name: lake.digest(f"runs/{result.run_id}/{name}/000000.parquet") for name in TABLES}


def test_previous_run_when_not_of_the_month_before_then_refused(tmp_path: Path, whole: Whole) -> None:
    lake, plan = small_plan(tmp_path)
    before = previous_run(whole[0], whole[1].run_id)
    with pytest.raises(NotTheMonthBefore, match="2026-04 was to be compared with 2026-04"):
        run(lake, replace(plan, previous=before))


def test_previous_run_names_what_the_next_month_needs(whole: Whole) -> None:
    lake, plan, _ = whole
    before = previous_run(lake, plan.run_id)
    assert isinstance(before, PreviousRun)
    assert (before.month, before.unknown_months) == (Month.parse("2026-04"), {"cost": 0, "old": 0, "car": 0})
    assert [file.sha256 for file in before.points] == [lake.digest(file.path) for file in before.points]


def test_household_tables_hold_one_household(whole: Whole) -> None:
    lake, plan, _ = whole
    found = household_tables(lake, plan.run_id, 1)
    assert {name: table.num_rows for name, table in found.items()} == {
        "values": 3,
        "points": 2,
        "household_dimensions": 2,
        "scores": 1,
        "warnings": 1,
        "hits": 2,
        "reverse": 0,
        "evidence": 3,
    }
    assert all(table.schema.names == TABLES[name].schema.names for name, table in found.items())


def test_unknown_run_when_it_is_missing_or_unfinished_then_refused(tmp_path: Path) -> None:
    lake, plan = small_plan(tmp_path)
    with pytest.raises(UnknownRun, match="has no run"):
        run_result(lake, plan.run_id)
    with pytest.raises(Killed):
        run(DyingLake(str(tmp_path), "/hits/000002"), plan, layout=Layout(1))
    with pytest.raises(UnknownRun, match="has not finished"):
        household_tables(lake, plan.run_id, 1)


def test_tables_have_exactly_their_declared_schema_and_order(whole: Whole) -> None:
    lake, plan, _ = whole
    for name, shape in TABLES.items():
        table = read_result(lake, plan.run_id, name)
        assert table.schema.equals(shape.schema), name
        assert table.equals(_sorted(table, shape.key)), name


def _sorted(table: pa.Table, key: tuple[str, ...]) -> pa.Table:
    return table.sort_by([(column, "ascending") for column in key])
