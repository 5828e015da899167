from datetime import date
from pathlib import Path

import numpy as np
import pytest

from minsheng.engine.drift.counting import decile_edges
from minsheng.engine.drift.histograms import EVERYWHERE, distributions_path, keep, kept
from minsheng.engine.drift.measuring import measured
from minsheng.engine.lake import Lake
from minsheng.engine.scoring.plan import RunPlan
from minsheng.engine.scoring.results import run_result
from tests.spec.models import indicator, model
from tests.spec.world import Feed, World, person, plan_of
from tests.unit.scoring.small import run

COUNTY = "420106000000"
MONTH = {"2026-02": "present", "2026-03": "present"}


def world(*, amounts: dict[int, int], state: str = "present") -> World:
    rows = [
        {
            "month": "2026-03",
            "delivery": "d1",
            "row_number": at,
            "person_key": key,
            "event_on": date(2026, 3, 5),
            "kind": "a",
            "amount": amount,
        }
        for at, (key, amount) in enumerate(amounts.items(), 2)
    ]
    indicators = [
        indicator(
            "own_cost",
            "medical_settlements",
            {"sum": "amount"},
            [(100, 30)],
            window_months=1,
            filter=[{"column": "kind", "in": ["a", "b"]}],
        ),
        indicator("registered", "registry", "exists", [(1, 1)]),
    ]
    feeds = {"medical_settlements": Feed(rows if state == "present" else [], {**MONTH, "2026-03": state})}
    return World(month="2026-03", model=model(indicators), members=[person(key // 10, key) for key in range(10, 40)], feeds=feeds)


@pytest.fixture
def finished(tmp_path: Path) -> tuple[Lake, RunPlan]:
    lake = Lake(str(tmp_path / "lake"))
    plan = plan_of(world(amounts={10: 50, 11: 100, 12: 150, 20: 300}), lake)
    run(lake, plan)
    return lake, plan


def test_a_run_is_counted_by_what_came_in_what_was_measured_and_what_came_out(finished: tuple[Lake, RunPlan]) -> None:
    lake, plan = finished
    found = measured(lake, plan.run_id, plan, edges={"value/own_cost": (100, 200), "column/medical_settlements.amount": (100,)})
    counted = {subject: histogram.counts for subject, histogram in found.histograms.items()}
    assert counted == {
        "levels": {EVERYWHERE: {"none": 1, "yellow": 1, "orange": 1}, COUNTY: {"none": 1, "yellow": 1, "orange": 1}},
        "reach/own_cost": {EVERYWHERE: {"with": 4}, COUNTY: {"with": 4}},
        "reach/registered": {EVERYWHERE: {"with": 30}, COUNTY: {"with": 30}},
        "value/own_cost": {EVERYWHERE: {"0": 1, "1": 2, "2": 1}, COUNTY: {"0": 1, "1": 2, "2": 1}},
        "rows/medical_settlements": {EVERYWHERE: {"rows": 4}},
        "column/medical_settlements.amount": {EVERYWHERE: {"0": 1, "1": 3}},
        "column/medical_settlements.kind": {EVERYWHERE: {"a": 4}},
    }
    assert found.persons == {EVERYWHERE: 30, COUNTY: 30}


def test_without_edges_the_deciles_of_the_run_are_taken(finished: tuple[Lake, RunPlan]) -> None:
    lake, plan = finished
    assert measured(lake, plan.run_id, plan, edges={}).histograms["value/own_cost"].edges == (100, 150, 300)


def test_what_was_kept_is_read_back_and_is_no_part_of_the_result(finished: tuple[Lake, RunPlan]) -> None:
    lake, plan = finished
    result = run_result(lake, plan.run_id)
    found = measured(lake, plan.run_id, plan, edges={})
    assert kept(lake, plan.run_id) is None
    keep(lake, plan.run_id, found)
    first = lake.read_bytes(distributions_path(plan.run_id))
    assert kept(lake, plan.run_id) == found
    keep(lake, plan.run_id, measured(lake, plan.run_id, plan, edges={}))
    assert lake.read_bytes(distributions_path(plan.run_id)) == first
    assert run(lake, plan) == result


def test_a_feed_that_stayed_away_is_not_counted(tmp_path: Path) -> None:
    lake = Lake(str(tmp_path / "lake"))
    plan = plan_of(world(amounts={}, state="missing"), lake)
    run(lake, plan)
    assert set(measured(lake, plan.run_id, plan, edges={}).histograms) == {"levels", "reach/registered"}


def test_edges_are_deciles_each_once() -> None:
    assert decile_edges(np.arange(1, 1001)) == (101, 201, 301, 401, 501, 601, 701, 801, 901)
    assert decile_edges(np.array([5, 5, 5, 5])) == (5,)
    assert decile_edges(np.array([], dtype=np.int64)) == ()
