"""The whole delivery: rows sent twice, keys that contradict each other, and the digest of what was sent; in bounded memory.

Of every row three fingerprints are kept (two of its key, one of all its values), in memory while they are few and on disk when they are
many. They are settled by ranges of the key's fingerprint, for rows of one key lie in one range.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from minsheng.engine.intake.content import Content
from minsheng.engine.intake.heading import Heading
from minsheng.engine.intake.tables import ROW_NUMBER
from minsheng.engine.intake.validating import FAULTS_SCHEMA

HELD_ROWS: Final = 2_000_000
_SEEDS: Final = (2_057, 57_021)
_KEY: Final = ["key", "key_too"]
_SPAN: Final = 1 << 64


@dataclass(frozen=True)
class Settled:
    """Row numbers sent again unchanged, and the refused rows whose key contradicts another row's; both in order."""

    duplicates: pl.Series
    conflicts: pl.DataFrame

    @property
    def dropped(self) -> pl.Series:
        """The numbers of all rows that do not stay, in order."""
        return pl.concat([self.duplicates, self.conflicts[ROW_NUMBER]]).sort()


def without(rows: pl.DataFrame, dropped: pl.Series) -> pl.DataFrame:
    """Rows, in order of their number, without those whose number is among the dropped ones, which are in order too."""
    if not rows.height or not dropped.len():
        return rows
    first, last = dropped.search_sorted(rows[ROW_NUMBER][0]), dropped.search_sorted(rows[ROW_NUMBER][-1], side="right")
    here = dropped.slice(first, last - first)
    return rows.filter(~pl.col(ROW_NUMBER).is_in(here.implode())) if here.len() else rows


class Settlement:
    """Sees the clean rows of a delivery batch by batch, and then says which of them stay.

    The first of equal rows stays; every row of a key under which different contents stand is refused. A key with a blank in it is not
    compared, for it may stand for different things. `folder` takes what is too much for memory.
    """

    def __init__(self, key: Sequence[str], folder: Path, *, held_rows: int = HELD_ROWS) -> None:
        self._key, self._folder, self._held_rows = list(key), folder, held_rows
        self._held: list[pl.DataFrame] = []
        self._laid: list[Path] = []
        self._rows = 0

    def see(self, clean: pl.DataFrame) -> None:
        """Take note of some clean rows (`Batch.clean`)."""
        self._held.append(self._fingerprints(clean))
        self._rows += clean.height
        if sum(part.height for part in self._held) > self._held_rows:
            file = self._folder / f"fingerprints-{len(self._laid)}.parquet"
            pl.concat(self._held).write_parquet(file, compression="uncompressed")
            self._laid.append(file)
            self._held.clear()

    def settled(self) -> Settled:
        """Settle every row that was seen."""
        parts = [_settled(repeated) for repeated in self._repeated()]
        duplicates = pl.concat([pl.Series(ROW_NUMBER, [], pl.Int64), *(part.duplicates for part in parts)]).sort()
        conflicts = pl.concat([pl.Series(ROW_NUMBER, [], pl.Int64), *(part.conflicts for part in parts)]).sort()
        faults = conflicts.to_frame().with_columns(column=pl.lit(self._key[0]), reason=pl.lit("conflicting-key"))
        return Settled(duplicates, faults.cast(FAULTS_SCHEMA))

    def _fingerprints(self, clean: pl.DataFrame) -> pl.DataFrame:
        values, key = clean.drop(ROW_NUMBER), clean.select(self._key)
        keyed = clean.select(pl.all_horizontal(pl.col(self._key).is_not_null())).to_series()
        row = values.hash_rows(_SEEDS[0])
        first, second = key.hash_rows(_SEEDS[0]), key.hash_rows(_SEEDS[1])
        if not keyed.all():
            first, second = first.zip_with(keyed, row), second.zip_with(keyed, values.hash_rows(_SEEDS[1]))
        return pl.DataFrame({ROW_NUMBER: clean[ROW_NUMBER], "key": first, "key_too": second, "row": row, "keyed": keyed})

    def _repeated(self) -> Iterator[pl.DataFrame]:
        """The fingerprints of rows that share their key's with another row, a range of keys at a time."""
        parts = [*(pl.scan_parquet(file) for file in self._laid), *(part.lazy() for part in self._held)]
        ranges = max(1, -(-self._rows // self._held_rows))
        for number in range(ranges if parts else 0):
            here = pl.col("key").is_between(_SPAN * number // ranges, _SPAN * (number + 1) // ranges - 1)
            found = pl.concat([part.filter(here) if ranges > 1 else part for part in parts]).collect()
            yield found.filter(found["key"].is_duplicated())


@dataclass(frozen=True)
class _Part:
    duplicates: pl.Series
    conflicts: pl.Series


def _settled(repeated: pl.DataFrame) -> _Part:
    rows = repeated.sort(ROW_NUMBER)
    distinct = rows.unique([*_KEY, "row"], keep="first", maintain_order=True)
    keys = distinct.filter("keyed").select(_KEY)
    contradicted = keys.filter(keys.is_duplicated()).unique()
    conflicts = rows.filter("keyed").join(contradicted, on=_KEY, how="semi")[ROW_NUMBER]
    again = rows.join(distinct, on=ROW_NUMBER, how="anti")[ROW_NUMBER]
    return _Part(again.filter(~again.is_in(conflicts.implode())), conflicts)


def content_digest(heading: Heading, content: Content) -> str:
    """The SHA-256 of a delivery's columns and content: the same whatever the order, format or headers in which they were sent."""
    columns = sorted(f"{place.column.name}*{place.factor}" for place in heading.placed)
    told = [*columns, *(str(number) for number in (content.rows, content.sum, content.other_sum))]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()
