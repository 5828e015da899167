"""Rows about people whose household lies in another range than their key, or lay in another one last month.

They are few: who married or moved in, was born later, or was merged. One pass over each table finds them, and the range where
the person lives now reads them beside its own rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from minsheng.engine.backends.backend import Backend, Source, collect
from minsheng.engine.scoring.inputs import ORIGIN, RunInputs
from minsheng.engine.scoring.plan import InputFile
from minsheng.engine.scoring.ranges import EVERYTHING, KeyRange, position_by
from minsheng.engine.scoring.tables import TABLES

_KEY = pa.schema({"person_key": pa.int64()})
_ENDS = pa.schema({"first": pa.int64(), "last": pa.int64()})
_FEW = 1000
_POSITION = pa.field("position", pa.int64())


def crossing_rows(backend: Backend, run: RunInputs, people: ir.Table, ranges: Sequence[KeyRange], folder: str) -> Mapping[str, InputFile]:
    """Write the rows that cross, of every table by person; name → file with `position`, the range they belong to.

    `people` has person_key and household_key of everybody. With a single range nobody crosses, and nothing is written.
    """
    if len(ranges) < 2:
        return {}
    lives = people.select("person_key", position=position_by(people.household_key, [one.end_household for one in ranges]))
    run.bind(backend, EVERYTHING, {})
    crossers = _crossers(run, lives, ranges)
    backend.keep("crossers", backend.compile(crossers))
    few = _Few.of_all(backend, ibis.table(crossers.schema(), name="crossers"))
    found = {name: _of_ledger(backend, name, source, few) for name, source in run.tables_by_person().items() if source.origin}
    for name, source in run.tables_by_person().items():
        if not source.origin and source.paths:
            found[name] = _of_last_month(backend, run.last_month(name.removeprefix("last_")), name, lives, few, ranges)
    return {name: _written(run, f"{folder}/{name}.parquet", rows) for name, rows in found.items()}


@dataclass(frozen=True)
class _Few:
    """People (person_key, position) between a first and a last key, and all their keys if they are no more than `_FEW`."""

    people: ir.Table
    first: int | None
    last: int | None
    keys: Sequence[int]

    @classmethod
    def of_all(cls, backend: Backend, people: ir.Table) -> "_Few":
        """These people, a row each for every range that they live in."""
        ends = people.agg(first=people.person_key.min(), last=people.person_key.max())
        (between,) = collect(backend, ends, _ENDS).to_pylist()
        keys = collect(backend, people.select("person_key").distinct().limit(_FEW + 1), _KEY)["person_key"].to_numpy().tolist()
        return cls(people, **between, keys=keys if len(keys) <= _FEW else ())

    def rows_of(self, rows: ir.Table) -> ir.Table:
        """Their rows, with the position. An engine that is told the keys leaves most of a sorted file unread."""
        if self.first is None or self.last is None:
            return rows.limit(0).inner_join(self.people, "person_key")
        near = rows.filter(rows.person_key.between(self.first, self.last))
        chosen = near.filter(near.person_key.isin(self.keys)) if self.keys else near
        return chosen.inner_join(self.people, "person_key")


def _crossers(run: RunInputs, lives: ir.Table, ranges: Sequence[KeyRange]) -> ir.Table:
    """Every key under which ledgers know a person who lives in another range: person_key (as in ledgers), position."""
    crossing = lives.filter(lives.position != _key_position(lives.person_key, ranges)).distinct()
    if not run.has_merges:
        return crossing
    merged = run.register("redirects").inner_join(lives, [("into_key", "person_key")]).select("person_key", "position")
    return crossing.union(merged.filter(merged.position != _key_position(merged.person_key, ranges)), distinct=True)


def _key_position(keys: ir.IntegerColumn, ranges: Sequence[KeyRange]) -> ir.IntegerValue:
    return position_by(keys, [one.end_person for one in ranges])


def _of_ledger(backend: Backend, name: str, source: Source, crossers: _Few) -> pa.Table:
    rows = crossers.rows_of(ibis.table(ibis.schema(source.schema), name=name))
    return collect(backend, rows, source.schema.append(_POSITION), ("position", "person_key", ORIGIN, "row_number"))


def _of_last_month(backend: Backend, rows: ir.Table, name: str, lives: ir.Table, crossers: _Few, ranges: Sequence[KeyRange]) -> pa.Table:
    """Last month's rows of people who live in another range now than their household did then.

    Somebody who lives where the key says crosses only if the household then lay elsewhere: mostly nobody.
    """
    table = TABLES[name.removeprefix("last_")]
    schema = table.schema.append(_POSITION)
    then, by_key = position_by(rows.household_key, [one.end_household for one in ranges]), _key_position(rows.person_key, ranges)
    moved = [crossers.rows_of(rows.mutate(then=then))]
    astray = rows.mutate(then=then).filter(then != by_key)
    if collect(backend, astray.select("person_key").limit(1), _KEY).num_rows:
        home = lives.filter(lives.position == _key_position(lives.person_key, ranges))
        moved.append(astray.inner_join(home.distinct(), "person_key"))
    together = [collect(backend, one.filter(one.position != one.then), schema, ("position", *table.key)) for one in moved]
    return pa.concat_tables(together).sort_by([(name, "ascending") for name in ("position", *table.key)])


def _written(run: RunInputs, path: str, rows: pa.Table) -> InputFile:
    return InputFile(path, run.lake.write_table(path, rows))
