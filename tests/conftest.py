"""What every test may use: an installation of its own, with made-up people allowed and a fixed day."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from minsheng.domain.installation import Installation
from minsheng.engine.contracts.loading import Catalogue, load_catalogue
from minsheng.engine.lake import Lake
from minsheng.kernel.sealing import Keys
from tests.emptying import empty_the_log_after_committing_tests

empty_the_log_after_committing_tests()

ONE_WORLD = "tests/functional/"
"""Tests that share one served district go to one worker, whatever file they stand in."""


class ByFile(LoadFileScheduling):
    """File by file, but what shares one world together."""

    def _split_scope(self, nodeid: str) -> str:
        return ONE_WORLD if nodeid.startswith(ONE_WORLD) else super()._split_scope(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile | None:
    """How tests are given to workers under `--dist loadfile`."""
    return ByFile(config, log) if config.getoption("dist") == "loadfile" else None


TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
KEYS = Keys(bytes(range(32)))


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture
def installation(tmp_path: Path, catalogue: Catalogue) -> Iterator[Installation]:
    yield Installation(lake=Lake(str(tmp_path / "lake")), keys=KEYS, catalogue=catalogue, today=TODAY, made_up_allowed=True)


@pytest.fixture
def strict_installation(installation: Installation) -> Installation:
    """One that takes no made-up people."""
    return replace(installation, made_up_allowed=False)
