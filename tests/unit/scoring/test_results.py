"""What a run says about feeds that stayed away."""

from dataclasses import replace
from pathlib import Path

import pyarrow.compute as pc
import pytest

from minsheng.engine.lake import Lake, LakeMissing
from minsheng.engine.scoring.ranges import Layout
from minsheng.engine.scoring.results import household_tables, previous_run, read_result, run_result
from minsheng.kernel.periods import Month
from tests.unit.scoring.small import BILLS, CARS, run, small_plan

APRIL, MAY = Month.parse("2026-04"), Month.parse("2026-05")


def test_unknown_indicators_are_reported_with_feed_months_and_people(tmp_path: Path) -> None:
    lake, april = small_plan(tmp_path)
    run(lake, april)
    bills = april.feeds[BILLS]
    late = replace(bills, months={**bills.months, MAY: "missing"})
    may = replace(april, month=MAY, feeds={BILLS: late}, previous=previous_run(lake, april.run_id))
    result = run(lake, may)
    assert result.unknown == {
        "car": {"feed": CARS, "status": "unknown", "months": [], "stale_months": 1, "carried": 0},
        "cost": {"feed": BILLS, "status": "stale", "months": ["2026-05"], "stale_months": 1, "carried": 2},
    }
    assert result.by_change["unchanged"] == 2
    assert previous_run(lake, may.run_id).unknown_months == {"cost": 1, "old": 0, "car": 1}


def test_result_is_read_back_as_it_was_given(tmp_path: Path) -> None:
    lake, plan = small_plan(tmp_path)
    assert run_result(Lake(str(tmp_path)), run(lake, plan).run_id).result_hash == run(lake, plan).result_hash


def test_a_household_is_read_from_its_own_bucket_alone(tmp_path: Path) -> None:
    lake, plan = small_plan(tmp_path)
    result = run(lake, plan, layout=Layout(2))
    whole = {key: household_tables(lake, result.run_id, key) for key in (1, 2, 3)}
    scores = read_result(lake, result.run_id, "scores")
    for key, tables in whole.items():
        assert tables["scores"].equals(scores.filter(pc.equal(scores["household_key"], key)))
    assert whole[1]["points"].num_rows > 0
    for other in (tmp_path / "runs" / result.run_id).glob("*/000000.parquet"):
        other.unlink()
    assert household_tables(lake, result.run_id, 2) == whole[2]
    with pytest.raises(LakeMissing):
        household_tables(lake, result.run_id, 1)
