"""The first administrator is made from the command line, and looks after the others."""

from typing import Any

import pytest

from minsheng.config.embedded_postgres import start_embedded
from tests.journeys.command import Command


@pytest.fixture(scope="module")
def minsheng(tmp_path_factory: pytest.TempPathFactory) -> Command:
    command = Command(tmp_path_factory.mktemp("home"))
    command("init", "--area", "420106")
    start_embedded(command.home)  # held open, so that not every command starts and stops it
    return command


def listed(minsheng: Command, username: str) -> Any:
    return next(one for one in minsheng.json("users", "list") if one["username"] == username)


def test_users_are_added_given_roles_let_go_and_let_back(minsheng: Command) -> None:
    made = minsheng.json("users", "add", "wangli", "--name", "王丽", "--role", "administrator", "--division", "420106")
    assert len(made["one_time_password"]) == 19
    assert [held["role"] for held in listed(minsheng, "wangli")["grants"]] == ["administrator"]
    given = minsheng.json("users", "grant", "wangli", "--role", "monitor", "--division", "4201", "--reason", "new post")
    assert minsheng.json("users", "grant", "wangli", "--role", "monitor", "--division", "4201", code=1)["error"] == "already-held"
    assert minsheng.json("users", "confirm", str(given["grant"]), code=1)["error"] == "nothing-to-confirm"
    assert minsheng.json("users", "confirm", "4711", "--decline", code=1)["error"] == "no-such-grant"
    minsheng("users", "revoke", str(given["grant"]), "--reason", "moved")
    assert [held["role"] for held in listed(minsheng, "wangli")["grants"]] == ["administrator"]
    minsheng("users", "deactivate", "wangli")
    assert not listed(minsheng, "wangli")["is_active"]
    minsheng("users", "activate", "wangli")
    again = minsheng.json("users", "reset", "wangli", "--second-factors")
    assert again["one_time_password"] != made["one_time_password"]
    assert listed(minsheng, "wangli")["one_time"]
    assert minsheng.json("audit", "verify")["ok"]


def test_half_a_role_is_wrong_usage(minsheng: Command) -> None:
    minsheng("users", "add", "half", "--role", "administrator", code=2)
    assert minsheng.json("users", "reset", "nobody", code=1)["error"] == "no-such-user"
