"""Two worlds for all tests of the demo: one in memory, large enough for statistics, and one built on disk, small."""

from pathlib import Path

import pytest

from minsheng.demo.building import WorldBuilt, build_world
from minsheng.demo.ground import read_ground
from minsheng.demo.world import World, make_world
from minsheng.kernel.periods import Month
from minsheng.kernel.progress import SILENT

OCTOBER = Month(2026, 10)


@pytest.fixture(scope="session")
def world() -> World:
    return make_world(seed=11, households=30_000, last_month=OCTOBER, months=6, history=11, ground=read_ground(11, "420106"))


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> WorldBuilt:
    out: Path = tmp_path_factory.mktemp("demo") / "world"
    return build_world(households=600, months=3, seed=5, out=out, last_month=OCTOBER, progress=SILENT)


@pytest.fixture(scope="session")
def small_world() -> World:
    return make_world(seed=3, households=60, last_month=OCTOBER, months=3, history=2, ground=read_ground(3, "420106"))
