"""Everything a step can read: the frozen register, the ledgers, last month's run, and the tables of earlier steps."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from minsheng.engine.backends.backend import Backend
from minsheng.engine.indicators.grammar import Indicator
from minsheng.engine.lake import Lake
from minsheng.engine.scoring.availability import Reading, Unknown, reading, unknown_indicators
from minsheng.engine.scoring.plan import InputFile, LedgerFile, RunPlan
from minsheng.engine.scoring.tables import INPUTS, SMALL, TABLES

Pieces = dict[str, Sequence[ir.Table]]
"""Result tables by name, each as pieces that are computed one by one and belong together."""


@dataclass(frozen=True)
class RunInputs:
    """The inputs of one run, opened: what the plan names, and what earlier steps wrote under `folder`."""

    lake: Lake
    folder: str
    backend: Backend
    plan: RunPlan

    @cached_property
    def people(self) -> ir.Table:
        """The living members and the dead: `INPUTS["deceased"]` and `deceased`, merged people under one key."""
        living = self.register("members").mutate(died_on=ibis.null("date"), listed=ibis.literal(value=True))
        dead = self.register("deceased")
        both = ibis.union(living.mutate(deceased=ibis.literal(value=False)), dead.mutate(deceased=ibis.literal(value=True)), distinct=False)
        return self.backend.named(self.merged(both))

    @cached_property
    def unknown(self) -> dict[str, Unknown]:
        """The indicators that cannot be known this month, by id."""
        return unknown_indicators(self.plan)

    def register(self, name: str) -> ir.Table:
        """A table of the frozen register as `INPUTS` describes it; empty if the plan has none."""
        return self._opened(self.plan.registry.given().get(name), INPUTS[name])

    def last_month(self, name: str) -> ir.Table:
        """A table of last month's run (points, scores or reverse), merged people under one key; empty if there was no run."""
        file = getattr(self.plan.previous, name) if self.plan.previous else None
        rows = self._opened(file, TABLES[name].schema)
        return self.merged(rows) if "person_key" in rows.columns else rows

    def result(self, name: str) -> ir.Table:
        """A table that an earlier step of this run wrote."""
        return self.backend.parquet(self.lake, [f"{self.folder}/{name}.parquet"])

    def small(self, name: str, rows: Sequence[Sequence[object]]) -> ir.Table:
        """A small table of the model's own numbers, in the schema that `SMALL` has under this name."""
        schema = SMALL[name]
        return self.backend.table(pa.Table.from_pylist([dict(zip(schema.names, row, strict=True)) for row in rows], schema=schema))

    def reading(self, indicator: Indicator, months_back: int = 0) -> Reading:
        """What an indicator reads this month, or read so many months ago."""
        return reading(indicator, self.plan.feeds, self.plan.month.plus(-months_back))

    def ledger(self, files: Sequence[LedgerFile]) -> ir.Table:
        """Department rows from ledger files, merged people under one key; `origin_file` leads to the delivery by `deliveries`."""
        opened = self._ledgers.get(tuple(files))
        if opened is None:
            rows = self.backend.parquet(self.lake, [file.path for file in files], origin="origin_file")
            opened = self._ledgers[tuple(files)] = self.backend.named(self.merged(rows))
        return opened

    def deliveries(self, files: Sequence[LedgerFile]) -> ir.Table:
        """Which delivery each ledger file belongs to: origin_file, delivery."""
        return self.small("origins", [(self.lake.query_path(file.path), file.delivery) for file in files])

    @cached_property
    def _ledgers(self) -> dict[tuple[LedgerFile, ...], ir.Table]:
        return {}

    def merged(self, rows: ir.Table) -> ir.Table:
        """Rows with the person keys of merged people replaced by the key they were merged into."""
        if self.plan.registry.redirects is None:
            return rows
        into = self.register("redirects").select(merged_key="person_key", into_key="into_key")
        joined = rows.left_join(into, rows.person_key == into.merged_key)
        others = {name: joined[name] for name in rows.columns if name != "person_key"}
        return joined.select(person_key=ibis.coalesce(joined.into_key, joined.person_key), **others)

    def _opened(self, file: InputFile | None, schema: pa.Schema) -> ir.Table:
        if file is None:
            return self.backend.table(schema.empty_table())
        return conforming(self.backend.parquet(self.lake, [file.path]), schema)


Step = Callable[[RunInputs], Pieces]


def conforming(rows: ir.Table, schema: pa.Schema) -> ir.Table:
    """The columns of a schema in its types; one that the table lacks is blank."""
    wanted = ibis.schema(schema)
    return rows.select(**{name: rows[name].cast(kind) if name in rows.columns else ibis.null(kind) for name, kind in wanted.items()})
