"""The office's world, kept for a module; what single tests write is undone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from minsheng.engine.contracts.loading import Catalogue
from tests.web import world as worlds
from tests.web.world import OfficeWorld


@pytest.fixture(scope="module")
def kept_world(
    django_db_setup: None, django_db_blocker: object, tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue
) -> Iterator[OfficeWorld]:
    """Two counties that last for a module."""
    with django_db_blocker.unblock(), worlds.office_world(tmp_path_factory.mktemp("office"), catalogue) as built:  # type: ignore[attr-defined]
        yield built


@pytest.fixture
def world(kept_world: OfficeWorld, db: None, settings: object, tmp_path: Path) -> OfficeWorld:
    """The two counties, as the installation that pages are given; second factors are not asked for."""
    settings.INSTALLATION_PROVIDER = "tests.web.conftest.provided"  # type: ignore[attr-defined]
    settings.SECOND_FACTOR_REQUIRED = False  # type: ignore[attr-defined]
    _PROVIDED[:] = [kept_world]
    return kept_world


_PROVIDED: list[OfficeWorld] = []


def provided() -> object:
    """What INSTALLATION_PROVIDER names in these tests."""
    return _PROVIDED[0].installation
