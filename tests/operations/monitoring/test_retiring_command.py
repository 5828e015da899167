"""`minsheng monitor retire`, `restore` and `list` as a person or a script meets them."""

import json

import pytest
from typer.testing import CliRunner

from minsheng.cli import monitor
from minsheng.domain.monitoring.queries import runs_in_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def command(monkeypatch, district):
    """Runs a command of the group on the district's installation, somebody sitting at the terminal or not."""
    district.publish()
    for month in ("2026-06", "2026-07"):
        district.register(month, {"ill": [1]})
        district.month(month, costs={1: 6000})
        district.run(month)
    monkeypatch.setattr(monitor, "begin", lambda: district.installation)

    def run(*words, answer=None):
        monkeypatch.setattr(monitor, "_somebody_is_there", lambda: answer is not None)
        return CliRunner().invoke(monitor.app, words, input=answer, catch_exceptions=False)

    return run


def retired():
    return {run.month: run.retired for run in runs_in_order()}


@pytest.mark.parametrize(("answer", "done"), [("n\n", False), ("y\n", True)])
def test_a_person_at_a_terminal_is_asked(command, answer, done):
    result = command("retire", "--before", "2026-07", answer=answer)
    assert "2026-07 之前" in result.stderr
    assert (result.exit_code == 0) is done
    assert retired() == {"2026-06": done, "2026-07": False}


@pytest.mark.parametrize(("words", "answer"), [(["--yes"], ""), ([], None)])
def test_nobody_is_asked_who_said_yes_or_is_not_there(command, words, answer):
    assert "2026-06" in command("retire", "--before", "2026-07", *words, answer=answer).stdout
    assert retired() == {"2026-06": True, "2026-07": False}


def test_a_dry_run_does_not_ask_and_changes_nothing(command):
    assert "2026-06" in command("retire", "--before", "2026-07", "--dry-run", answer="").stdout
    assert not any(retired().values())


def test_machines_read_what_was_done(command):
    done = json.loads(command("retire", "--before", "2026-07", "--json").stdout)
    [month] = done["months"]
    assert (month["month"], month["rows"]["householdlevel"], done["tables_kept"]) == ("2026-06", 1, False)
    listed = json.loads(command("list", "--json").stdout)
    assert [(run["month"], run["retired"]) for run in listed] == [("2026-06", True), ("2026-07", False)]
    assert "retired" in command("list").stdout
    assert json.loads(command("restore", "--month", "2026-06", "--json").stdout)["reloaded"] is True
    assert not any(retired().values())


def test_a_person_is_told_where_a_month_came_back_from(command):
    command("retire", "--before", "2026-07", "--yes", "--keep-tables")
    assert "detached tables" in command("restore", "--month", "2026-06").stdout
