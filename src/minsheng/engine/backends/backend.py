"""What the monthly computation asks of an execution engine.

A computation is written once, as Ibis expressions over tables that have only a name and a schema. An engine binds the names to files
of the lake, keeps the rows of a statement under a name of its own, and fetches rows back. Statements are compiled once and carried out for
one range of households after another, each time over what the names stand for then.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import ibis.expr.types as ir
import pyarrow as pa

from minsheng.engine.lake import Lake


@dataclass(frozen=True)
class Source:
    """The files that make one table: `first` ≤ `column` < `end` of them, an end that is None being open.

    A column of the schema that a file lacks is blank there; other columns are left out. `origin` names the column that says which file
    a row is from, as `lake.query_path` spells it. `beside` is one more file, of whose rows those at `position` belong.
    """

    paths: tuple[str, ...]
    schema: pa.Schema
    column: str | None = None
    first: int | None = None
    end: int | None = None
    origin: str | None = None
    beside: str | None = None
    position: int = 0


class Backend(Protocol):
    """An engine that reads Parquet and computes Ibis expressions over named tables."""

    def bind(self, name: str, lake: Lake, source: Source) -> None:
        """Let a name stand for files of the lake, from now on."""
        ...

    def table(self, name: str, rows: pa.Table) -> None:
        """Let a name stand for an Arrow table, from now on."""
        ...

    def compile(self, expression: ir.Table) -> str:
        """An expression over named tables in the engine's own language."""
        ...

    def keep(self, name: str, statement: str) -> None:
        """Carry out a compiled statement and hold its rows under a name, until `release`."""
        ...

    def fetch(self, statement: str, schema: pa.Schema) -> pa.Table:
        """Carry out a compiled statement and return its rows in one chunk with exactly this schema, in the statement's order.

        Raises pyarrow.ArrowInvalid if a value does not fit its type.
        """
        ...

    def release(self, names: Iterable[str] | None = None) -> None:
        """Let go of rows that are kept under these names, or of all."""
        ...

    def versions(self) -> dict[str, str]:
        """Name → version of what computes, for the manifest."""
        ...


def collect(backend: Backend, expression: ir.Table, schema: pa.Schema, order_by: Sequence[str] = ()) -> pa.Table:
    """Compute an expression once and return its rows with exactly this schema, sorted if an order is asked."""
    chosen = expression.select(*schema.names)
    return backend.fetch(backend.compile(chosen.order_by(list(order_by)) if order_by else chosen), schema)
