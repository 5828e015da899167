"""A late or corrected delivery: only the households it touches are computed again."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from minsheng.engine.backends.duckdb_engine import DuckDB, connect
from minsheng.engine.lake import ROW_GROUP, Lake
from minsheng.engine.scoring.manifest import OfAnEarlierLayout, read_manifest
from minsheng.engine.scoring.plan import RunPlan
from minsheng.engine.scoring.ranges import Layout
from minsheng.engine.scoring.results import RunResult, layout_of, run_result
from minsheng.engine.scoring.runner import run_month
from tests.spec.world import World, plan_of
from tests.unit.scoring.small import BILLS, SMALL, bill

ONE_EACH = Layout(1)


def late(world: World) -> World:
    """The same world after one more bill of the person of household 3 arrived."""
    bills = world.feeds[BILLS]
    more = bill("2026-04", 13, 60, 9) | {"delivery": "late"}
    return replace(world, feeds={**world.feeds, BILLS: replace(bills, rows=[*bills.rows, more])})


def run(lake: Lake, plan: RunPlan, base: RunPlan | None = None, layout: Layout = ONE_EACH) -> RunResult:
    with DuckDB(connect(threads=1)) as backend:
        return run_month(lake, backend, plan, base=base, layout=layout)


def computed_buckets(lake: Lake, result: RunResult) -> list[int]:
    ranges = read_manifest(lake, f"runs/{result.run_id}").ranges.values()
    return [bucket for record in ranges if record.seconds for bucket in record.buckets]


def test_only_the_household_of_a_late_bill_is_computed_again(tmp_path: Path) -> None:
    lake, alone = Lake(str(tmp_path / "one")), Lake(str(tmp_path / "alone"))
    base = plan_of(SMALL, lake)
    assert computed_buckets(lake, run(lake, base)) == [1, 2, 3]
    result = run(lake, plan_of(late(SMALL), lake), base)
    assert computed_buckets(lake, result) == [3]
    assert result.by_level != run(lake, base).by_level
    assert result.result_hash == run(alone, plan_of(late(SMALL), alone)).result_hash


def test_nothing_is_computed_again_when_only_an_unused_feed_changed(tmp_path: Path) -> None:
    lake = Lake(str(tmp_path))
    base = plan_of(SMALL, lake)
    first = run(lake, base)
    other = replace(base, feeds={**base.feeds, BILLS: replace(base.feeds[BILLS], tolerance_months=2)})
    second = run(lake, other, base)
    assert second.run_id != first.run_id
    assert computed_buckets(lake, second) == []
    assert second.result_hash == first.result_hash


def test_a_base_that_is_damaged_or_of_another_model_is_not_used(tmp_path: Path) -> None:
    lake = Lake(str(tmp_path))
    base = plan_of(SMALL, lake)
    first = run(lake, base)
    other_model = base.model.model_copy(update={"version": "2026.2"})
    assert computed_buckets(lake, run(lake, replace(base, model=other_model), base)) == [1, 2, 3]
    lake.write_bytes(f"runs/{first.run_id}/scores/000002.parquet", b"damaged")
    assert computed_buckets(lake, run(lake, plan_of(late(SMALL), lake), base)) == [1, 2, 3]


def test_a_base_of_an_earlier_layout_is_not_used_and_reading_it_says_what_to_do(tmp_path: Path) -> None:
    lake = Lake(str(tmp_path))
    base = plan_of(SMALL, lake)
    lake.write_bytes(f"runs/{base.run_id}/manifest.json", json.dumps({"run_id": base.run_id, "steps": []}).encode())
    with pytest.raises(OfAnEarlierLayout, match="earlier version") as refused:
        run_result(lake, base.run_id)
    assert "Run its month again" in refused.value.next_step
    assert computed_buckets(lake, run(lake, plan_of(late(SMALL), lake), base)) == [1, 2, 3]


def test_a_base_in_other_row_groups_is_not_used_and_comes_out_the_same_in_its_own(tmp_path: Path) -> None:
    lake, again = Lake(str(tmp_path / "one")), Lake(str(tmp_path / "again"))
    base = plan_of(SMALL, lake)
    first = run(lake, base, layout=Layout(1, row_group=1))
    assert computed_buckets(lake, run(lake, plan_of(late(SMALL), lake), base)) == [1, 2, 3]
    assert layout_of(lake, first.run_id) == Layout(1, row_group=1)
    assert run(again, plan_of(SMALL, again), layout=layout_of(lake, first.run_id)).result_hash == first.result_hash


def test_a_run_from_before_row_groups_were_named_is_of_the_large_ones(tmp_path: Path) -> None:
    lake = Lake(str(tmp_path))
    result = run(lake, plan_of(SMALL, lake))
    path = f"runs/{result.run_id}/manifest.json"
    written = json.loads(lake.read_bytes(path))
    del written["row_group"]
    lake.write_bytes(path, json.dumps(written).encode())
    assert layout_of(lake, result.run_id).row_group == ROW_GROUP
