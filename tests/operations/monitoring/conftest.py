"""Districts to run months in: one for a single test, or one whose months a whole module looks at."""

from dataclasses import replace

import pytest
from django.db import transaction

from minsheng.domain.installation import Installation
from minsheng.engine.lake import Lake
from tests.conftest import KEYS, TODAY
from tests.operations.monitoring.district import District


@pytest.fixture
def district(db, installation, tmp_path):
    """A district of one test."""
    return District(replace(installation, threads=1), tmp_path / "inbox")


@pytest.fixture(scope="module")
def kept_district(django_db_setup, django_db_blocker, tmp_path_factory, catalogue):
    """A district that lasts for a module, since a run takes more than a second; what single tests write to the database is undone."""
    folder = tmp_path_factory.mktemp("district")
    lake = Lake(str(folder / "lake"))
    installation = Installation(lake=lake, keys=KEYS, catalogue=catalogue, today=TODAY, made_up_allowed=True, threads=1)
    with django_db_blocker.unblock(), transaction.atomic():
        yield District(installation, folder / "inbox")
        transaction.set_rollback(True)
