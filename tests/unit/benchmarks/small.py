"""How the tests name their small world."""

from dataclasses import dataclass
from typing import Any

PERSONS = 2_000


@dataclass(frozen=True)
class Given:
    """A folder and which deliveries are missing there."""

    folder: str
    absent: tuple[str, ...] = ()

    def words(self) -> dict[str, Any]:
        """The arguments of either side."""
        return {"folder": self.folder, "spec": {"persons": PERSONS, "absent": list(self.absent)}, "model": "gansu", "threads": 2}
