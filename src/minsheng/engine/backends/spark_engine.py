"""Spark: the nation on a cluster, by the same expressions over the same lake."""

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from typing import cast

import ibis
import pyarrow as pa
import pyspark
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import col, lit

from minsheng.engine.backends.backend import Source
from minsheng.engine.lake import Lake

_TYPES = {"int64": "bigint", "string": "string", "bool": "boolean", "date32[day]": "date"}
_SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.shuffle.partitions": "8",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.log.level": "ERROR",
}
_NONE: Mapping[str, str] = {}
_ON_ONE_MACHINE = {"spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1"}


class Spark:
    """The computation on one Spark session, which is stopped with it; use as a context manager.

    `master` is a cluster's address, or `local[2]` for this machine with two cores; `settings` are Spark's own. The lake's files are
    read by the executors, so their address must mean the same to all of them. Only result tables come to the driver, one range of
    households at a time.
    """

    def __init__(self, master: str = "local[*]", settings: Mapping[str, str] = _NONE) -> None:
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        settings = _SETTINGS | (_ON_ONE_MACHINE if master.startswith("local") else {}) | dict(settings)
        builder = SparkSession.builder.appName("minsheng").master(master)
        self._session = reduce(lambda made, pair: made.config(*pair), settings.items(), builder).getOrCreate()
        self._kept: set[str] = set()

    def bind(self, name: str, lake: Lake, source: Source) -> None:
        """Let a name stand for files of the lake, as a view."""
        parts = [self._reading(lake, path, source) for path in source.paths]
        if source.beside is not None:
            rows = self._session.read.parquet(_address(lake, source.beside))
            parts.append(_shaped(rows.filter(rows["position"] == source.position), source.schema))
        empty = self._session.createDataFrame([], ", ".join(f"`{one.name}` {_TYPES[str(one.type)]}" for one in source.schema))
        reduce(DataFrame.unionByName, parts or [empty]).createOrReplaceTempView(name)

    def table(self, name: str, rows: pa.Table) -> None:
        """Let a name stand for an Arrow table."""
        self._session.createDataFrame(rows).createOrReplaceTempView(name)

    def compile(self, expression: ibis.Table) -> str:
        """The expression as Spark's SQL."""
        return str(ibis.to_sql(expression, dialect="pyspark"))

    def keep(self, name: str, statement: str) -> None:
        """Compute a statement and hold its rows on the executors, so that what reads them need not know how they came about."""
        self._session.sql(statement).localCheckpoint(eager=True).createOrReplaceTempView(name)
        self._kept.add(name)

    def fetch(self, statement: str, schema: pa.Schema) -> pa.Table:
        """Compute a statement and bring its rows to the driver with exactly this schema in one chunk."""
        return cast("pa.Table", self._session.sql(statement).toArrow()).cast(schema).combine_chunks()

    def release(self, names: Iterable[str] | None = None) -> None:
        """Let go of kept rows: these, or all; the executors forget them when they clean up."""
        for name in list(self._kept if names is None else names):
            self._session.catalog.dropTempView(name)
            self._kept.discard(name)

    def versions(self) -> dict[str, str]:
        """The versions of Spark and Ibis."""
        return {"spark": pyspark.__version__, "ibis": ibis.__version__}

    def close(self) -> None:
        """Stop the session."""
        self._session.stop()

    def __enter__(self) -> "Spark":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _reading(self, lake: Lake, path: str, source: Source) -> DataFrame:
        rows = self._session.read.parquet(_address(lake, path))
        if source.origin is not None:
            rows = rows.withColumn(source.origin, lit(lake.query_path(path)))
        for test in _between(source):
            rows = rows.filter(test)
        return _shaped(rows, source.schema)


def _address(lake: Lake, path: str) -> str:
    address = lake.query_path(path)
    return f"file://{address}" if lake.is_local else address


def _between(source: Source) -> Sequence[str]:
    tests = [(">=", source.first), ("<", source.end)]
    return [f"`{source.column}` {sign} {bound}" for sign, bound in tests if source.column is not None and bound is not None]


def _shaped(rows: DataFrame, schema: pa.Schema) -> DataFrame:
    columns = [
        (col(f"`{one.name}`") if one.name in rows.columns else lit(None)).cast(_TYPES[str(one.type)]).alias(one.name) for one in schema
    ]
    return rows.select(*columns)
