"""A run killed at any write, again and again, ends with the bytes of one that was not."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from minsheng.engine.backends.backend import Backend
from minsheng.engine.backends.duckdb_engine import DuckDB, connect
from minsheng.engine.lake import Lake
from minsheng.engine.scoring.ranges import Layout
from minsheng.engine.scoring.runner import run_month
from tests.spark import small_spark
from tests.spec.reference_engine import run_reference
from tests.spec.strategies import models, months_after, worlds
from tests.spec.world import World, plan_of

DEATHS = st.lists(st.integers(0, 40), max_size=4)
LAYOUTS = st.sampled_from([Layout(1), Layout(2, 1), Layout(2, 2), Layout()])
anything = settings(deadline=None, suppress_health_check=list(HealthCheck))


class Killed(Exception):
    """The process ends here."""


class MortalLake(Lake):
    """A lake whose process is killed at one of its writes, and leaves half a file beside its place."""

    def __init__(self, address: str, writes: int) -> None:
        super().__init__(address)
        self.left = writes

    @contextmanager
    def open_writer(self, path: str) -> Iterator[BinaryIO]:
        self.left -= 1
        if self.left < 0:
            folder, name = self.full_path(path).rsplit("/", 1)
            Path(folder).mkdir(parents=True, exist_ok=True)
            Path(f"{folder}/.unfinished-1-{name}").write_bytes(b"PAR1 half a file")
            raise Killed(path)
        with super().open_writer(path) as stream:
            yield stream


def resumed_like_whole(engine: Backend, world: World, layout: Layout, deaths: list[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        whole, lake = Lake(f"{folder}/whole"), Lake(f"{folder}/killed")
        undisturbed = run_month(whole, engine, plan_of(world, whole), layout=layout)
        plan = plan_of(world, lake)
        for writes in deaths:
            try:
                run_month(MortalLake(f"{folder}/killed", writes), engine, plan, layout=layout)
            except Killed:
                continue
        assert run_month(lake, engine, plan, layout=layout).result_hash == undisturbed.result_hash
        runs = f"runs/{plan.run_id}"
        assert {path: lake.digest(path) for path in lake.list(runs) if path.endswith(".parquet")} == {
            path: whole.digest(path) for path in whole.list(runs) if path.endswith(".parquet")
        }


@settings(anything, max_examples=15)
@given(world=worlds(models()), data=st.data())
def test_killed_runs_end_like_one_that_was_not(world: World, data: st.DataObject) -> None:
    after = data.draw(months_after(world, run_reference(world)))
    with DuckDB(connect(threads=1)) as engine:
        resumed_like_whole(engine, after, data.draw(LAYOUTS), data.draw(DEATHS))


@pytest.mark.spark
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
@settings(anything, max_examples=2, phases=(Phase.generate,))
@given(world=worlds(models()), data=st.data())
def test_killed_runs_on_spark_end_like_one_that_was_not(world: World, data: st.DataObject) -> None:
    resumed_like_whole(small_spark(), world, Layout(2, 1), [data.draw(st.integers(3, 12))])
