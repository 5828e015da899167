"""What a stored month holds of a range of households: the tables that a changed model is computed from."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
import pyarrow as pa

from minsheng.engine.simulation.arrays import Coded, Ints, coded, ints, paired, positions


@dataclass(frozen=True)
class StoredRange:
    """The stored tables of one range, each sorted by its key; see `engine.scoring.tables` for their columns.

    carried: the rows of `points` carried from last month. last_scores: household_key and score_level of last month's run. The
    register's tables hold the range's households and people.
    """

    scores: pa.Table
    values: pa.Table
    carried: pa.Table
    warnings: pa.Table
    hits: pa.Table
    last_scores: pa.Table
    households: pa.Table
    members: pa.Table
    deceased: pa.Table
    tags: pa.Table
    verdicts: pa.Table
    verdict_hits: pa.Table

    @cached_property
    def roll(self) -> Ints:
        """The keys of the range's households, in order."""
        return ints(self.scores, "household_key")


@dataclass(frozen=True)
class StoredMonth:
    """A stored month, range by range; `last_points` gives person_key, indicator and points of last month's run in batches.

    Person keys are as stored; `merged` gives those that count now.
    """

    ranges: Callable[[], Iterator[StoredRange]]
    last_points: Callable[[], Iterator[pa.Table]]
    merged: Callable[[Ints], Ints]


def merging(redirects: pa.Table | None) -> Callable[[Ints], Ints]:
    """Person keys → the keys of those they were merged into."""
    if redirects is None or not redirects.num_rows:
        return lambda keys: keys
    old, into = ints(redirects, "person_key"), ints(redirects, "into_key")
    order = np.argsort(old)
    old, into = old[order], into[order]

    def merged(keys: Ints) -> Ints:
        at = positions(old, keys)
        return np.where(at >= 0, into[at], keys)

    return merged


def categories_of(stored: StoredRange, merged: Callable[[Ints], Ints], households: Ints, persons: Ints) -> Coded:
    """The category under which each (household, person) stands in the register: as a member, or else as one who died."""
    people = pa.concat_tables([table.select(["household_key", "person_key", "category"]) for table in (stored.members, stored.deceased)])
    category = coded(people, "category")
    wanted, known = paired(households, persons, (ints(people, "household_key"), merged(ints(people, "person_key"))))
    order = np.argsort(known, kind="stable")
    known, codes = known[order], category.codes[order]
    if not len(known):
        return Coded(np.full(len(wanted), -1, dtype=np.int32), category.names)
    at = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    return Coded(np.where(known[at] == wanted, codes[at], -1).astype(np.int32), category.names)


def divisions_of(stored: StoredRange, keys: Ints) -> pl.Series:
    """The division code of each household; empty where the register names none."""
    place = positions(ints(stored.households, "household_key"), keys)
    division = coded(stored.households, "division")
    names = pl.Series([*division.names, ""], dtype=pl.String)
    codes = np.where(place >= 0, np.append(division.codes, -1)[place], -1)
    return names.gather(np.where(codes < 0, len(names) - 1, codes))
