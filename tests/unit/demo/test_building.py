"""The world on disk: the same bytes every time, nothing overwritten, interrupted builds finished."""

import hashlib
import os
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from minsheng.demo.building import TRUTH, YEARLY_FEEDS, EmptyWorld, FolderTaken, WorldBuilt, build_world
from minsheng.demo.ground import NoSuchArea, read_ground
from minsheng.engine.contracts.loading import Catalogue
from minsheng.kernel.periods import Month, month_range
from minsheng.kernel.progress import SILENT

OCTOBER = Month(2026, 10)


def build(out: Path, *, seed: int = 5, households: int = 120, months: int = 2, history: int = 2) -> WorldBuilt:
    return build_world(households=households, months=months, seed=seed, out=out, last_month=OCTOBER, progress=SILENT, history=history)


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def times(folder: Path) -> dict[str, float]:
    return {str(path.relative_to(folder)): path.stat().st_mtime for path in folder.rglob("*/*") if path.is_file()}


def test_the_same_seed_gives_the_same_bytes_and_times(tmp_path: Path) -> None:
    build(tmp_path / "one")
    build(tmp_path / "two")
    assert digests(tmp_path / "one") == digests(tmp_path / "two")
    assert times(tmp_path / "one") == times(tmp_path / "two")


def test_another_seed_gives_another_world(tmp_path: Path) -> None:
    build(tmp_path / "one")
    build(tmp_path / "two", seed=6)
    one, two = digests(tmp_path / "one"), digests(tmp_path / "two")
    assert not {name for name in set(one) & set(two) if one[name] == two[name]}


def test_only_months_with_deliveries_and_the_truth_are_written(built: WorldBuilt) -> None:
    months = {str(month) for month in month_range(OCTOBER.plus(-13), OCTOBER)}
    assert {path.name for path in built.folder.iterdir()} == {*months, TRUTH}
    files = {str(path.relative_to(built.folder)) for path in built.folder.rglob("*/*")}
    assert files == {delivered.path for delivered in built.deliveries}
    assert not built.folder.with_name(built.folder.name + ".unfinished").exists()


def test_history_holds_the_feeds_that_are_summed_over_a_year(built: WorldBuilt) -> None:
    for month in month_range(OCTOBER.plus(-13), OCTOBER.plus(-3)):
        assert {path.name.split(".")[0] for path in (built.folder / str(month)).iterdir()} == set(YEARLY_FEEDS)


def test_a_full_month_holds_every_feed_that_is_due_but_the_missing_one(built: WorldBuilt, catalogue: Catalogue) -> None:
    for text in built.months:
        due = {feed for feed, contract in catalogue.items() if contract.expected_for(Month.parse(text))}
        there = {path.name.split(".")[0] for path in (built.folder / text).iterdir()}
        assert due - there == {feed for feed, month in built.missing if month == text}
    assert len(built.missing) == 1


def test_files_carry_their_day_of_arrival(built: WorldBuilt) -> None:
    late = [delivered for delivered in built.deliveries if delivered.trouble == "late"]
    assert len(late) == 2
    for delivered in built.deliveries:
        stamped = datetime.fromtimestamp((built.folder / delivered.path).stat().st_mtime, tz=UTC).date()
        assert str(stamped) == delivered.arrives_on


def test_the_truth_is_a_plain_table(built: WorldBuilt) -> None:
    truth = pl.read_parquet(built.folder / TRUTH)
    assert truth.columns == ["household_no", "month", "in_hardship", "newly", "severity", "cause"]
    assert truth["month"].unique().sort().to_list() == list(built.months)


def test_a_finished_world_is_found_again(built: WorldBuilt) -> None:
    again = build_world(households=600, months=3, seed=5, out=built.folder, last_month=OCTOBER, progress=SILENT)
    assert not again.fresh
    assert again.deliveries == built.deliveries
    assert again.people == built.people


def test_a_folder_that_holds_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "dear.txt").write_text("…")
    with pytest.raises(FolderTaken):
        build(tmp_path / "letters")
    assert (tmp_path / "letters" / "dear.txt").exists()


def test_a_world_from_another_recipe_is_refused(tmp_path: Path) -> None:
    build(tmp_path / "world")
    with pytest.raises(FolderTaken):
        build(tmp_path / "world", seed=6)


def test_an_empty_folder_is_used(tmp_path: Path) -> None:
    (tmp_path / "world").mkdir()
    assert build(tmp_path / "world").fresh


def test_an_interrupted_build_completes_when_run_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build(tmp_path / "whole")
    stamped = os.utime
    calls = iter(range(1000))

    def killed(path: Path, when: tuple[float, float]) -> None:
        if next(calls) == 17:
            raise KeyboardInterrupt
        stamped(path, when)

    monkeypatch.setattr(os, "utime", killed)
    with pytest.raises(KeyboardInterrupt):
        build(tmp_path / "world")
    assert not (tmp_path / "world").exists()
    monkeypatch.undo()
    build(tmp_path / "world")
    assert digests(tmp_path / "world") == digests(tmp_path / "whole")


def test_a_workplace_with_foreign_things_is_not_cleared(tmp_path: Path) -> None:
    (tmp_path / "world.unfinished").mkdir()
    (tmp_path / "world.unfinished" / "thesis.txt").write_text("…")
    with pytest.raises(FolderTaken):
        build(tmp_path / "world")
    assert (tmp_path / "world.unfinished" / "thesis.txt").exists()


def test_a_world_of_nothing_is_refused(tmp_path: Path) -> None:
    for empty in ({"households": 0}, {"months": 0}, {"history": -1}):
        with pytest.raises(EmptyWorld):
            build(tmp_path / "world", **empty)


def test_people_live_in_real_villages_of_the_area() -> None:
    ground = read_ground(1, "420106")
    assert all(code.startswith("420106") and len(code) == 12 for code in ground.villages)
    assert not any(code.startswith("420106") for code in ground.elsewhere)
    with pytest.raises(NoSuchArea):
        read_ground(1, "429999")


@pytest.mark.parametrize("households", [1, 2, 7])
def test_the_smallest_worlds_can_be_built(tmp_path: Path, households: int) -> None:
    built = build(tmp_path / "world", households=households)
    truth = pl.read_parquet(built.folder / TRUTH)
    assert truth.filter(month=str(OCTOBER)).height <= households + 2
    assert all((built.folder / delivered.path).stat().st_size > 0 for delivered in built.deliveries)
    assert len(built.deliveries) > 40
