"""What was found, as a table that somebody brings: household by household and month by month."""

from pathlib import Path

import polars as pl

from minsheng.engine.evaluation.bringing import Brought, MissingColumn, bring

TRUTH = pl.Schema(
    {
        "household": pl.String,
        "month": pl.Int64,
        "in_hardship": pl.Boolean,
        "newly": pl.Boolean,
        "severity": pl.Float64,
        "cause": pl.String,
        "given_weight": pl.Float64,
    }
)
"""`household` is a household's number or its key as text. What the file does not tell is blank."""


def read_truth(path: Path) -> tuple[pl.DataFrame, bool]:
    """Read a truth file: its rows as `TRUTH`, and whether households are given by key (household_key) or by number (household_no).

    Needs household_no or household_key, month and in_hardship (0 or 1, blank where nobody knows); newly, severity, cause and weight
    may be there. Raises UnreadableTable, MissingColumn or BadCell.
    """
    table = bring(path)
    by_key = table.has("household_key")
    if not by_key and not table.has("household_no"):
        raise MissingColumn(f"{table.name} has neither household_no nor household_key.", next_step="Name the households' column so.")
    household, month = table.texts("household_key" if by_key else "household_no"), table.months("month")
    table.once([household, month], household.name, "one row for each household and month")
    columns = {
        "household": household,
        "month": month,
        "in_hardship": table.flags("in_hardship", blank_ok=True),
        "newly": table.flags("newly", blank_ok=True) if table.has("newly") else None,
        "severity": table.numbers("severity", blank_ok=True) if table.has("severity") else None,
        "cause": table.texts("cause", blank_ok=True) if table.has("cause") else None,
        "given_weight": _weights(table),
    }
    return pl.DataFrame({name: column for name, column in columns.items() if column is not None}).pipe(_completed), by_key


def _weights(table: Brought) -> pl.Series | None:
    return table.numbers("weight", least=0) if table.has("weight") else None


def _completed(frame: pl.DataFrame) -> pl.DataFrame:
    missing = [pl.lit(None, kind).alias(name) for name, kind in TRUTH.items() if name not in frame.columns]
    return frame.with_columns(missing).select(TRUTH.names()).cast(TRUTH)
