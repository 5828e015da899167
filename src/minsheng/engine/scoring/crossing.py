"""Rows about people whose household lies in another range than their key, or lay in another one last month.

They are few: who married or moved in, was born later, or was merged. One pass over each table finds them, and the range where
the person lives now reads them beside its own rows.
"""

from collections.abc import Mapping, Sequence

import ibis.expr.types as ir
import pyarrow as pa

from minsheng.engine.scoring.inputs import ORIGIN, Register
from minsheng.engine.scoring.plan import InputFile
from minsheng.engine.scoring.ranges import KeyRange, position_by
from minsheng.engine.scoring.tables import TABLES

_LAST_MONTH = ("points", "reverse")


def crossing_rows(register: Register, ranges: Sequence[KeyRange], folder: str) -> Mapping[str, InputFile]:
    """Write the crossing rows of every ledger and of last month's tables; feed or table → file with `position`, the range they belong to.

    With a single range nobody crosses, and nothing is written.
    """
    if len(ranges) < 2:
        return {}
    crossers = _crossers(register, ranges)
    found = {feed: _of_feed(register, feed, crossers) for feed in sorted(register.plan.used_feeds()) if register.ledger_files(feed)}
    if register.plan.previous is not None:
        found |= {name: _of_last_month(register, name, ranges) for name in _LAST_MONTH}
    return {name: _written(register, f"{folder}/{name}.parquet", rows) for name, rows in found.items()}


def _crossers(register: Register, ranges: Sequence[KeyRange]) -> ir.Table:
    """Every key under which ledgers know a person who lives in another range: person_key (as in ledgers), position."""
    people = register.people()
    lives = people.select("person_key", position=position_by(people.household_key, [one.end_household for one in ranges]))
    crossing = lives.filter(lives.position != _key_position(lives.person_key, ranges))
    if not register.has_merges:
        return register.backend.kept(crossing)
    merged = register.table("redirects").inner_join(lives, [("into_key", "person_key")])
    merged = merged.select("person_key", "position")
    return register.backend.kept(crossing.union(merged.filter(merged.position != _key_position(merged.person_key, ranges)), distinct=True))


def _key_position(keys: ir.IntegerColumn, ranges: Sequence[KeyRange]) -> ir.IntegerValue:
    return position_by(keys, [one.end_person for one in ranges])


def _of_feed(register: Register, feed: str, crossers: ir.Table) -> pa.Table:
    rows = register.raw_ledger(register.ledger_files(feed))
    joined = rows.inner_join(crossers, "person_key").select(*rows.columns, "position")
    return register.backend.collect(joined, joined.schema().to_pyarrow(), ("position", "person_key", ORIGIN, "row_number"))


def _of_last_month(register: Register, name: str, ranges: Sequence[KeyRange]) -> pa.Table:
    """Last month's rows of people who live in another range now, found range by range."""
    schema = TABLES[name].schema
    moved = [_moved_away(register, name, one) for one in ranges]
    leavers = register.backend.table(pa.concat_tables(moved))
    people = register.people()
    lives = people.select("person_key", position=position_by(people.household_key, [one.end_household for one in ranges]))
    placed = leavers.inner_join(lives, "person_key").select(*schema.names, "position")
    return register.backend.collect(placed, schema.append(pa.field("position", pa.int64())), ("position", *TABLES[name].key))


def _moved_away(register: Register, name: str, one: KeyRange) -> pa.Table:
    rows = one.of_households(register.last_month(name))
    here = one.of_households(register.people())
    return register.backend.collect(rows.anti_join(here, "person_key"), TABLES[name].schema, ())


def _written(register: Register, path: str, rows: pa.Table) -> InputFile:
    return InputFile(path, register.lake.write_table(path, rows))
