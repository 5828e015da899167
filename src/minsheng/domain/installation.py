"""What one installation is made of: its lake, its keys, its catalogue and what it may accept."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from minsheng.domain.places.boundary_files import Basemap
from minsheng.engine.backends.backend import Backend
from minsheng.engine.backends.choosing import open_engine
from minsheng.engine.contracts.loading import Catalogue
from minsheng.engine.lake import Lake
from minsheng.engine.simulation.capacity import Capacity
from minsheng.kernel.sealing import Keys


@dataclass(frozen=True)
class Installation:
    """Given to operations by whoever starts them; the core reads no settings of its own.

    `area` holds division-code prefixes; empty means wherever the registry's households live. `engine` computes the months: duckdb, or
    spark on the cluster at `spark_master`. `agreements_required`: nothing is received without a sharing agreement on record. Files on
    their way in through the browser lie in `uploads`, none larger than `upload_limit` bytes. `capacity`: how many households
    each township can have verified in a month. `basemap`: whose boundaries maps are drawn with, if any.
    """

    lake: Lake
    keys: Keys
    catalogue: Catalogue
    today: date
    area: tuple[str, ...] = ()
    made_up_allowed: bool = False
    model_folders: tuple[Path, ...] = ()
    threads: int | None = None
    engine: str = "duckdb"
    spark_master: str = ""
    agreements_required: bool = False
    uploads: Path | None = None
    upload_limit: int = 8_000_000_000
    capacity: Capacity = field(default_factory=Capacity)
    basemap: Basemap | None = None


def engine_of(installation: Installation) -> AbstractContextManager[Backend]:
    """Open the installation's engine; raises EngineMissing."""
    return open_engine(installation.engine, threads=installation.threads, spark_master=installation.spark_master)
