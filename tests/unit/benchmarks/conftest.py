"""One small world whose two months both sides have run, kept for all tests of this folder."""

from pathlib import Path

import pytest
from benchmarks.monitor import baseline, engine

from tests.unit.benchmarks.small import Given


@pytest.fixture(scope="session")
def small_month(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a world of 2,000 people, run by both sides."""
    return ran(tmp_path_factory.mktemp("bench"), ())


@pytest.fixture(scope="session")
def month_with_gaps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with two deliveries of the last month missing, so that points are carried."""
    return ran(tmp_path_factory.mktemp("gaps"), ("registered_unemployment", "medical_settlements"))


def ran(folder: Path, absent: tuple[str, ...]) -> Path:
    given = Given(str(folder), absent)
    for before in (True, False):
        engine(**given.words(), engine="duckdb", before=before)
        baseline(**given.words(), before=before)
    return folder
