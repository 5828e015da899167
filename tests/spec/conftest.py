"""Every scoring spec is computed by the engine on DuckDB, by the slow reference, and in the stage marked `spark` by the engine on Spark."""

from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from tests.spark import ON_SPARK, small_spark
from tests.spec.reference_engine import run_reference
from tests.spec.world import Outcome, World, run_duckdb, run_on

Compute = Callable[[World], Outcome]


@pytest.fixture(params=["duckdb", "reference", pytest.param("spark", marks=ON_SPARK)])
def compute(request: pytest.FixtureRequest, tmp_path: Path) -> Compute:
    """Runs a world on one of the engines."""
    if request.param == "reference":
        return run_reference
    number = count()
    if request.param == "duckdb":
        return lambda world: run_duckdb(world, tmp_path / f"lake-{next(number)}")
    return lambda world: run_on(small_spark(), world, tmp_path / f"lake-{next(number)}")
