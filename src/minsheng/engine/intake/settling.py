"""The whole delivery: rows sent twice, keys that contradict each other, and the digest of what was sent."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from minsheng.engine.intake.heading import Heading
from minsheng.engine.intake.tables import ROW_NUMBER
from minsheng.engine.intake.validating import FAULTS_SCHEMA


@dataclass(frozen=True)
class Settled:
    """Rows kept, how many were sent again unchanged, and the refused ones whose key contradicts another row's."""

    kept: pl.DataFrame
    duplicates: int
    conflicts: pl.DataFrame


def settle(rows: pl.DataFrame, key: Sequence[str]) -> Settled:
    """Keep the first of equal rows; refuse every row of a key under which different contents stand.

    A key with a blank in it is not compared, for it may stand for different things.
    """
    values = [name for name in rows.columns if name != ROW_NUMBER]
    distinct = rows.unique(values, keep="first", maintain_order=True)
    keyed = distinct.drop_nulls(list(key)).select(key)
    contradicted = keyed.filter(keyed.is_duplicated()).unique()
    if contradicted.is_empty():
        return Settled(distinct, rows.height - distinct.height, pl.DataFrame(schema=FAULTS_SCHEMA))
    conflicting = rows.join(contradicted, on=list(key), how="semi", maintain_order="left")
    agreeing = rows.join(contradicted, on=list(key), how="anti", maintain_order="left")
    kept = distinct.join(contradicted, on=list(key), how="anti", maintain_order="left")
    faults = conflicting.select(ROW_NUMBER, column=pl.lit(key[0]), reason=pl.lit("conflicting-key")).cast(FAULTS_SCHEMA)
    return Settled(kept, agreeing.height - kept.height, faults)


def content_digest(heading: Heading, contents: Sequence[pl.Series]) -> str:
    """SHA-256 of the rows' contents in sorted order: the same whatever the order, format or headers in which they were sent."""
    columns = sorted(f"{place.column.name}*{place.factor}" for place in heading.placed)
    digest = hashlib.sha256("\n".join(columns).encode())
    rows = pl.concat([pl.Series("content", [], pl.String), *contents], rechunk=True).sort()
    if not rows.is_empty():
        _, offsets, data = rows.to_arrow(compat_level=pl.CompatLevel.oldest()).buffers()
        ends = np.frombuffer(memoryview(offsets or b""), np.int64, rows.len() + 1)
        digest.update(ends.tobytes())
        digest.update(memoryview(data or b"")[: int(ends[-1])])
    return digest.hexdigest()
