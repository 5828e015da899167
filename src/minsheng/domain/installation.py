"""What one installation is made of: its lake, its keys, its catalogue and what it may accept."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from minsheng.engine.contracts.loading import Catalogue
from minsheng.engine.lake import Lake
from minsheng.kernel.sealing import Keys


@dataclass(frozen=True)
class Installation:
    """Given to operations by whoever starts them; the core reads no settings of its own.

    `area` holds division-code prefixes; empty means wherever the registry's households live.
    """

    lake: Lake
    keys: Keys
    catalogue: Catalogue
    today: date
    area: tuple[str, ...] = ()
    made_up_allowed: bool = False
    model_folders: tuple[Path, ...] = ()
    threads: int | None = None
