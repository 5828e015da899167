"""Everything a step can read of one range: the frozen register, the ledgers, last month's run, and the tables of earlier steps."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from minsheng.engine.backends.backend import Backend
from minsheng.engine.indicators.grammar import Indicator
from minsheng.engine.lake import Lake
from minsheng.engine.scoring.availability import Reading, Unknown, reading, unknown_indicators
from minsheng.engine.scoring.plan import InputFile, LedgerFile, RunPlan
from minsheng.engine.scoring.ranges import KeyRange
from minsheng.engine.scoring.tables import INPUTS, SMALL, TABLES

ORIGIN = "origin_file"


@dataclass(frozen=True)
class Register:
    """The inputs of a run, opened, over all ranges."""

    lake: Lake
    backend: Backend
    plan: RunPlan

    def table(self, name: str) -> ir.Table:
        """A table of the frozen register as `INPUTS` describes it; empty if the plan has none."""
        file = self.plan.registry.given().get(name)
        return self.opened([file] if file else [], INPUTS[name])

    def people(self) -> ir.Table:
        """The living members and the dead: `INPUTS["deceased"]` and `deceased`, merged people under one key."""
        living = self.table("members").mutate(died_on=ibis.null("date"), listed=ibis.literal(value=True))
        dead = self.table("deceased")
        both = ibis.union(living.mutate(deceased=ibis.literal(value=False)), dead.mutate(deceased=ibis.literal(value=True)), distinct=False)
        return self.merged(both)

    def last_month(self, name: str) -> ir.Table:
        """A table of last month's run (points, scores or reverse), merged people under one key; empty if there was no run."""
        rows = self.opened(getattr(self.plan.previous, name) if self.plan.previous else (), TABLES[name].schema)
        return self.merged(rows) if "person_key" in rows.columns else rows

    def ledger_files(self, feed: str) -> list[LedgerFile]:
        """Every ledger file of a feed that the plan names."""
        return [file for files in self.plan.feeds[feed].ledgers.values() for file in files]

    def raw_ledger(self, files: Sequence[LedgerFile]) -> ir.Table:
        """Department rows from ledger files as they lie there, with the file each is from; at least one file."""
        return self.backend.parquet(self.lake, [file.path for file in files], origin=ORIGIN)

    def merged(self, rows: ir.Table) -> ir.Table:
        """Rows with the person keys of merged people replaced by the key they were merged into."""
        if not self.has_merges:
            return rows
        into = self.table("redirects").select(merged_key="person_key", into_key="into_key")
        joined = rows.left_join(into, rows.person_key == into.merged_key)
        others = {name: joined[name] for name in rows.columns if name != "person_key"}
        return joined.select(person_key=ibis.coalesce(joined.into_key, joined.person_key), **others)

    @cached_property
    def has_merges(self) -> bool:
        """Whether anybody was merged into somebody else."""
        file = self.plan.registry.redirects
        return file is not None and self.lake.row_count(file.path) > 0

    def opened(self, files: Sequence[InputFile], schema: pa.Schema) -> ir.Table:
        """Files of one table with the columns and types of a schema; no file, no rows."""
        if not files:
            return self.backend.table(schema.empty_table())
        return conforming(self.backend.parquet(self.lake, [file.path for file in files]), schema)


@dataclass(frozen=True)
class RunInputs:
    """What the steps of one range are given. `crossing`: files of rows whose people live in this range and whose keys do not."""

    register: Register
    keys: KeyRange
    crossing: Mapping[str, InputFile] = field(default_factory=dict)
    tables: dict[str, ir.Table] = field(default_factory=dict)

    @property
    def plan(self) -> RunPlan:
        """The plan of the run."""
        return self.register.plan

    @property
    def backend(self) -> Backend:
        """What computes."""
        return self.register.backend

    @cached_property
    def people(self) -> ir.Table:
        """The range's people, living and dead."""
        return self.backend.kept(self.keys.of_households(self.register.people()))

    @cached_property
    def unknown(self) -> dict[str, Unknown]:
        """The indicators that cannot be known this month, by id."""
        return unknown_indicators(self.plan)

    def registered(self, name: str) -> ir.Table:
        """The range's rows of a table of the frozen register that has household keys."""
        return self.keys.of_households(self.register.table(name))

    def last_month(self, name: str) -> ir.Table:
        """What last month's run said of the households (scores) or of the people (points, reverse) of this range."""
        rows = self.keys.of_households(self.register.last_month(name))
        crossed = self.crossing.get(name)
        if crossed is None:
            return rows
        return ibis.union(rows, self._crossed(crossed, TABLES[name].schema), distinct=False)

    def result(self, name: str) -> ir.Table:
        """A table that an earlier step wrote."""
        return self.tables[name]

    def small(self, name: str, rows: Sequence[Sequence[object]]) -> ir.Table:
        """A small table of the model's own numbers, in the schema that `SMALL` has under this name."""
        schema = SMALL[name]
        return self.backend.table(pa.Table.from_pylist([dict(zip(schema.names, row, strict=True)) for row in rows], schema=schema))

    def reading(self, indicator: Indicator, months_back: int = 0) -> Reading:
        """What an indicator reads this month, or read so many months ago."""
        return reading(indicator, self.plan.feeds, self.plan.month.plus(-months_back))

    def ledger(self, feed: str, files: Sequence[LedgerFile]) -> ir.Table:
        """The rows of the range's people in ledger files, merged people under one key; `origin_file` leads to the delivery."""
        known = self._ledgers.get(tuple(files))
        if known is None:
            rows = self.keys.of_people(self.register.raw_ledger(files))
            crossed = self.crossing.get(feed)
            if crossed is not None:
                rows = ibis.union(rows, self._crossed_ledger(crossed, files, rows), distinct=False)
            known = self._ledgers[tuple(files)] = self.backend.named(self.register.merged(rows))
        return known

    def deliveries(self, files: Sequence[LedgerFile]) -> ir.Table:
        """Which delivery each ledger file belongs to: origin_file, delivery."""
        return self.small("origins", [(self.register.lake.query_path(file.path), file.delivery) for file in files])

    def _crossed_ledger(self, crossed: InputFile, files: Sequence[LedgerFile], like: ir.Table) -> ir.Table:
        rows = self._crossed(crossed, like.schema().to_pyarrow())
        return rows.filter(rows[ORIGIN].isin([self.register.lake.query_path(file.path) for file in files]))

    def _crossed(self, file: InputFile, schema: pa.Schema) -> ir.Table:
        rows = self.backend.parquet(self.register.lake, [file.path])
        return conforming(rows.filter(rows.position == self.keys.position), schema)

    @cached_property
    def _ledgers(self) -> dict[tuple[LedgerFile, ...], ir.Table]:
        return {}


Step = Callable[[RunInputs], Mapping[str, ir.Table]]
"""A named step: the result tables that it adds, by name."""


def conforming(rows: ir.Table, schema: pa.Schema) -> ir.Table:
    """The columns of a schema in its types; one that the table lacks is blank."""
    wanted = ibis.schema(schema)
    return rows.select(**{name: rows[name].cast(kind) if name in rows.columns else ibis.null(kind) for name, kind in wanted.items()})
