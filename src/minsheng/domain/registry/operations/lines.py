"""Writing the lines that a snapshot opens, ends, reopens and removes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import polars as pl
from psycopg import sql

from minsheng.domain.registry.frames import change, insert_frame, stage_frame
from minsheng.domain.registry.versions import LineChanges


@dataclass(frozen=True)
class LineTable:
    """A table of lines, and the columns that say from when until when a line stands."""

    name: str
    opens: str = "listed_from"
    closes: str = "listed_until"

    def write(self, changes: LineChanges, *, month: date, finish: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
        """Write the changes of a month; `finish` turns the wanted rows that start a line into the table's own columns."""
        if changes.remove.height:
            self._touch("DELETE FROM {table} AS line USING touched WHERE line.id = touched.id", changes.remove)
        if changes.end.height:
            self._touch("UPDATE {table} AS line SET {closes} = {month} FROM touched WHERE line.id = touched.id", changes.end, month)
        if changes.reopen.height:
            self._touch("UPDATE {table} AS line SET {closes} = NULL FROM touched WHERE line.id = touched.id", changes.reopen)
        if changes.start.height:
            insert_frame(self.name, changes.start, finish=lambda part: finish(part).with_columns(pl.lit(month).alias(self.opens)))

    def _touch(self, statement: str, lines: pl.DataFrame, month: date | None = None) -> None:
        stage_frame("touched", lines.select("id"))
        parts = {"table": sql.Identifier(self.name), "closes": sql.Identifier(self.closes), "month": sql.Literal(month)}
        change(sql.SQL(statement).format(**parts))
