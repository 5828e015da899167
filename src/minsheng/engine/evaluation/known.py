"""Outcomes that are known only for some: each is weighed by how many it stands for.

Whoever was warned is visited more often than whoever was not; counted as they come, the visited would paint too dark a picture.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from minsheng.engine.evaluation.arrays import Flags, Floats, codes_of


@dataclass(frozen=True)
class Stratum:
    """Cases that had one chance of being known: how many there are, and of how many the outcome is known."""

    name: str
    cases: int
    known: int

    @property
    def weight(self) -> float:
        """How many cases each known one stands for; 0 where none is known."""
        return self.cases / self.known if self.known else 0.0


@dataclass(frozen=True)
class Coverage:
    """What the known outcomes stand for. Where strata are missing, nothing can be said about everybody (`missing` names them)."""

    strata: tuple[Stratum, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Strata with cases of which none is known."""
        return tuple(one.name for one in self.strata if one.cases and not one.known)

    @property
    def everybody(self) -> bool:
        """Whether the known outcomes stand for all cases."""
        return not self.missing


def inverse_chances(strata: Sequence[Flags], names: Sequence[str], known: Flags, given: Floats | None = None) -> tuple[Floats, Coverage]:
    """The weight of every case: the inverse of its stratum's chance of being known, 0 where it is unknown.

    strata: for each stratum the flags of its cases, which exclude one another. given: weights of a survey's own, which are scaled to
    the stratum's number of cases.
    """
    weight = np.zeros(len(known))
    found = []
    for name, rows in zip(names, strata, strict=True):
        seen = rows & known
        own = np.ones(int(seen.sum())) if given is None else given[seen]
        if own.sum() > 0:
            weight[seen] = own * (rows.sum() / own.sum())
        found.append(Stratum(name, int(rows.sum()), int(seen.sum())))
    return weight, Coverage(tuple(found))


def strata_of(labels: np.ndarray[tuple[int], np.dtype[np.str_]]) -> tuple[list[Flags], list[str]]:
    """Flags and names of the strata that text labels make."""
    codes, count = codes_of(labels)
    distinct = np.unique(labels)
    return [codes == at for at in range(count)], [str(name) for name in distinct]
