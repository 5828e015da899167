"""The door to DuckDB: names bound to files, statements kept and fetched, one schema out."""

import ibis
import pyarrow as pa
import pytest

from minsheng.engine.backends.backend import Source, collect
from minsheng.engine.backends.duckdb_engine import DuckDB, connect
from minsheng.engine.lake import Lake

SCHEMA = pa.schema({"key": pa.int64(), "word": pa.string()})
ROWS = ibis.table(ibis.schema(SCHEMA), name="rows")
FILES = ("feed=x/a.parquet", "feed=x/b.parquet")


@pytest.fixture(params=["/folder", "memory://backend-lake"])
def lake(request: pytest.FixtureRequest, tmp_path: pytest.TempPathFactory) -> Lake:
    address = str(request.param)
    found = Lake(f"{tmp_path}{address}" if address.startswith("/") else address)
    found.write_table(FILES[0], pa.table({"key": [2, 1], "word": ["b", "a"]}))
    found.write_table(FILES[1], pa.table({"key": [3], "other": [9]}))
    found.write_table("beside.parquet", pa.table({"key": [7, 8], "position": [0, 1]}))
    return found


def fetched(lake: Lake, source: Source) -> list[dict[str, object]]:
    with DuckDB() as backend:
        backend.bind("rows", lake, source)
        rows = ibis.table(ibis.schema(source.schema), name="rows")
        table = collect(backend, rows, source.schema, ["key"])
    assert table.schema.equals(source.schema)
    return table.to_pylist()


def test_files_open_as_one_table_and_absent_columns_are_blank(lake: Lake) -> None:
    found = fetched(lake, Source(FILES, SCHEMA))
    assert found == [{"key": 1, "word": "a"}, {"key": 2, "word": "b"}, {"key": 3, "word": None}]


def test_a_column_that_no_file_has_is_blank(lake: Lake) -> None:
    assert fetched(lake, Source(FILES[1:], SCHEMA)) == [{"key": 3, "word": None}]


def test_no_file_has_no_rows(lake: Lake) -> None:
    assert fetched(lake, Source((), SCHEMA)) == []


def test_only_keys_of_the_range_are_read_and_rows_beside_it_at_its_position(lake: Lake) -> None:
    found = fetched(lake, Source(FILES, SCHEMA, "key", 2, 3, beside="beside.parquet", position=1))
    assert found == [{"key": 2, "word": "b"}, {"key": 8, "word": None}]


def test_origin_says_which_file_a_row_is_from(lake: Lake) -> None:
    schema = pa.schema({"key": pa.int64(), "from_file": pa.string()})
    found = fetched(lake, Source(FILES, schema, origin="from_file"))
    assert [row["from_file"] for row in found] == [lake.query_path(FILES[0])] * 2 + [lake.query_path(FILES[1])]


def test_kept_rows_stay_as_they_were_when_the_name_behind_them_is_bound_again(lake: Lake) -> None:
    with DuckDB() as backend:
        backend.bind("rows", lake, Source(FILES, SCHEMA))
        backend.keep("few", backend.compile(ROWS.filter(ROWS.key > 1)))
        backend.bind("rows", lake, Source((), SCHEMA))
        few = ibis.table(ibis.schema(SCHEMA), name="few")
        assert collect(backend, few, SCHEMA, ["key"])["key"].to_pylist() == [2, 3]
        backend.release()
        with pytest.raises(Exception, match="few"):
            collect(backend, few, SCHEMA)


def test_fetch_when_a_value_does_not_fit_then_raises() -> None:
    with DuckDB() as backend:
        backend.table("rows", pa.table({"key": ["many"], "word": ["a"]}))
        with pytest.raises(pa.ArrowInvalid):
            collect(backend, ROWS, SCHEMA)


def test_connection_takes_its_threads_and_fetches_nothing() -> None:
    connection = connect(threads=1, memory_limit="1GB")
    settings = "SELECT current_setting('threads'), current_setting('autoinstall_known_extensions')"
    assert connection.execute(settings).fetchone() == (1, False)
    connection.close()
