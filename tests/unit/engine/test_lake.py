from pathlib import Path

import pyarrow as pa
import pytest

from minsheng.engine.lake import Lake, LakeMissing, Overlay

TABLE = pa.table({"person_key": [1, 2, 3], "word": ["a", None, "c"]})


@pytest.fixture(params=["folder", "memory"])
def lake(request: pytest.FixtureRequest, tmp_path: Path) -> Lake:
    return Lake(str(tmp_path / "lake") if request.param == "folder" else f"memory://{tmp_path.name}")


def test_equal_tables_give_equal_bytes(lake: Lake) -> None:
    first = lake.write_table("a/one.parquet", TABLE)
    assert first == lake.write_table("b/two.parquet", TABLE.slice(0)) == lake.digest("a/one.parquet")
    assert lake.read_table("a/one.parquet").equals(TABLE)


def test_a_file_appears_whole_or_not_at_all(lake: Lake) -> None:
    lake.write_bytes("kept", b"before")
    with pytest.raises(RuntimeError, match="interrupted"), lake.open_writer("kept") as stream:
        stream.write(b"half")
        raise RuntimeError("interrupted")
    assert lake.read_bytes("kept") == b"before"
    assert lake.list("") == ["kept"]


def test_what_is_not_there_is_refused_and_removing_it_is_quiet(lake: Lake) -> None:
    with pytest.raises(LakeMissing):
        lake.read_bytes("nothing")
    lake.remove("nothing")
    assert not lake.exists("nothing")
    assert lake.list("nowhere") == []


def test_an_overlay_reads_through_and_keeps_its_writes(lake: Lake, tmp_path: Path) -> None:
    lake.write_bytes("runs/old/x", b"below")
    over = Overlay(lake, str(tmp_path / "over"), unseen="runs/hidden")
    over.write_bytes("runs/new/y", b"above")
    lake.write_bytes("runs/hidden/z", b"secret")
    assert over.read_bytes("runs/old/x") == b"below"
    assert not lake.exists("runs/new/y")
    assert over.exists("runs/new/y") and not over.exists("runs/hidden/z")
    assert over.list("runs") == ["runs/new/y", "runs/old/x"]
