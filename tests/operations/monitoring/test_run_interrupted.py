"""A run killed anywhere and started again ends like one that nobody disturbed; a dry run leaves no trace."""

import shutil
from contextlib import contextmanager
from dataclasses import replace

import pytest
from django.db import transaction

from minsheng.domain.audit.models import Event
from minsheng.domain.feeds.models import ClosedMonth, Delivery
from minsheng.domain.monitoring.models import Evidence, Hit, HouseholdLevel, Run, Warning
from minsheng.domain.monitoring.operations import results, running
from minsheng.engine.lake import Lake
from minsheng.engine.scoring.runner import STEPS
from tests.operations.monitoring.district import database_contents

pytestmark = pytest.mark.django_db

HOMES = {"ill": [1, 2], "dibao": [3, 4], "well": [5]}
IDENTITIES = "身份更新 identities"
COMPUTING = "2026-06 计算 computing"
UP_TO_PUBLISHING = (IDENTITIES, "2026-06 冻结 freeze", COMPUTING)
PUBLISHING = "2026-06 发布 publish"


class Killed(BaseException):
    """The process ends here."""


class KilledAt:
    """Progress that ends the process when a step begins, goes on after so many pieces, or has done its work but not yet ended."""

    def __init__(self, name, moment="begins", pieces=1):
        self.name, self.moment, self.now, self.left = name, moment, "", pieces

    @contextmanager
    def step(self, name, *, total=None):
        self.now = name
        self._pass("begins")
        yield self
        self._pass("ends")

    def advance(self, amount=1):
        self._pass("goes on")

    def note(self, text):
        """Nothing to show."""

    def _pass(self, moment):
        if (self.now, moment) == (self.name, self.moment):
            self.left -= 1
            if self.left == 0:
                raise Killed(self.now)


def killed(*_args, **_kwargs):
    raise Killed


@pytest.fixture
def ready(district):
    """June's deliveries are in, and somebody they speak of was registered after them."""
    district.publish()
    district.register("2026-06", {"well": [5]})
    district.month("2026-06", costs={1: 3000, 2: 6000, 3: 2000}, out_of_work=[4], cars=[5])
    district.register("2026-06", HOMES)
    return district


def test_a_dry_run_touches_nothing_and_gives_what_the_run_gives(ready):
    before = database_contents(), ready.lake_files()
    tried = ready.run("2026-06", dry_run=True)
    assert (database_contents(), ready.lake_files()) == before
    done = ready.run("2026-06")
    assert replace(tried, seconds={}) == replace(done, seconds={})
    assert done.warnings > 0
    before = database_contents(), ready.lake_files()
    assert ready.run("2026-06", dry_run=True).result_hash == done.result_hash
    assert (database_contents(), ready.lake_files()) == before


def test_a_run_killed_at_every_step_in_turn_ends_like_one_that_was_not(ready, tmp_path, monkeypatch):
    undisturbed = _undisturbed(ready, tmp_path)
    _run_killed(ready, KilledAt(IDENTITIES, "goes on"))
    for name in UP_TO_PUBLISHING:
        _run_killed(ready, KilledAt(name))
        for piece in range(1, len(STEPS) + 1) if name == COMPUTING else ():
            _run_killed(ready, KilledAt(name, "goes on", piece))
        _run_killed(ready, KilledAt(name, "ends"))
    _run_killed(ready, KilledAt(PUBLISHING))
    with monkeypatch.context() as patched:
        patched.setattr(results, "record", killed)
        _run_killed(ready)
    assert not Run.objects.exists()
    with monkeypatch.context() as patched:
        patched.setattr(running, "close_month", killed)
        _run_killed(ready)
    assert not ClosedMonth.objects.exists()
    _run_killed(ready, KilledAt(PUBLISHING, "ends"))
    ready.run("2026-06")
    assert _published() == undisturbed


def _run_killed(district, progress=None):
    with pytest.raises(Killed):
        district.run("2026-06", **({"progress": progress} if progress else {}))


def _undisturbed(district, tmp_path):
    """What a run gives on a copy of the lake, taken back in the database."""
    shutil.copytree(district.installation.lake.full_path(""), tmp_path / "copy")
    beside = replace(district, installation=replace(district.installation, lake=Lake(str(tmp_path / "copy"))))
    with transaction.atomic():
        beside.run("2026-06")
        published = _published()
        transaction.set_rollback(True)
    return published


def _published():
    """Everything a run leaves in the database, without clocks and serial numbers."""
    published = (HouseholdLevel, Warning, Hit, Evidence, Delivery, ClosedMonth)
    rows = {model.__name__: list(model.objects.order_by("pk").values()) for model in published}
    rows["Run"] = list(Run.objects.values("pk", "month", "model_id", "current", "result_hash", "summary__inputs", "summary__warnings"))
    rows["Event"] = list(Event.objects.order_by("id").values_list("name", "subject"))
    assert all(rows.values())
    return rows
