"""What the monthly computation asks of an execution engine."""

from collections.abc import Sequence
from typing import Protocol

import ibis.expr.types as ir
import pyarrow as pa

from minsheng.engine.lake import Lake


class Backend(Protocol):
    """An engine that reads Parquet, takes small Arrow tables, and computes Ibis expressions over both."""

    def parquet(self, lake: Lake, paths: Sequence[str], *, origin: str | None = None) -> ir.Table:
        """Open lake files as one table; a column that some of them lack is blank there. At least one path.

        `origin` names a column to add that says which file each row is from, as `lake.query_path` spells it.
        """
        ...

    def named(self, expression: ir.Table) -> ir.Table:
        """Give an expression a name within the engine, so that what builds on it is planned from there."""
        ...

    def kept(self, expression: ir.Table) -> ir.Table:
        """Compute an expression once and hold its rows within the engine until `release`, for what reads them more than once."""
        ...

    def table(self, rows: pa.Table) -> ir.Table:
        """Bring an Arrow table within the engine's reach."""
        ...

    def collect(self, expression: ir.Table, schema: pa.Schema, order_by: Sequence[str]) -> pa.Table:
        """Compute an expression and return it in one chunk with exactly this schema, sorted if an order is asked.

        Raises pyarrow.ArrowInvalid if a value does not fit its type.
        """
        ...

    def release(self) -> None:
        """Let go of everything named or kept so far."""
        ...

    def versions(self) -> dict[str, str]:
        """Name → version of what computes, for the manifest."""
        ...
