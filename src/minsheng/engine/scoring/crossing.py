"""Rows about people whose household lies in another range than their key, or lay in another one last month.

They are few: who married or moved in, was born later, or was merged. One pass over each table finds them, and the range where
the person lives now reads them beside its own rows.
"""

from collections.abc import Mapping, Sequence

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from minsheng.engine.backends.backend import Backend, Source, collect
from minsheng.engine.scoring.inputs import ORIGIN, RunInputs
from minsheng.engine.scoring.plan import InputFile
from minsheng.engine.scoring.ranges import EVERYTHING, KeyRange, position_by
from minsheng.engine.scoring.tables import TABLES

_KEY = pa.schema({"person_key": pa.int64()})
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
    keys = ibis.table(crossers.schema(), name="crossers")
    few = collect(backend, keys.limit(_FEW + 1), _KEY)["person_key"].to_pylist()
    found = {name: _of_ledger(backend, name, source, keys, few) for name, source in run.tables_by_person().items() if source.origin}
    for name, source in run.tables_by_person().items():
        if not source.origin and source.paths:
            found[name] = _of_last_month(backend, run, name, lives, people, ranges)
    return {name: _written(run, f"{folder}/{name}.parquet", rows) for name, rows in found.items()}


def _crossers(run: RunInputs, lives: ir.Table, ranges: Sequence[KeyRange]) -> ir.Table:
    """Every key under which ledgers know a person who lives in another range: person_key (as in ledgers), position."""
    crossing = lives.filter(lives.position != _key_position(lives.person_key, ranges))
    if not run.has_merges:
        return crossing
    merged = run.register("redirects").inner_join(lives, [("into_key", "person_key")]).select("person_key", "position")
    return crossing.union(merged.filter(merged.position != _key_position(merged.person_key, ranges)), distinct=True)


def _key_position(keys: ir.IntegerColumn, ranges: Sequence[KeyRange]) -> ir.IntegerValue:
    return position_by(keys, [one.end_person for one in ranges])


def _of_ledger(backend: Backend, name: str, source: Source, crossers: ir.Table, few: Sequence[object]) -> pa.Table:
    rows = ibis.table(ibis.schema(source.schema), name=name)
    if len(few) <= _FEW:
        rows = rows.filter(rows.person_key.isin(few)) if few else rows.limit(0)
    joined = rows.inner_join(crossers, "person_key")
    return collect(backend, joined, source.schema.append(_POSITION), ("position", "person_key", ORIGIN, "row_number"))


def _of_last_month(backend: Backend, run: RunInputs, name: str, lives: ir.Table, people: ir.Table, ranges: Sequence[KeyRange]) -> pa.Table:
    """Last month's rows of people who live in another range now: first who they are, range by range, then their rows."""
    table = name.removeprefix("last_")
    schema, rows, here = TABLES[table].schema, run.last_month(table), people.select("person_key")
    backend.table("moved", pa.concat_tables([_moved_away(backend, run, one, rows, here) for one in ranges]))
    run.bind(backend, EVERYTHING, {})
    placed = lives.semi_join(ibis.table(ibis.schema(_KEY), name="moved"), "person_key")
    backend.keep("placed", backend.compile(placed))
    joined = rows.inner_join(ibis.table(placed.schema(), name="placed"), "person_key")
    return collect(backend, joined, schema.append(_POSITION), ("position", *TABLES[table].key))


def _moved_away(backend: Backend, run: RunInputs, one: KeyRange, rows: ir.Table, here: ir.Table) -> pa.Table:
    """The people of whom last month spoke in this range, and who are not in it now."""
    run.bind(backend, one, {})
    return collect(backend, rows.select("person_key").anti_join(here, "person_key").distinct(), _KEY)


def _written(run: RunInputs, path: str, rows: pa.Table) -> InputFile:
    return InputFile(path, run.lake.write_table(path, rows))
