"""The door to DuckDB: files in, expressions computed, one schema out."""

import pyarrow as pa
import pytest

from minsheng.engine.backends.duckdb_engine import DuckDB, connect
from minsheng.engine.lake import Lake

SCHEMA = pa.schema({"key": pa.int64(), "word": pa.string()})


@pytest.fixture(params=["/folder", "memory://backend-lake"])
def lake(request: pytest.FixtureRequest, tmp_path: pytest.TempPathFactory) -> Lake:
    address = str(request.param)
    found = Lake(f"{tmp_path}{address}" if address.startswith("/") else address)
    found.write_table("feed=x/a.parquet", pa.table({"key": [2, 1], "word": ["b", "a"]}))
    found.write_table("feed=x/b.parquet", pa.table({"key": [3]}))
    return found


def test_files_open_as_one_table_and_absent_columns_are_blank(lake: Lake) -> None:
    with DuckDB() as backend:
        rows = backend.parquet(lake, ["feed=x/a.parquet", "feed=x/b.parquet"])
        assert sorted(rows.columns) == ["key", "word"]
        found = backend.collect(rows, SCHEMA, ["key"])
    assert found.to_pylist() == [{"key": 1, "word": "a"}, {"key": 2, "word": "b"}, {"key": 3, "word": None}]
    assert found.schema.equals(SCHEMA)


def test_origin_says_which_file_a_row_is_from(lake: Lake) -> None:
    with DuckDB() as backend:
        rows = backend.parquet(lake, ["feed=x/a.parquet", "feed=x/b.parquet"], origin="word_of_file")
        schema = pa.schema({"key": pa.int64(), "word_of_file": pa.string()})
        found = backend.collect(rows, schema, ["key"])["word_of_file"].to_pylist()
    assert found == [lake.query_path("feed=x/a.parquet")] * 2 + [lake.query_path("feed=x/b.parquet")]


def test_named_expressions_and_tables_can_be_built_upon() -> None:
    with DuckDB() as backend:
        rows = backend.named(backend.table(pa.table({"key": [1, 2], "word": ["a", "b"]})))
        assert backend.collect(rows.filter(rows.key > 1), SCHEMA, ()).to_pylist() == [{"key": 2, "word": "b"}]


def test_collect_when_a_value_does_not_fit_then_raises() -> None:
    with DuckDB() as backend, pytest.raises(pa.ArrowInvalid):
        backend.collect(backend.table(pa.table({"key": ["many"], "word": ["a"]})), SCHEMA, ())


def test_connection_takes_its_threads_and_fetches_nothing() -> None:
    connection = connect(threads=1, memory_limit="1GB")
    settings = "SELECT current_setting('threads'), current_setting('autoinstall_known_extensions')"
    assert connection.execute(settings).fetchone() == (1, False)
    connection.close()
