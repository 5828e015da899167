"""Opening the engine that an installation names."""

import re
import shutil
import subprocess
from contextlib import AbstractContextManager
from importlib.util import find_spec
from typing import ClassVar, Literal

from minsheng.engine.backends.backend import Backend
from minsheng.engine.backends.duckdb_engine import DuckDB, connect
from minsheng.kernel.errors import Refusal

EngineName = Literal["duckdb", "spark"]
ENGINES: tuple[EngineName, ...] = ("duckdb", "spark")
JAVA_NEEDED = 17


class EngineMissing(Refusal):
    """The engine asked for is not installed, or is no engine."""

    code: ClassVar[str] = "engine-missing"


def open_engine(name: str, *, threads: int | None = None, spark_master: str = "") -> AbstractContextManager[Backend]:
    """Open an engine; raises EngineMissing. `spark_master` is a cluster's address; without one Spark runs on this machine."""
    if name == "duckdb":
        return DuckDB(connect(threads=threads))
    if name != "spark":
        raise EngineMissing(f"There is no engine {name!r}.", next_step=f"Choose one of: {', '.join(ENGINES)}.")
    check_spark()
    from minsheng.engine.backends.spark_engine import Spark

    return Spark(spark_master or f"local[{threads or '*'}]")


def check_spark() -> str:
    """What Spark would run on, in words; raises EngineMissing if Java or the package is missing."""
    if find_spec("pyspark") is None:
        raise EngineMissing("Spark is not installed.", next_step='Install the extra: pip install "minsheng[spark]", or make setup-spark.')
    found = _java_version()
    if found is None or found < JAVA_NEEDED:
        said = "There is no Java here." if found is None else f"Java {found} is too old."
        raise EngineMissing(said, next_step=f"Install Java {JAVA_NEEDED}, e.g. Debian's openjdk-17-jre-headless, and set JAVA_HOME.")
    return f"Java {found}"


def _java_version() -> int | None:
    java = shutil.which("java")
    if java is None:
        return None
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr  # noqa: S603 - the Java on the path, asked for its version
    version = re.search(r'version "(\d+)', said)
    return int(version.group(1)) if version else None
