"""`minsheng audit`: what it prints, and its exit code."""

import json

import pytest
from typer.testing import CliRunner

from minsheng.cli.app import app
from tests.operations.audit.log import entry, filled, tampered

pytestmark = pytest.mark.django_db


def run(*words, code=0):
    result = CliRunner().invoke(app, ["audit", *map(str, words)])
    assert result.exit_code == code, result.output
    return result.stdout


@pytest.fixture(autouse=True)
def log():
    filled()


def test_a_whole_log_is_said():
    assert json.loads(run("verify", "--json")) == {"ok": True, "entries": 6, "first_fault": None}
    assert "审计日志完整，共 6 条" in run("verify")


def test_a_fault_is_named_and_ends_with_exit_code_one():
    second = entry(2)
    tampered("UPDATE audit_event SET subject = 'x' WHERE id = %s", second)
    answer = json.loads(run("verify", "--json", code=1))
    said = answer["first_fault"].pop("said")
    assert answer == {"ok": False, "entries": 1, "first_fault": {"position": 2, "entry": second, "kind": "altered"}}
    assert "第 2 位" in said and "position 2" in said
    assert "第 2 位" in run("verify", code=1)


def test_heads_and_log_travel_and_are_checked(tmp_path):
    heads, log = tmp_path / "heads.jsonl", tmp_path / "log.jsonl"
    assert json.loads(run("heads", "--out", heads, "--json")) == {"file": str(heads), "days": 1}
    assert json.loads(run("export", "--out", log, "--json")) == {"file": str(log), "entries": 6}
    whole = {"ok": True, "entries": 6, "heads": 1, "first_fault": None}
    assert json.loads(run("check-heads", heads, "--json")) == whole
    assert json.loads(run("verify", "--heads", heads, "--json")) == whole
    assert json.loads(run("verify", "--file", log, "--heads", heads, "--json")) == whole
    tampered("DELETE FROM audit_event WHERE id > %s", entry(4))
    tampered("DELETE FROM audit_link WHERE position > 4")
    tampered("UPDATE audit_head SET position = 4, hash = (SELECT hash FROM audit_link WHERE position = 4)")
    assert json.loads(run("verify", "--json"))["ok"]
    assert json.loads(run("check-heads", heads, "--json", code=1))["first_fault"]["kind"] == "cut"
