"""Scoring over random small worlds: the engine and the slow reference agree, and more hardship never lowers a score."""

import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minsheng.engine.backends.duckdb_engine import DuckDB, connect
from minsheng.engine.lake import Lake
from minsheng.engine.scoring.ranges import Layout
from minsheng.engine.scoring.runner import run_month
from tests.spec.reference_engine import run_reference
from tests.spec.strategies import harder, models, monotone_worlds, months_after, worlds
from tests.spec.world import Outcome, World, plan_of, run_duckdb

_CHECKS = [HealthCheck.too_slow, HealthCheck.data_too_large]
few = settings(max_examples=20, deadline=None, suppress_health_check=_CHECKS)
many = settings(max_examples=200, deadline=None, suppress_health_check=_CHECKS)


LAYOUTS = st.sampled_from([Layout(1), Layout(2, 1), Layout(2, 2), Layout(3, None), Layout()])
"""From one household a range to one range for all: in small worlds people's keys have nothing to do with their household's."""


def duckdb(world: World, layout: Layout) -> Outcome:
    with tempfile.TemporaryDirectory() as folder:
        return run_duckdb(world, Path(folder), layout=layout)


@few
@given(world=worlds(models()), data=st.data())
def test_engines_agree_on_a_month_and_on_the_month_after(world: World, data: st.DataObject) -> None:
    first = run_reference(world)
    assert duckdb(world, data.draw(LAYOUTS)) == first
    second = data.draw(months_after(world, first))
    assert duckdb(second, data.draw(LAYOUTS)) == run_reference(second)


@few
@given(world=worlds(models()), data=st.data())
def test_only_what_a_change_touches_is_computed_again_and_the_bytes_are_those_of_a_full_run(world: World, data: st.DataObject) -> None:
    same_model = worlds(st.just(world.model))
    first, second = world, replace(data.draw(same_model), redirects=world.redirects)
    if data.draw(st.booleans()):
        second = replace(world, feeds=second.feeds)
    if data.draw(st.booleans()):
        before = run_reference(data.draw(same_model))
        first, second = (data.draw(months_after(replace(one, redirects=world.redirects), before)) for one in (first, second))
    layout = data.draw(LAYOUTS)
    with tempfile.TemporaryDirectory() as folder, DuckDB(connect(threads=1)) as backend:
        lake, whole = Lake(f"{folder}/one"), Lake(f"{folder}/other")
        base = plan_of(first, lake)
        run_month(lake, backend, base, layout=layout)
        plan = plan_of(second, lake, put="second")
        result = run_month(lake, backend, plan, base=base, layout=layout)
        assert result.result_hash == run_month(whole, backend, plan_of(second, whole, put="second"), layout=layout).result_hash


@many
@given(world=monotone_worlds(), data=st.data())
def test_more_hardship_never_lowers_a_score(world: World, data: st.DataObject) -> None:
    before, after = run_reference(world), run_reference(data.draw(harder(world)))
    for row, worse in zip(before.tables["scores"], after.tables["scores"], strict=True):
        assert worse["score"] >= row["score"]
        assert worse["level"] >= row["level"]
