"""Commands are killed, and two of them work at once: nothing is lost, nothing is doubled, and the database stops with the last."""

import json
import random
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.journeys.command import Command, ended

MONTH = "2026-10"
SEED = 20261121
RECEIVING_KILLS = 3
RUNNING_KILLS = 2
PATIENCE = 60.0


class State(NamedTuple):
    """What a home has come to, as its commands tell it: receipts by delivery without their status, the run without its seconds."""

    receipts: dict[str, dict[str, Any]]
    run: dict[str, Any]
    warnings: list[dict[str, Any]]
    lake: list[str]


class Disturbed(NamedTuple):
    """A home whose commands were killed: what it came to, and how many were."""

    state: State
    kills: int


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world")
    build = ("demo", "build", "--households", "150", "--months", "1", "--seed", "7", "--last-month", MONTH)
    Command(folder)(*build, "--out", str(folder / "district"))
    return folder / "district"


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    """A home that nobody disturbs, with nothing in it yet."""
    minsheng = Command(tmp_path_factory.mktemp("calm") / "home")
    minsheng("init", "--made-up")
    yield minsheng
    _stop(minsheng)


@pytest.fixture(scope="module")
def harried(calm: Command, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    """A copy of that home, with the same key, whose commands are going to be killed."""
    home = tmp_path_factory.mktemp("harried") / "home"
    assert not calm.database_runs
    subprocess.run(["cp", "-a", str(calm.home), str(home)], check=True)
    minsheng = Command(home)
    yield minsheng
    _stop(minsheng)


def _stop(minsheng: Command) -> None:
    if minsheng.database_runs:
        minsheng("monitor", "list")
    shutil.rmtree(minsheng.home)


@pytest.fixture(scope="module")
def undisturbed(calm: Command, harried: Command, world: Path) -> State:
    assert harried.home != calm.home
    return _state(calm, calm.json("feeds", "receive", str(world)))


@pytest.fixture(scope="module")
def disturbed(harried: Command, undisturbed: State, world: Path) -> Disturbed:
    """Receiving and running, each killed again and again as the lake grows, at moments nobody chose, and begun once more."""
    moments = random.Random(SEED)
    runs = [number for number, path in enumerate(undisturbed.lake) if path.startswith(("runs/", "registry/"))]
    received = len(undisturbed.lake) - len(runs)
    kills = _killed(harried, ("feeds", "receive", str(world)), moments, sorted(moments.sample(range(1, received), RECEIVING_KILLS)))
    receipts = harried.json("feeds", "receive", str(world))
    grown = [received + more for more in sorted(moments.sample(range(1, len(runs)), RUNNING_KILLS))]
    kills += _killed(harried, ("monitor", "run", "--month", MONTH), moments, grown)
    return Disturbed(_state(harried, receipts), kills)


def _killed(minsheng: Command, words: tuple[str, ...], moments: random.Random, sizes: Sequence[int]) -> int:
    """Start the command once for every size, and kill it a moment after the lake has so many files; gives how often it was in time."""
    kills = 0
    for size in sizes:
        process = minsheng.start(*words)
        _wait_until_grown(minsheng, size, process)
        time.sleep(moments.uniform(0, 0.05))
        process.kill()
        process.communicate()
        kills += process.returncode < 0
    return kills


def _wait_until_grown(minsheng: Command, size: int, process: "subprocess.Popen[str]") -> None:
    until = time.monotonic() + PATIENCE
    while process.poll() is None and len(minsheng.lake_files) < size and time.monotonic() < until:
        time.sleep(0.005)


def _state(minsheng: Command, receipts: list[dict[str, Any]]) -> State:
    run = minsheng.json("monitor", "run", "--month", MONTH)
    return State(
        receipts={one["delivery"]: {name: value for name, value in one.items() if name not in ("status", "reasons")} for one in receipts},
        run={name: value for name, value in run.items() if name != "seconds"},
        warnings=minsheng.json("warnings", "list", "--month", MONTH),
        lake=minsheng.lake_files,
    )


def test_killed_commands_come_to_what_undisturbed_ones_come_to(undisturbed: State, disturbed: Disturbed) -> None:
    assert disturbed.kills >= RECEIVING_KILLS
    for part, expected, found in zip(State._fields, undisturbed, disturbed.state, strict=True):
        assert found == expected, part
    assert len(undisturbed.receipts) > 40
    assert undisturbed.warnings


def test_two_commands_at_once_share_the_database_and_agree(calm: Command, undisturbed: State) -> None:
    shutil.rmtree(calm.home / "lake" / "runs")
    both = [calm.start("monitor", "run", "--month", MONTH, "--json") for _ in range(2)]
    hashes = [json.loads(ended(one))["result_hash"] for one in both]
    assert hashes == [undisturbed.run["result_hash"]] * 2
    assert not calm.database_runs


def test_the_database_outlives_a_killed_command_and_stops_with_the_next_that_ends_alone(calm: Command, undisturbed: State) -> None:
    assert undisturbed.run
    first, second = (calm.start("monitor", "run", "--month", MONTH, "--dry-run", "--json") for _ in range(2))
    while not calm.database_runs and first.poll() is None:
        time.sleep(0.005)
    first.kill()
    first.communicate()
    assert json.loads(ended(second))["result_hash"] == undisturbed.run["result_hash"]
    calm("monitor", "list")
    assert not calm.database_runs


def test_a_list_of_commands_that_one_was_killed_while_writing_is_begun_anew(calm: Command, undisturbed: State) -> None:
    assert undisturbed.run
    (calm.home / "postgres" / ".handle_pids.json").write_text("[123")
    calm("monitor", "list")
    assert not calm.database_runs
