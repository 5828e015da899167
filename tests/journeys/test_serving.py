"""`minsheng serve`: web and worker begin together, answer, carry out a job, and end together, having said nothing of anybody."""

import json
import signal
import socket
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

import psutil
import pytest
from django.utils import timezone

from minsheng.domain.installation import Installation
from minsheng.domain.jobs import operations
from minsheng.domain.jobs.models import Job
from tests.operations.jobs.processes import environment, started, wait_until

pytestmark = pytest.mark.django_db(transaction=True)
NAME, NUMBER, PHONE = "周芷若", "999001199001011234", "13800138000"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.mark.enable_socket
def test_the_office_begins_answers_works_and_ends(installation: Installation, tmp_path: Path) -> None:
    bind, said = f"127.0.0.1:{free_port()}", tmp_path / "said"
    told = environment(installation, tmp_path / "home")
    job = operations.ask_job(kind="export_heads", arguments={}, by="cli:tester", at=timezone.now())
    with started("serve", "--bind", bind, told=told, said=said) as office:
        wait_until(lambda: f"http://{bind}" in said.read_text(), office, said)
        wait_until(lambda: Job.objects.get(pk=job).state == "done", office, said)
        wait_until(lambda: ask(bind, "/health/ready")[0] == 200, office, said)
        assert ask(bind, "/health/live") == (200, '{"live": true}')
        assert ask(bind, f"/?q={quote(NAME)}&number={NUMBER}&phone={PHONE}")[0] == 302
        assert ask(bind, f"/{quote(NAME)}/{NUMBER}")[0] == 404
        status, figures = ask(bind, "/metrics")
        assert (status, 'minsheng_jobs{state="done"} 1.0' in figures, "django_http_requests_total" in figures) == (200, True, True)
        assert ask(bind, "/metrics", {"X-Forwarded-For": "10.0.0.9"})[0] == 403
        below = psutil.Process(office.pid).children(recursive=True)
        office.send_signal(signal.SIGINT)
        assert office.wait(40) == 0, said.read_text()
    _, living = psutil.wait_procs(below, timeout=10)
    assert not living
    lines = said.read_text()
    assert not [secret for secret in (NAME, quote(NAME), NUMBER, PHONE) if secret in lines + figures]
    requests = [json.loads(line) for line in lines.splitlines() if '"event": "request"' in line]
    assert {(one["route"], one["status"], one["user"]) for one in requests} >= {("office:front", 302, None), ("", 404, None)}


@pytest.mark.enable_socket
def test_the_office_ends_when_one_of_its_processes_does(installation: Installation, tmp_path: Path) -> None:
    bind, said = f"127.0.0.1:{free_port()}", tmp_path / "said"
    with started("serve", "--bind", bind, told=environment(installation, tmp_path / "home"), said=said) as office:
        wait_until(lambda: f"http://{bind}" in said.read_text(), office, said)
        find(office.pid, lambda words: "minsheng.config.working" in words).kill()
        assert office.wait(40) == 1
    assert "worker ended by itself" in said.read_text()


@pytest.mark.enable_socket
def test_the_processes_end_when_the_one_that_holds_them_is_killed(installation: Installation, tmp_path: Path) -> None:
    bind, said = f"127.0.0.1:{free_port()}", tmp_path / "said"
    with started("serve", "--bind", bind, told=environment(installation, tmp_path / "home"), said=said) as office:
        wait_until(lambda: f"http://{bind}" in said.read_text(), office, said)
        below = psutil.Process(office.pid).children(recursive=True)
        office.kill()
        office.wait()
        _, living = psutil.wait_procs(below, timeout=40)
    assert not living


def find(parent: int, wanted: Callable[[str], bool]) -> psutil.Process:
    return next(one for one in psutil.Process(parent).children() if wanted(" ".join(one.cmdline())))


def ask(bind: str, path: str, headers: dict[str, str] | None = None) -> tuple[int, str]:
    host, port = bind.split(":")
    asked = HTTPConnection(host, int(port), timeout=30)
    try:
        asked.request("GET", path, headers=headers or {})
        answer = asked.getresponse()
        return answer.status, answer.read().decode()
    finally:
        asked.close()
