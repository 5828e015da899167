"""Laying a delivery down in the lake: the sealed original, the clean rows, the quarantine, the ledger."""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import ClassVar

import polars as pl
import pyarrow.parquet as pq

from minsheng.domain.feeds.lake import clean_path, delivery_folder, ledger_path, mended_path, original_path, quarantine_path
from minsheng.domain.feeds.spooling import as_arrow
from minsheng.engine.contracts.schema import Column, Contract
from minsheng.engine.lake import Lake
from minsheng.kernel.errors import Refusal
from minsheng.kernel.periods import Month
from minsheng.kernel.sealing import Keys


class ChangedMeanwhile(Refusal):
    """A file became another one while it was being received."""

    code: ClassVar[str] = "changed-meanwhile"


_IDENTIFYING = frozenset({"identity_number", "name", "phone", "account"})
_LOOKS_LIKE_A_NUMBER = r"\d{17}[\dXx]|\d{15}"
_HIDDEN = ("pseudonym", "name_pseudonym", "subject")


def digest_of(path: Path) -> str:
    """The SHA-256 (hex) of a file's bytes."""
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def seal_original(path: Path, digest: str, *, lake: Lake, keys: Keys) -> None:
    """Keep a file's bytes, encrypted, under their SHA-256; a second time writes nothing.

    Raises ChangedMeanwhile if the bytes are no longer those of the digest.
    """
    if lake.exists(original_path(digest)):
        return
    with path.open("rb") as source, lake.open_writer(original_path(digest)) as target:
        if keys.seal_stream(source, target) != digest:
            raise ChangedMeanwhile(f"{path.name} changed while it was received.", next_step="Receive it again once it has arrived whole.")


def lake_columns(contract: Contract) -> list[Column]:
    """The columns that may stand in the lake in the clear: never one that names a person or points to a thing of theirs."""
    return [column for column in contract.allowed_columns if column.type not in _IDENTIFYING and not column.identifies]


def clean_rows(clean: pl.DataFrame, identities: pl.DataFrame, contract: Contract, month: Month) -> pl.DataFrame:
    """The rows as the lake keeps them: row_number, pseudonym, name_pseudonym, subject, event_on, and the lake's columns.

    `identities` are those of the clean rows, in the same order.
    """
    kept = [column for column in lake_columns(contract) if column.name in clean.columns]
    event = pl.col(contract.event_on) if contract.event_on and contract.event_on in clean.columns else pl.lit(None)
    return clean.select(
        "row_number",
        *(identities[name] for name in _HIDDEN),
        event.cast(pl.Date).fill_null(month.last_day).alias("event_on"),
        *(_safe(column) for column in kept if column.name not in ("row_number", "event_on")),
    )


def ledger_rows(clean: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """The rows (as the lake keeps them) of registry people, keyed by person, without any pseudonym; `links`: row_number, person_key."""
    rows = links.select("row_number", "person_key").join(clean.drop(_HIDDEN), on="row_number", how="inner")
    return rows.select("person_key", pl.exclude("person_key"))


def store_clean(lake: Lake, file: Path, *, feed: str, month: Month, delivery: str) -> str:
    """Move the finished file of clean rows into the lake; returns its digest."""
    return lake.take_in(file, clean_path(feed, month, delivery))


def store_quarantine(lake: Lake, file: Path, *, feed: str, month: Month, delivery: str) -> None:
    """Move the finished file that says which rows were quarantined, where and why, into the lake; never what they said."""
    lake.take_in(file, quarantine_path(feed, month, delivery))


def add_to_quarantine(lake: Lake, rejected: pl.DataFrame, *, feed: str, month: Month, delivery: str) -> None:
    """Add rows refused after reading; adding the same again changes nothing."""
    path = quarantine_path(feed, month, delivery)
    known = read_frame(lake, path)
    lake.write_table(path, as_arrow(pl.concat([known, rejected.cast(known.schema)]).unique(maintain_order=True).sort("row_number")))


def store_mended(lake: Lake, file: Path, *, feed: str, month: Month, delivery: str) -> None:
    """Move the finished file that says which rows of the amended delivery an amendment's rows stand for into the lake."""
    lake.take_in(file, mended_path(feed, month, delivery))


def discard(lake: Lake, *, feed: str, month: Month, delivery: str, sha256: str | None) -> None:
    """Take back what was laid down of a delivery that is refused after all; its original too, if its hash is given."""
    for path in lake.list(delivery_folder(feed, month, delivery)):
        lake.remove(path)
    if sha256 is not None:
        lake.remove(original_path(sha256))


def store_ledger(lake: Lake, file: Path, *, feed: str, month: Month, delivery: str, epoch: int) -> dict[str, str]:
    """Move the finished file of ledger rows into the lake; returns its path there and its sha256."""
    path = ledger_path(feed, month, delivery, epoch)
    return {"path": path, "sha256": lake.take_in(file, path)}


def read_frame(lake: Lake, path: str, columns: Sequence[str] | None = None) -> pl.DataFrame:
    """A file of the lake as a frame; raises LakeMissing."""
    frame = pl.from_arrow(lake.read_table(path, columns))
    assert isinstance(frame, pl.DataFrame)
    return frame


def read_parts(lake: Lake, path: str, columns: Sequence[str] | None = None) -> Iterator[pl.DataFrame]:
    """A file of the lake as frames of one row group each, in order; raises LakeMissing."""
    with lake.open_reader(path) as stream:
        file = pq.ParquetFile(stream)
        for number in range(file.num_row_groups):
            frame = pl.from_arrow(file.read_row_group(number, columns=None if columns is None else list(columns)))
            assert isinstance(frame, pl.DataFrame)
            yield frame


def _safe(column: Column) -> pl.Expr:
    if column.type != "text":
        return pl.col(column.name)
    return pl.col(column.name).str.replace_all(_LOOKS_LIKE_A_NUMBER, "‹number›")
