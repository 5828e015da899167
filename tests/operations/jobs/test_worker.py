"""The worker as a real process: asked, carried out, done; killed in the middle, seen, tried again, and the same result in the end."""

import signal
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from minsheng.domain.installation import Installation
from minsheng.domain.jobs import operations, queries
from minsheng.domain.jobs.models import Job
from tests.operations.jobs.made_up import entries, queued
from tests.operations.jobs.processes import environment, started, wait_until
from tests.operations.monitoring.district import District

pytestmark = pytest.mark.django_db(transaction=True)
HOMES = {"ill": [1, 2], "dibao": [3, 4], "well": [5]}


@pytest.fixture
def district(installation: Installation, tmp_path: Path) -> District:
    made = District(replace(installation, threads=1), tmp_path / "inbox")
    made.publish()
    made.register("2026-06", HOMES)
    made.month("2026-06", costs={1: 3000, 2: 6000, 3: 2000}, out_of_work=[4], cars=[5])
    return made


def state(job: int) -> str:
    return Job.objects.get(pk=job).state


def test_a_run_is_killed_in_the_middle_seen_and_tried_again_with_the_same_result(district: District, tmp_path: Path) -> None:
    expected = district.run("2026-06", dry_run=True).result_hash
    told, said = environment(district.installation, tmp_path / "home"), tmp_path / "said"
    job = operations.ask_job(kind="run_month", arguments={"month": "2026-06", "model": "tiny"}, by="cli:tester", at=timezone.now())
    with started("worker", "--concurrency", "1", told=told, said=said) as worker:
        wait_until(lambda: state(job) == "running", worker, said)
        worker.kill()
        worker.wait()
    assert state(job) == "running"
    Job.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=2))
    assert [one.number for one in queries.stuck_jobs(at=timezone.now())] == [job]
    operations.retry_job(job=job, by="user:li", at=timezone.now())
    with started("worker", "--queue", "months", told=told, said=said) as worker:
        wait_until(lambda: state(job) == "done", worker, said)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(30) == 0, said.read_text()
    shown = queries.job_numbered(job, at=timezone.now())
    assert (shown.result["result_hash"], shown.attempts, shown.link_route) == (expected, 2, "office:run")
    assert [what for what in entries(job) if what != "step"] == ["asked", "begun", "failed", "retried", "begun", "done"]
    assert "step" in entries(job)
    assert queued(job) == [("months", "failed")]


def test_a_worker_for_another_queue_leaves_it_waiting_and_an_unknown_queue_is_refused(installation: Installation, tmp_path: Path) -> None:
    told, said = environment(installation, tmp_path / "home"), tmp_path / "said"
    job = operations.ask_job(kind="run_month", arguments={"month": "2026-06", "model": "tiny"}, by="cli:tester", at=timezone.now())
    short = operations.ask_job(kind="export_heads", arguments={}, by="cli:tester", at=timezone.now())
    with started("worker", "--queue", "short", told=told, said=said) as worker:
        wait_until(lambda: state(short) == "done", worker, said)
    assert state(job) == "waiting"
    assert list((tmp_path / "home" / "audit-heads").glob("heads-*.jsonl"))
    with started("worker", "--queue", "shorter", told=told, said=said) as worker:
        assert worker.wait(30) == 1
