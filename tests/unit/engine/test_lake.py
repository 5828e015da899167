import hashlib
import io
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from minsheng.engine.lake import FINE, Lake, LakeMissing, Overlay, ParquetStream, group_of, write_parquet

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


ROWS = 600_000


def _parted(table: pa.Table, step: int) -> pa.Table:
    return pa.concat_tables([table.slice(at, step) for at in range(0, table.num_rows, step)])


def test_a_file_written_in_a_stream_has_the_bytes_of_one_written_whole() -> None:
    table = pa.table({"at": range(ROWS), "text": pa.array([f"t{at % 50_000}" for at in range(ROWS)], pa.large_string())})
    whole = io.BytesIO()
    pq.write_table(table, whole, compression="zstd", row_group_size=256 * 1024, store_schema=False, use_dictionary=True)
    for step in (ROWS, 100_003, 262_144):
        streamed = io.BytesIO()
        stream = ParquetStream(streamed, table.schema)
        for at in range(0, ROWS, step):
            stream.write(table.slice(at, step))
        stream.close()
        assert streamed.getvalue() == whole.getvalue()
    chunked = io.BytesIO()
    write_parquet(_parted(table, 7_001), chunked)
    assert chunked.getvalue() == whole.getvalue()


def test_a_stream_without_rows_is_a_table_without_rows() -> None:
    empty = pa.table({"at": pa.array([], pa.int64())})
    whole, streamed = io.BytesIO(), io.BytesIO()
    pq.write_table(empty, whole, compression="zstd", store_schema=False)
    ParquetStream(streamed, empty.schema).close()
    assert streamed.getvalue() == whole.getvalue()


def test_scratch_is_hidden_taken_in_whole_and_gone_afterwards(lake: Lake) -> None:
    with lake.scratch() as folder:
        (folder / "rows").write_bytes(b"content")
        assert lake.list("") == []
        assert lake.take_in(folder / "rows", "a/b.parquet") == hashlib.sha256(b"content").hexdigest()
        (folder / "rest").write_bytes(b"rest")
    assert not folder.exists()
    assert lake.list("") == ["a/b.parquet"]
    assert lake.read_bytes("a/b.parquet") == b"content"


def test_scratch_of_a_killed_process_goes_with_the_next_and_that_of_a_living_one_stays(tmp_path: Path) -> None:
    leave = "import os, sys; from minsheng.engine.lake import Lake; held = Lake(sys.argv[1]).scratch(); held.__enter__(); os._exit(1)"
    subprocess.run([sys.executable, "-c", leave, str(tmp_path)], check=False)
    [left] = tmp_path.iterdir()
    lake = Lake(str(tmp_path))
    with lake.scratch() as first:
        assert not left.exists()
        with lake.scratch() as second:
            assert sorted(tmp_path.iterdir()) == sorted([first, second])
    assert list(tmp_path.iterdir()) == []


def test_a_table_for_looking_up_is_cut_finely_and_has_the_same_bytes_however_it_is_chunked() -> None:
    table = pa.table({"household_key": range(3 * FINE + 5)})
    whole, chunked = io.BytesIO(), io.BytesIO()
    write_parquet(table, whole, group=FINE)
    write_parquet(_parted(table, 7_001), chunked, group=FINE)
    assert chunked.getvalue() == whole.getvalue()
    assert [pq.ParquetFile(whole).metadata.row_group(at).num_rows for at in range(4)] == [FINE, FINE, FINE, 5]


@pytest.mark.parametrize("rows", [0, 1, 4_100_000, 4_194_304, 4_194_305, 80_000_000])
def test_a_large_table_has_some_hundreds_of_groups_at_most(rows: int) -> None:
    group = group_of(rows)
    assert group % FINE == 0
    assert rows / group <= 512
    assert group == FINE or rows / (group - FINE) > 512
