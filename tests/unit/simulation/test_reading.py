"""A month read back from the lake, in any buckets, is simulated as a run with the changed model computes it."""

import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minsheng.engine.backends.duckdb_engine import DuckDB, connect
from minsheng.engine.lake import Lake
from minsheng.engine.scoring.ranges import Layout
from minsheng.engine.scoring.runner import run_month
from minsheng.engine.simulation.needs import unstored
from minsheng.engine.simulation.reading import stored_month
from minsheng.engine.simulation.simulating import compared, simulate
from tests.spec.models import indicator, model
from tests.spec.reference_engine import run_reference
from tests.spec.strategies import models, months_after, worlds
from tests.spec.world import Feed, World, person, plan_of
from tests.unit.simulation.strategies import changes

few = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
_EACH_ITS_OWN = Layout(bucket_households=1)


@few
@given(world=worlds(models()), data=st.data())
def test_the_lake_s_stored_month_is_simulated_as_the_engine_runs_it(world: World, data: st.DataObject) -> None:
    month = data.draw(months_after(world, run_reference(world)))
    after = data.draw(changes(month.model))
    with tempfile.TemporaryDirectory() as folder, DuckDB(connect(threads=1)) as backend:
        lake = Lake(folder)
        plan = plan_of(month, lake)
        changed = replace(plan, model=after)
        for one in (plan, changed):
            run_month(lake, backend, one, layout=_EACH_ITS_OWN)
        stored, again = stored_month(lake, plan.run_id, plan), stored_month(lake, changed.run_id, changed)
        assert unstored(plan, after) == []
        simulated, run = simulate(plan.model, after, plan.month, stored), compared(plan.model, after, stored, again)
        assert simulated.movements.listed().equals(run.movements.listed())
        assert simulated.warnings_after.equals(run.warnings_after)
        assert simulated.warnings_before.equals(run.warnings_before)


def test_a_register_frozen_before_ethnicity_was_kept_is_read_as_blank(tmp_path: Path) -> None:
    world = World(month="2026-03", model=model([indicator("old", "registry", {"max": "age"}, [(60, 30)])]), members=[person(1, 10, age=70)])
    lake = Lake(str(tmp_path))
    plan = plan_of(world, lake)
    path = plan.registry.members.path
    lake.write_table(path, lake.read_table(path).drop_columns(["ethnicity", "disability_level"]))
    with DuckDB(connect(threads=1)) as backend:
        run_month(lake, backend, plan)
    month = stored_month(lake, plan.run_id, plan)
    found = simulate(world.model, world.model, plan.month, month)
    assert {split: list(found.movements.splits[split]) for split in ("ethnicity", "disability", "age")} == {
        "ethnicity": [""],
        "disability": ["none"],
        "age": ["70+"],
    }


def test_what_nobody_stored_is_named() -> None:
    before = model(
        [
            indicator("old", "registry", {"max": "age"}, [(60, 30)]),
            indicator("ill", "medical_settlements", "count", [(1, 5)], window_months=2),
        ]
    )
    after = model(
        [
            indicator("old", "registry", {"max": "age"}, [(65, 20)], who=[{"column": "sex", "eq": "male"}]),
            indicator("ill", "medical_settlements", {"sum": "own_share"}, [(1, 5)], window_months=3),
            indicator("car", "vehicles", "exists", [(1, 5)]),
        ]
    )
    world = World(month="2026-03", model=before, members=[person(1, 10)], feeds={"medical_settlements": Feed()})
    with tempfile.TemporaryDirectory() as folder:
        plan = plan_of(world, Lake(folder))
    assert [str(need) for need in unstored(plan, after)] == ["old: who", "ill: window_months, measure", "car: new"]


def test_an_unknown_reverse_indicator_that_begins_to_count_has_no_carried_points() -> None:
    def car(reverse: bool) -> dict[str, object]:
        return indicator("car", "vehicles", "exists", [(1, 0 if reverse else 5)], reverse=reverse)

    world = World(
        month="2026-03", model=model([car(True)]), members=[person(1, 10)], feeds={"vehicles": Feed(months={"2026-03": "missing"})}
    )
    with tempfile.TemporaryDirectory() as folder:
        plan = plan_of(world, Lake(folder))
        known = plan_of(replace(world, feeds={"vehicles": Feed(months={"2026-03": "present"})}), Lake(f"{folder}/known"))
    assert [str(need) for need in unstored(plan, model([car(False)]))] == ["car: reverse"]
    assert unstored(known, model([car(False)])) == []
