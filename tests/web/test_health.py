"""What machines ask: whether it lives, whether it is ready and which part is not, and the figures, for whom they are meant."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from minsheng.domain.jobs import operations
from minsheng.domain.monitoring.measures import measures
from minsheng.web.health import checks

pytestmark = pytest.mark.django_db
READY, METRICS = "/health/ready", "/metrics"


def parts(client: Client) -> tuple[int, dict[str, str]]:
    answer = client.get(READY)
    return answer.status_code, json.loads(answer.content)["parts"]


def alive() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT procrastinate_register_worker_v1()")


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> None:
    settings.LAKE = str(tmp_path / "lake")


def test_it_lives_whoever_asks_under_whatever_name(client: Client) -> None:
    answer = client.get("/health/live", headers={"host": "10.0.0.7"})
    assert (answer.status_code, answer.content, answer.cookies) == (200, b'{"live": true}', {})


def test_it_is_ready_when_every_part_is(client: Client) -> None:
    alive()
    assert parts(client) == (200, {"database": "ok", "migrations": "ok", "lake": "ok", "worker": "ok"})


def test_a_worker_that_shows_no_life_is_named(client: Client) -> None:
    assert parts(client) == (503, {"database": "ok", "migrations": "ok", "lake": "ok", "worker": "silent: start minsheng worker"})
    alive()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '5 minutes'")
    assert parts(client)[0] == 503


def test_whatever_cannot_be_reached_is_named_without_more(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> str:
        raise OSError("/srv/lake/of/zhang")

    gone.__name__ = "lake"
    monkeypatch.setattr(checks, "CHECKS", (gone,))
    assert parts(client) == (503, {"lake": "not there: OSError"})


def test_the_figures_are_for_this_machine_or_for_whoever_brings_the_token(client: Client, settings: Any) -> None:
    assert client.get(METRICS).status_code == 200
    assert client.get(METRICS, REMOTE_ADDR="10.0.0.9").status_code == 403
    assert client.get(METRICS, headers={"x-forwarded-for": "127.0.0.1"}).status_code == 403
    settings.METRICS_TOKEN = "t0ken"
    assert client.get(METRICS).status_code == 403
    assert client.get(METRICS, headers={"authorization": "Bearer t0ke"}).status_code == 403
    assert client.get(METRICS, REMOTE_ADDR="10.0.0.9", headers={"authorization": "Bearer t0ken"}).status_code == 200


def test_the_figures_tell_of_the_work(client: Client) -> None:
    operations.ask_job(kind="export_heads", arguments={}, by="cli:tester", at=timezone.now())
    found = {(one.name, one.of): one.value for one in measures()}
    assert found[("jobs", "waiting")] == 1
    assert found[("deliveries_held", "")] == found[("jobs_silent", "")] == 0
    page = client.get(METRICS).content.decode()
    assert 'minsheng_jobs{state="waiting"} 1.0' in page
    assert "minsheng_database_answers 1.0" in page
