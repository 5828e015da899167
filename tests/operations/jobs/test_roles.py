"""The worker has the rights that every kind of job needs, as a role that is no superuser, and none at what concerns signing in."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from minsheng.domain.access.models import Grant, User
from minsheng.domain.access.roles import Role
from minsheng.domain.access.row_security.declaring import WORKER
from minsheng.domain.feeds import operations as feeds
from minsheng.domain.installation import Installation
from minsheng.domain.jobs import operations
from minsheng.domain.jobs.models import Job
from minsheng.domain.monitoring import operations as monitoring
from minsheng.domain.monitoring.operations import partitions
from minsheng.domain.registry import frames
from minsheng.domain.registry.models import Person
from minsheng.kernel.periods import Month
from minsheng.kernel.progress import SILENT
from tests.conftest import NOW
from tests.operations.monitoring.district import District, levels
from tests.staff import somebody

pytestmark = pytest.mark.django_db
HOMES = {"ill": [1, 2], "dibao": [3, 4], "well": [5]}


@contextmanager
def as_worker() -> Iterator[None]:
    """As a process that connected as the worker."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {WORKER}")
        yield
        if not connection.needs_rollback:
            cursor.execute("RESET ROLE")


@pytest.fixture
def worker() -> Iterator[None]:
    with as_worker():
        yield


@pytest.fixture
def district(installation: Installation, tmp_path: Path) -> District:
    return District(replace(installation, threads=1), tmp_path / "inbox")


def test_the_worker_receives_releases_runs_retires_and_restores(district: District, worker: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "_SLICE_ROWS", 2)
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        district.publish()
        cursor.execute(f"SET ROLE {WORKER}")
    district.register("2026-05", HOMES)
    district.month("2026-05", costs={1: 3000})
    district.register("2026-06", HOMES | {"ill": [1, 2, 6]})
    held = district.month("2026-06", costs={1: 6000}, late=("medical_settlements",))["medical_settlements"].delivery
    district.release(held)
    feeds.catch_up(installation=district.installation, by="job:test", at=NOW, progress=SILENT)
    runs = [district.run(month) for month in ("2026-05", "2026-06", "2026-06")]
    assert len(levels(runs[1].run)) == len(HOMES)
    district.register("2026-06", HOMES | {"well": [5, 7]})
    assert district.run("2026-06").run != runs[1].run
    changes = {"installation": district.installation, "by": "job:test", "at": NOW, "progress": SILENT}
    assert [one.month for one in monitoring.retire(before=Month(2026, 6), **changes).months] == ["2026-05"]
    monitoring.restore(month=Month(2026, 5), **changes)
    assert partitions.has_partition(Month(2026, 5))


def test_the_worker_looks_after_jobs(worker: None) -> None:
    job = operations.ask_job(kind="run_month", arguments={"month": "2026-09", "model": "gansu"}, by="cli:li", at=timezone.now())
    assert operations.pick_up_abandoned(by="job:timetable", at=timezone.now()) == []
    begun = operations.begin_job(job=job, at=timezone.now())
    assert begun is not None
    operations.give_back(begun=begun, at=timezone.now())
    assert Job.objects.get(pk=job).state == "waiting"


def test_the_worker_knows_who_may_what_and_no_password() -> None:
    monitor = somebody(Role.MONITOR)
    with as_worker():
        job = operations.ask_job(kind="run_month", arguments={"month": "2026-09", "model": "gansu"}, by=monitor.acts_as, at=timezone.now())
        assert operations.begin_job(job=job, at=timezone.now()) is not None
        with pytest.raises(ProgrammingError), transaction.atomic():
            User.objects.values_list("password", flat=True).get(pk=monitor.pk)


@pytest.mark.parametrize(
    "table",
    ["django_session", "mfa_authenticator", "account_emailaddress", "usersessions_usersession", "socialaccount_socialtoken"],
)
def test_the_worker_has_no_way_to_what_signs_people_in(table: str, worker: None) -> None:
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")


def test_the_worker_grants_nobody_anything_and_deletes_no_facts() -> None:
    holder = somebody(Role.MONITOR)
    attempts = [
        lambda: Grant.objects.filter(user=holder).update(role="auditor"),
        lambda: User.objects.filter(pk=holder.pk).update(is_active=False),
        lambda: Person.objects.all()._raw_delete("default"),
    ]
    with as_worker():
        for attempt in attempts:
            with pytest.raises(ProgrammingError), transaction.atomic():
                attempt()


def test_neither_role_is_more_than_it_must_be() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolname, rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb FROM pg_roles WHERE rolname LIKE 'minsheng%'"
        )
        assert dict(cursor.fetchall()) == {"minsheng_web": False, WORKER: False}
