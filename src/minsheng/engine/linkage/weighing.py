"""How much each piece of evidence weighs between two records, for a person to read: the sum behind a match weight.

Weights are in bits (log2 m/u, Fellegi and Sunter 1969): one bit more doubles the odds. How rare a name is, and how common a sex or a place
among the people at hand, weighs besides; linkage reckons that from everybody on record.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log2
from typing import Final

import polars as pl

from minsheng.engine.backends.duckdb_engine import connect
from minsheng.engine.linkage.comparisons import NEITHER, OTHERWISE, Comparison
from minsheng.engine.linkage.settings import LinkageSettings

Record = Mapping[str, object]
_ORDER: Final = "place"


@dataclass(frozen=True)
class Weighed:
    """One comparison: what was compared, how far it agrees (a level's title), and what that weighs in bits."""

    title: str
    level: str
    bits: float


def weigh(record: Record, others: Sequence[Record], *, settings: LinkageSettings | None = None) -> list[list[Weighed]]:
    """Compare a record with each of the others, piece by piece, in the order of the settings' comparisons.

    Records have the columns that the comparisons look at: texts, a date as `YYYY-MM-DD`, or bytes; what is missing weighs nothing.
    """
    chosen = settings or LinkageSettings()
    if not others:
        return []
    columns = list(dict.fromkeys(column for comparison in chosen.comparisons for column in comparison.columns))
    pairs = pl.DataFrame({_ORDER: range(len(others))}).with_columns(
        column for name in columns for column in (_column(f"{name}_l", [record] * len(others), name), _column(f"{name}_r", others, name))
    )
    asked = ", ".join(f"{_level_of(comparison)} AS c{place}" for place, comparison in enumerate(chosen.comparisons))
    connection = connect(threads=1)
    try:
        connection.register("pairs", pairs.to_arrow())
        rows = connection.execute(f"SELECT {asked} FROM pairs ORDER BY {_ORDER}").fetchall()  # noqa: S608 - conditions of our own
    finally:
        connection.close()
    return [[_weighed(comparison, int(level), chosen) for comparison, level in zip(chosen.comparisons, row, strict=True)] for row in rows]


def weight_of(probability: float, others: Sequence[float]) -> float:
    """The match weight, in bits, behind a candidate's probability, given those of the other candidates for the same record."""
    nobody = max(1 - probability - sum(others), 5e-7)
    return log2(max(probability, 5e-7) / nobody)


def chance_weight(people: int, *, settings: LinkageSettings | None = None) -> float:
    """What speaks against any one of so many people before anything is compared, in bits."""
    return log2((settings or LinkageSettings()).expected_matches / max(people, 1))


def _column(name: str, records: Sequence[Record], column: str) -> pl.Series:
    values = [record.get(column) or None for record in records]
    return pl.Series(name, values, dtype=pl.Binary if any(isinstance(value, bytes) for value in values) else pl.String)


def _level_of(comparison: Comparison) -> str:
    whens = " ".join(f"WHEN {level.condition} THEN {place}" for place, level in enumerate(comparison.levels()))
    return f"CASE {whens} ELSE {len(comparison.levels())} END"


def _weighed(comparison: Comparison, level: int, settings: LinkageSettings) -> Weighed:
    titles = [*(one.title for one in comparison.levels()), OTHERWISE]
    title = titles[level]
    shares = settings.linkage_model.comparisons.get(comparison.title, {}).get(title)
    return Weighed(comparison.title, title, 0.0 if title == NEITHER or shares is None else log2(shares.m / shares.u))
