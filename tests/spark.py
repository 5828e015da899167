"""One Spark session for all tests of the stage `spark`, set for tables of a few rows."""

from functools import cache
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from minsheng.engine.backends.spark_engine import Spark

ON_SPARK = (pytest.mark.spark, pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"))
"""The marks of a test on Spark, whose own client leaves sockets to the garbage collector."""

_SMALL = {
    "spark.sql.shuffle.partitions": "1",
    "spark.default.parallelism": "1",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
}


@cache
def small_spark() -> "Spark":
    """The session; it ends with the process."""
    from minsheng.engine.backends.spark_engine import Spark

    return Spark("local[2]", _SMALL)
