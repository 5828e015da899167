"""Every scoring spec is computed twice: by the engine on DuckDB, and by the slow reference."""

from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from tests.spec.reference_engine import run_reference
from tests.spec.world import Outcome, World, run_duckdb

Compute = Callable[[World], Outcome]


@pytest.fixture(params=["duckdb", "reference"])
def compute(request: pytest.FixtureRequest, tmp_path: Path) -> Compute:
    """Runs a world on one of the engines."""
    if request.param == "reference":
        return run_reference
    number = count()
    return lambda world: run_duckdb(world, tmp_path / f"lake-{next(number)}")
