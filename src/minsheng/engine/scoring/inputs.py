"""What the steps of a run are written over: named tables with a schema, and where their rows come from in each range."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from minsheng.engine.backends.backend import Backend, Source
from minsheng.engine.indicators.grammar import REGISTRY, Indicator, Model
from minsheng.engine.lake import Lake
from minsheng.engine.scoring.availability import Reading, Unknown, reading, unknown_indicators
from minsheng.engine.scoring.plan import InputFile, LedgerFile, RunPlan
from minsheng.engine.scoring.ranges import KeyRange
from minsheng.engine.scoring.tables import INPUTS, TABLES

ORIGIN = "origin_file"
TOUCHED = "touched"
LAST_MONTH = ("points", "scores", "reverse")


@dataclass(frozen=True)
class Statement:
    """One expression of a run's script; `kept` for the steps after it, or a result table, or both."""

    step: str
    name: str
    rows: ir.Table
    is_result: bool


@dataclass
class RunInputs:
    """The tables that steps are written over, and the script that they write: see `Statement`.

    Everything here is said once for all ranges; `bind` then gives the files that a name stands for in each of them. With `only_touched`
    the register holds the households of the table `touched` and nobody else.
    """

    lake: Lake
    plan: RunPlan
    only_touched: bool = False
    script: list[Statement] = field(default_factory=list)
    step: str = ""
    _leaves: dict[str, Source] = field(default_factory=dict)
    _ledgers: dict[tuple[LedgerFile, ...], str] = field(default_factory=dict)

    @cached_property
    def people(self) -> ir.Table:
        """Everybody, kept, with the columns that the model reads or shows."""
        everybody = self.everybody()
        return self.kept("people", everybody.select(*(name for name in everybody.columns if name in _asked_of_people(self.plan.model))))

    def everybody(self) -> ir.Table:
        """The living members and the dead: `INPUTS["deceased"]` and `deceased`, merged people under one key."""
        living = self.register("members").mutate(died_on=ibis.null("date"), listed=ibis.literal(value=True))
        dead = self.register("deceased")
        both = ibis.union(living.mutate(deceased=ibis.literal(value=False)), dead.mutate(deceased=ibis.literal(value=True)), distinct=False)
        return self.merged(both)

    @cached_property
    def unknown(self) -> dict[str, Unknown]:
        """The indicators that cannot be known this month, by id."""
        return unknown_indicators(self.plan)

    def register(self, name: str) -> ir.Table:
        """A table of the frozen register as `INPUTS` describes it; empty if the plan has none."""
        file = self.plan.registry.given().get(name)
        column = "household_key" if "household_key" in INPUTS[name].names else None
        rows = self._leaf(name, [file] if file else [], INPUTS[name], column)
        if not self.only_touched or column is None:
            return rows
        return rows.semi_join(ibis.table({column: "int64"}, name=TOUCHED), column)

    def last_month(self, name: str) -> ir.Table:
        """What last month's run said of households (scores) or of people (points, reverse), merged people under one key."""
        files = getattr(self.plan.previous, name) if self.plan.previous else ()
        rows = self._leaf(f"last_{name}", files, TABLES[name].schema, "household_key")
        return self.merged(rows) if "person_key" in rows.columns else rows

    def ledger(self, feed: str, files: Sequence[LedgerFile]) -> ir.Table:
        """Department rows from ledger files, merged people under one key; `origin_file` leads to the delivery. At least one file."""
        name = self._ledgers.get(tuple(files))
        if name is None:
            name = self._ledgers[tuple(files)] = f"ledger_{feed}_{len(self._ledgers)}"
        rows = self.merged(self._leaf(name, files, self._ledger_schema(files), "person_key", origin=ORIGIN))
        return rows.semi_join(self.people, "person_key") if self.only_touched else rows

    def kept(self, name: str, rows: ir.Table) -> ir.Table:
        """Have an expression computed once and its rows kept under a name, for what reads them more than once."""
        return self._written(name, rows, is_result=False)

    def result(self, name: str, rows: ir.Table) -> ir.Table:
        """Have a result table computed, written to the lake, and kept for the steps after it."""
        return self._written(name, rows.select(*TABLES[name].schema.names), is_result=True)

    def nothing(self, schema: pa.Schema) -> ir.Table:
        """A table without rows."""
        none = self.register("households").filter(ibis.literal(value=False))
        return none.select(**{name: ibis.null(kind) for name, kind in ibis.schema(schema).items()})

    def earlier(self, name: str) -> ir.Table:
        """A table that an earlier step wrote."""
        found = next(statement for statement in self.script if statement.name == name)
        return ibis.table(found.rows.schema(), name=name)

    def reading(self, indicator: Indicator, months_back: int = 0) -> Reading:
        """What an indicator reads this month, or read so many months ago."""
        return reading(indicator, self.plan.feeds, self.plan.month.plus(-months_back))

    def merged(self, rows: ir.Table) -> ir.Table:
        """Rows with the person keys of merged people replaced by the key they were merged into."""
        if not self.has_merges:
            return rows
        into = self.register("redirects").select(merged_key="person_key", into_key="into_key")
        joined = rows.left_join(into, rows.person_key == into.merged_key)
        return joined.mutate(person_key=ibis.coalesce(joined.into_key, joined.person_key)).select(*rows.columns)

    @cached_property
    def has_merges(self) -> bool:
        """Whether anybody was merged into somebody else."""
        file = self.plan.registry.redirects
        return file is not None and self.lake.row_count(file.path) > 0

    def bind(self, backend: Backend, keys: KeyRange, crossing: Mapping[str, InputFile]) -> None:
        """Let every name stand for its rows in a range: by household, or by person with those who live here and have other keys."""
        for name, source in self._leaves.items():
            ends = {"household_key": keys.households, "person_key": keys.people}.get(source.column or "", (None, None))
            beside = crossing.get(name)
            bound = replace(source, first=ends[0], end=ends[1], beside=beside.path if beside else None, position=keys.position)
            backend.bind(name, self.lake, bound)

    def tables_by_person(self) -> dict[str, Source]:
        """The tables some of whose rows may belong to another range than their keys say: ledgers, and what last month said of people."""
        return {name: source for name, source in self._leaves.items() if "person_key" in source.schema.names and name not in INPUTS}

    def _written(self, name: str, rows: ir.Table, *, is_result: bool) -> ir.Table:
        self.script.append(Statement(self.step, name, rows, is_result))
        return ibis.table(rows.schema(), name=name)

    def _leaf(self, name: str, files: Iterable[InputFile], schema: pa.Schema, column: str | None, origin: str | None = None) -> ir.Table:
        self._leaves[name] = Source(tuple(file.path for file in files), schema, column, origin=origin)
        return ibis.table(ibis.schema(schema), name=name)

    def _ledger_schema(self, files: Sequence[LedgerFile]) -> pa.Schema:
        found: dict[str, pa.DataType] = {}
        for file in files:
            for one in self.lake.schema(file.path):
                if pa.types.is_null(found.get(one.name, pa.null())):
                    found[one.name] = one.type
        known = {name: pa.string() if pa.types.is_null(kind) else kind for name, kind in found.items()}
        return pa.schema(known | {ORIGIN: pa.string()})


def _asked_of_people(model: Model) -> set[str]:
    """The register's columns of a person that a run looks at."""
    found = {"household_key", "person_key", "category", "deceased"}
    for indicator in model.indicators:
        found |= {condition.column for condition in indicator.who}
        if indicator.source == REGISTRY:
            found |= (
                {condition.column for condition in indicator.filter} | set(indicator.evidence) | {indicator.measure.column or "category"}
            )
    return found


Step = Callable[[RunInputs], None]
"""A named step: adds its statements to the script."""
