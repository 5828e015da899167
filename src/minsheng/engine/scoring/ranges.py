"""Cutting the register into ranges of households, so that a run's memory is bounded by a range and not by the population.

Result tables are kept in *buckets* of fixed width by household key; a range is one or more whole buckets, so that the same files come
out however many ranges there are. People are registered with their household, so a range's people have neighbouring keys, and
the ledgers, sorted by person, are read between two of them. Who lives elsewhere than the key says *crosses* (`crossing`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from minsheng.engine.backends.backend import Backend, collect
from minsheng.engine.indicators.values import whole
from minsheng.engine.lake import FINE

BUCKET_HOUSEHOLDS = 1 << 19
"""Household keys in a bucket: part of the layout of every result, so that changing it changes every result's bytes."""
_STEP = 1 << 12
Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class KeyRange:
    """Households and people whose keys lie in [first, end); an end that is None is open."""

    position: int
    buckets: tuple[int, ...]
    first_household: int | None
    end_household: int | None
    first_person: int | None
    end_person: int | None

    @property
    def households(self) -> tuple[int | None, int | None]:
        """First household key, and the end."""
        return self.first_household, self.end_household

    @property
    def people(self) -> tuple[int | None, int | None]:
        """First person key, and the end."""
        return self.first_person, self.end_person


EVERYTHING = KeyRange(0, (), None, None, None, None)
"""No bounds at all."""


@dataclass(frozen=True)
class Layout:
    """How wide a bucket is, how many are worked on at a time (None: all of them), and how many rows a row group of their files has."""

    bucket_households: int = BUCKET_HOUSEHOLDS
    buckets_at_a_time: int | None = 1
    row_group: int = FINE

    @property
    def kept(self) -> dict[str, int]:
        """What of it shows in the bytes of a result, as its manifest names it."""
        return {"bucket_households": self.bucket_households, "row_group": self.row_group}


def cut(backend: Backend, layout: Layout, households: ir.Table, people: ir.Table) -> list[KeyRange]:
    """The ranges of a register, in key order; together they hold every key.

    `households` has household_key, `people` household_key and person_key. People's keys are cut where as many lie below as
    belong to the households below, which leaves the fewest crossing when people are registered with their household.
    """
    buckets = _buckets(backend, layout, households, people)
    size = layout.buckets_at_a_time or len(buckets) or 1
    groups = [tuple(buckets[start : start + size]) for start in range(0, len(buckets), size)] or [(0,)]
    ends = [(group[-1] + 1) * layout.bucket_households for group in groups[:-1]]
    people_ends = _people_ends(backend, people, ends) if ends else []
    firsts, people_firsts = [None, *ends], [None, *people_ends]
    return [
        KeyRange(position, group, firsts[position], end, people_firsts[position], people_end)
        for position, (group, end, people_end) in enumerate(zip(groups, [*ends, None], [*people_ends, None], strict=True))
    ]


def position_by(column: ir.IntegerColumn, ends: Sequence[int | None]) -> ir.IntegerValue:
    """In which range each key lies, given where the ranges end."""
    inner = [end for end in ends if end is not None]
    return reduce(lambda total, end: total + (column >= whole(end)).cast("int64"), inner, whole(0))


def _start(keys: ir.IntegerValue, width: int) -> ir.IntegerValue:
    """Where the stretch of so many keys begins that a key lies in."""
    return keys - keys % whole(width)


def _buckets(backend: Backend, layout: Layout, households: ir.Table, people: ir.Table) -> list[int]:
    """The buckets of households on the register; somebody of another household belongs to the next one, or to a last one of their own."""
    width = layout.bucket_households
    found = households.select(start=_start(households.household_key, width)).distinct()
    last = people.agg(start=_start(people.household_key.max(), width))
    together = found.union(last.filter(last.start.notnull()), distinct=True)
    return [int(start) // width for start in _numbers(collect(backend, together, pa.schema({"start": pa.int64()}), ("start",)), "start")]


def _people_ends(backend: Backend, people: ir.Table, ends: Sequence[int]) -> list[int]:
    """For each end of a range of households the key below which as many people lie as belong to the households before it.

    People are first counted in stretches of keys, of which only those where an end falls are looked into: cut in the middle of a
    household, a range would have to have the rest of it brought from the next one.
    """
    start = _start(people.person_key, _STEP)
    placed = people.select(position=position_by(people.household_key, ends), start=start)
    counts = placed.group_by("position", "start").agg(number=ibis._.count())
    table = collect(backend, counts, pa.schema({name: pa.int64() for name in ("position", "start", "number")}), ("start", "position"))
    if not table.num_rows:
        return [0 for _ in ends]
    numbers = _numbers(table, "number")
    wanted = np.cumsum(np.bincount(_numbers(table, "position"), numbers, len(ends) + 1).astype(np.int64))[:-1]
    starts, first = np.unique(_numbers(table, "start"), return_index=True)
    below = np.concatenate([[0], np.cumsum(np.add.reduceat(numbers, first))])
    at = np.searchsorted(below[1:], wanted, side="right")
    stretches = np.append(starts, starts[-1] + _STEP)[at]
    inside = people.select("person_key").filter(start.isin(stretches.tolist()))
    keys = _numbers(collect(backend, inside, pa.schema({"person_key": pa.int64()}), ("person_key",)), "person_key")
    nth = np.searchsorted(keys, stretches) + wanted - below[at]
    return [int(keys[n]) if n < len(keys) else int(stretch) for n, stretch in zip(nth, stretches, strict=True)]


def _numbers(table: pa.Table, column: str) -> Numbers:
    return table[column].to_numpy().astype(np.int64)
