"""Reading capacities: one number for every township, or a CSV file with a line for each."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import ClassVar

from minsheng.engine.contracts.documents import Fault
from minsheng.engine.simulation.capacity import Capacity
from minsheng.kernel.divisions import DivisionCode, Level, NotADivisionCode
from minsheng.kernel.errors import Refusal

HEADERS = ("township", "capacity")
EVERYWHERE_ELSE = "*"


class CapacityFaults(Refusal):
    """A file of capacities cannot be used; `faults` lists every fault with its line."""

    code: ClassVar[str] = "capacity-faults"

    def __init__(self, faults: Sequence[Fault]) -> None:
        lines = "\n".join(f"  {fault}" for fault in faults)
        super().__init__(
            f"The capacities have {len(faults)} fault(s):\n{lines}\n",
            next_step="Write a number, or a CSV file with the columns township and capacity (township * for all others).",
        )
        self.faults = tuple(faults)


def read_capacity(given: str) -> Capacity:
    """The capacity that `40` or the path of a CSV file (township, capacity) says; raises CapacityFaults with every fault."""
    if given.isdecimal():
        return Capacity(otherwise=int(given))
    path = Path(given)
    if not path.is_file():
        raise CapacityFaults([Fault(given, 1, "", "is neither a number nor a file")])
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    if not rows or tuple(cell.strip() for cell in rows[0]) != HEADERS:
        raise CapacityFaults([Fault(path.name, 1, "", f"must begin with the columns {', '.join(HEADERS)}")])
    found: dict[str, int] = {}
    faults = [Fault(path.name, line, "", message) for line, row in enumerate(rows[1:], start=2) for message in _taken(row, found) if row]
    if faults:
        raise CapacityFaults(faults)
    otherwise = found.pop(EVERYWHERE_ELSE, None)
    return Capacity(found, otherwise)


def _taken(row: Sequence[str], found: dict[str, int]) -> Iterator[str]:
    """Take one line in; says what is wrong with it."""
    cells = [cell.strip() for cell in row]
    if len(cells) != len(HEADERS):
        yield f"has {len(cells)} cells instead of {len(HEADERS)}"
        return
    place = _township(cells[0])
    if place is None:
        yield f"{cells[0]!r} is not the code of a township"
    elif place in found:
        yield f"{cells[0]} is given twice"
    if not cells[1].isdecimal():
        yield f"{cells[1]!r} is not a number of households"
    elif place is not None:
        found[place] = int(cells[1])


def _township(written: str) -> str | None:
    if written == EVERYWHERE_ELSE:
        return written
    try:
        code = DivisionCode.parse(written)
    except NotADivisionCode:
        return None
    return code.text if code.level is Level.TOWNSHIP else None
