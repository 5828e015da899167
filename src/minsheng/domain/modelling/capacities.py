"""What townships can verify in a month, as a person writes it: one number for all, and lines for those with another."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from minsheng.engine.simulation.capacity import Capacity
from minsheng.engine.simulation.capacity_file import EVERYWHERE_ELSE, HEADERS, read_capacity


def capacity_of(otherwise: str, lines: Sequence[str] = ()) -> Capacity:
    """The capacity that a number (empty: no limit) and lines `township,capacity` say; raises CapacityFaults with every fault."""
    written = [line.strip().replace("，", ",") for line in lines if line.strip()]
    if not otherwise.strip() and not written:
        return Capacity()
    everywhere = [f"{EVERYWHERE_ELSE},{otherwise.strip()}"] if otherwise.strip() else []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "capacity.csv")
        path.write_text("\n".join([",".join(HEADERS), *written, *everywhere]) + "\n", encoding="utf-8")
        return read_capacity(str(path))
