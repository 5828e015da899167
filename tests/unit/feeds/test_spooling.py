"""What is laid aside comes back as it went, or sorted, however much of it had to go to disk."""

from pathlib import Path
from random import Random

import polars as pl
import pytest

from minsheng.domain.feeds import spooling
from minsheng.domain.feeds.spooling import Runs, Spool, as_arrow, as_frame, staying, write_file

ROWS = pl.DataFrame(
    {
        "person_key": Random(3).choices(range(1, 40), k=500),
        "row_number": range(500),
        "hospital": [None if at % 7 == 0 else f"h{at % 5}" for at in range(500)],
    }
)
NONE = pl.Series([], dtype=pl.Int64)


@pytest.mark.parametrize("held_rows", [0, 3, 60, 10_000])
@pytest.mark.parametrize("batch", [1, 7, 500])
def test_a_spool_gives_rows_back_in_order_and_leaves_no_file(tmp_path: Path, held_rows: int, batch: int) -> None:
    spool = Spool(tmp_path / "spool", held_rows=held_rows)
    for part in ROWS.iter_slices(batch):
        spool.add(part)
    assert (tmp_path / "spool").exists() == (held_rows < 500)
    assert pl.concat([as_frame(table) for table in spool]).equals(ROWS)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("held_rows", [0, 3, 60, 10_000])
@pytest.mark.parametrize("batch", [7, 500])
def test_runs_come_back_sorted_by_person_and_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held_rows: int, batch: int) -> None:
    monkeypatch.setattr(spooling, "_MARK_EVERY", 5)
    runs = Runs(tmp_path, held_rows=held_rows)
    for part in ROWS.sample(fraction=1, shuffle=True, seed=1).iter_slices(batch):
        runs.add(part)
    dropped = pl.Series([0, 17, 18, 499])
    parts = list(runs.sorted(dropped))
    assert (len(parts) > 3) == (held_rows < 500)
    assert pl.concat(parts).equals(ROWS.filter(~pl.col("row_number").is_in([0, 17, 18, 499])).sort("person_key", "row_number"))


def test_no_runs_are_no_rows(tmp_path: Path) -> None:
    assert list(Runs(tmp_path).sorted(NONE)) == []
    runs = Runs(tmp_path)
    runs.add(ROWS.clear())
    assert sum(part.height for part in runs.sorted(NONE)) == 0


def test_a_file_has_the_same_bytes_however_its_rows_are_parted(tmp_path: Path) -> None:
    def written(step: int) -> bytes:
        parts = (as_arrow(part) for part in ROWS.iter_slices(step))
        assert write_file(tmp_path / "file", parts, as_arrow(ROWS.clear())) == 500
        return (tmp_path / "file").read_bytes()

    assert written(1) == written(7) == written(500)


def test_dropped_rows_do_not_stay() -> None:
    table = as_arrow(ROWS)
    assert staying(table, NONE) is table
    assert as_frame(staying(table, pl.Series([3, 4, 600]))).equals(ROWS.filter(~pl.col("row_number").is_in([3, 4])))
