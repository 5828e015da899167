"""A small district walks the whole loop with the command, as a person would."""

import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.journeys.command import Command

HOUSEHOLDS = 400
LAST = "2026-10"
FIRST = "2026-09"


@pytest.fixture(scope="module")
def minsheng(tmp_path_factory: pytest.TempPathFactory) -> Command:
    return Command(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def world(minsheng: Command, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("world") / "district"
    minsheng("demo", "build", "--households", str(HOUSEHOLDS), "--months", "2", "--seed", "7", "--last-month", LAST, "--out", str(out))
    minsheng("init")
    return out


@pytest.fixture(scope="module")
def receipts(minsheng: Command, world: Path) -> list[dict[str, Any]]:
    received: list[dict[str, Any]] = minsheng.json("feeds", "receive", str(world))
    return received


@pytest.fixture(scope="module")
def runs(minsheng: Command, receipts: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    assert receipts
    return {month: minsheng.json("monitor", "run", "--month", month) for month in (FIRST, LAST)}


def test_every_receipt_balances_and_only_expected_ones_are_held(receipts: list[dict[str, Any]]) -> None:
    for receipt in receipts:
        assert receipt["read"] == receipt["accepted"] + receipt["duplicate"] + receipt["quarantined"] + receipt["out_of_area"], receipt
    assert {receipt["status"] for receipt in receipts} <= {"received", "held"}
    assert sum(receipt["status"] == "received" for receipt in receipts) > 40


def test_receiving_the_same_files_again_receives_nothing(minsheng: Command, world: Path, receipts: list[dict[str, Any]]) -> None:
    again = minsheng.json("feeds", "receive", str(world / LAST))
    assert len(again) == sum(receipt["month"] == LAST for receipt in receipts)
    assert {receipt["status"] for receipt in again} == {"already_received"}


def test_a_run_says_what_it_found(runs: dict[str, dict[str, Any]]) -> None:
    for run in runs.values():
        assert {
            "run",
            "model",
            "households",
            "persons",
            "by_level",
            "by_change",
            "warnings",
            "suppressed",
            "unknown",
            "result_hash",
            "seconds",
        } <= set(run)
        assert sum(run["by_level"].values()) == run["households"]
    assert abs(runs[LAST]["households"] - HOUSEHOLDS) < HOUSEHOLDS * 0.1
    assert runs[LAST]["by_level"]["none"] > runs[LAST]["households"] * 0.7


def test_the_same_month_again_is_the_same_run_with_the_same_bytes(minsheng: Command, runs: dict[str, dict[str, Any]]) -> None:
    again = minsheng.json("monitor", "run", "--month", LAST)
    assert (again["run"], again["result_hash"]) == (runs[LAST]["run"], runs[LAST]["result_hash"])
    replayed = minsheng.json("monitor", "replay", "--month", LAST)
    assert replayed["same_bytes"] is True


def test_a_dry_run_touches_nothing(minsheng: Command, runs: dict[str, dict[str, Any]]) -> None:
    before = sorted(path for path in (minsheng.home / "lake").rglob("*"))
    tried = minsheng.json("monitor", "run", "--month", LAST, "--model", "wuchang", "--dry-run")
    assert tried["households"] == runs[LAST]["households"]
    assert sorted(path for path in (minsheng.home / "lake").rglob("*")) == before
    assert [line["model"].split("@")[0] for line in minsheng.json("monitor", "list")] == ["gansu", "gansu"]


def test_another_model_on_a_past_month_is_compared_and_does_not_become_current(minsheng: Command, runs: dict[str, dict[str, Any]]) -> None:
    other = minsheng.json("monitor", "replay", "--month", LAST, "--model", "wuchang")["outcome"]
    compared = minsheng.json("monitor", "compare", runs[LAST]["run"], other["run"])
    assert sum(compared["movements"].values()) == compared["households"]
    assert [line["run"] for line in minsheng.json("monitor", "list")] == [runs[FIRST]["run"], runs[LAST]["run"]]


def test_warnings_are_listed_explained_and_exported_in_three_formats(
    minsheng: Command, runs: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    listed = minsheng.json("warnings", "list", "--month", LAST)
    assert len(listed) == runs[LAST]["warnings"]
    for ending in ("csv", "xlsx", "parquet"):
        out = tmp_path / f"warnings.{ending}"
        minsheng("warnings", "export", "--month", LAST, "--out", str(out))
        frame = {"csv": pl.read_csv, "parquet": pl.read_parquet}.get(ending)
        if frame is not None:
            found = frame(out)
            assert {"household", "division", "level", "score", "change", "indicators", "reason_zh", "reason_en"} <= set(found.columns)
            assert found.height == len(listed)
    first = listed[0]
    explained = minsheng.json("monitor", "explain", "--household", first["household"], "--month", LAST)
    assert sum(step["change"] for step in explained["steps"]) == explained["score"] == first["score"]
    assert explained["sentences"] == {"zh": first["reason_zh"], "en": first["reason_en"]}
    for lang in ("zh", "en"):
        assert first["household"] in minsheng("monitor", "explain", "--household", first["household"], "--month", LAST, "--lang", lang)


def test_quarantined_rows_come_back_in_their_own_columns_and_mend_their_delivery(
    minsheng: Command, receipts: list[dict[str, Any]], runs: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    assert runs
    faulty = max((one for one in receipts if one["status"] == "received" and one["month"] == LAST), key=lambda one: one["quarantined"])
    out = tmp_path / "rejected.csv"
    answer = minsheng.json("feeds", "rejected", faulty["delivery"], "--out", str(out))
    assert answer["rows"] == faulty["quarantined"] > 0
    sent_back = pl.read_csv(out, infer_schema=False)
    assert sent_back.height == faulty["quarantined"]
    assert sent_back.columns[:4] == ["回执号", "原行号", "问题列", "原因"]
    assert set(sent_back["回执号"]) == {faulty["delivery"]}


def test_refusals_say_what_to_do_and_exit_with_one_and_wrong_usage_with_two(minsheng: Command, runs: dict[str, dict[str, Any]]) -> None:
    assert runs
    for words in (
        ("feeds", "show", "no_such_feed"),
        ("feeds", "release", "nothing", "--reason", "x"),
        ("monitor", "run", "--month", "2026-13"),
        ("monitor", "run", "--month", LAST, "--model", "nobody"),
        ("monitor", "explain", "--household", "nobody", "--month", LAST),
        ("warnings", "export", "--month", LAST, "--out", "warnings.pdf"),
        ("identity", "decide", "999999", "--outside"),
    ):
        answer = minsheng.json(*words, code=1)
        assert answer["error"] and answer["message"] and answer["next_step"], words
    minsheng("monitor", "run", code=2)
    minsheng("no-such-command", code=2)


def test_the_lake_holds_no_name_and_no_number_in_the_clear(minsheng: Command, world: Path, runs: dict[str, dict[str, Any]]) -> None:
    assert runs
    number = re.compile(rb"999\d{14}[\dX]")
    files = [path for path in (minsheng.home / "lake").rglob("*") if path.is_file()]
    assert len(files) > 100
    for path in files:
        if path.suffix == ".parquet":
            texts = pl.read_parquet(path).select(pl.col(pl.String))
            for column in texts.columns:
                found = texts[column].drop_nulls().str.contains(r"\d{17}[\dXx]").any()
                assert not found, f"{path.name}: {column}"
            assert not {"name", "number", "phone", "account", "address", "mother_number", "head_number"} & set(texts.columns), path
        else:
            assert not number.search(path.read_bytes()), path


def test_doctor_finds_everything_in_order(minsheng: Command, runs: dict[str, dict[str, Any]]) -> None:
    assert runs
    assert all(finding["ok"] for finding in minsheng.json("doctor"))
