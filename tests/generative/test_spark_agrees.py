"""Random small worlds on Spark: the same bytes as on DuckDB, whatever the ranges."""

import tempfile

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from minsheng.engine.backends.duckdb_engine import DuckDB, connect
from minsheng.engine.lake import Lake
from minsheng.engine.scoring.ranges import Layout
from minsheng.engine.scoring.runner import run_month
from tests.spark import ON_SPARK, small_spark
from tests.spec.reference_engine import run_reference
from tests.spec.strategies import models, months_after, worlds
from tests.spec.world import World, plan_of

pytestmark = list(ON_SPARK)


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck), phases=(Phase.generate,))
@given(world=worlds(models()), data=st.data())
def test_a_month_and_the_month_after_have_the_same_bytes_on_both_engines(world: World, data: st.DataObject) -> None:
    after = data.draw(months_after(world, run_reference(world)))
    layout = data.draw(st.sampled_from([Layout(), Layout(2, 1), Layout(2, 2)]))
    with tempfile.TemporaryDirectory() as folder, DuckDB(connect(threads=1)) as duckdb:
        lakes = {engine: Lake(f"{folder}/{type(engine).__name__}") for engine in (duckdb, small_spark())}
        results = [run_month(lake, engine, plan_of(after, lake), layout=layout).result_hash for engine, lake in lakes.items()]
    assert results[0] == results[1]
