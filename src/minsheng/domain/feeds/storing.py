"""Laying a delivery down in the lake: the sealed original, the clean rows, the quarantine, the ledger."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pyarrow as pa

from minsheng.domain.feeds.lake import clean_path, delivery_folder, ledger_path, mended_path, original_path, quarantine_path
from minsheng.engine.contracts.schema import Column, Contract
from minsheng.engine.lake import Lake
from minsheng.kernel.periods import Month
from minsheng.kernel.sealing import Keys

_IDENTIFYING = frozenset({"identity_number", "name", "phone", "account"})
_LOOKS_LIKE_A_NUMBER = r"\d{17}[\dXx]|\d{15}"
_HIDDEN = ("pseudonym", "name_pseudonym", "subject")


def seal_original(path: Path, *, lake: Lake, keys: Keys) -> str:
    """Keep a file's bytes, encrypted, under their SHA-256; returns it. A second time writes nothing."""
    with path.open("rb") as source:
        digest = hashlib.file_digest(source, "sha256").hexdigest()
        if lake.exists(original_path(digest)):
            return digest
        source.seek(0)
        with lake.open_writer(original_path(digest)) as target:
            sealed = keys.seal_stream(source, target)
    if sealed != digest:
        lake.remove(original_path(sealed))
        lake.remove(original_path(digest))
        return seal_original(path, lake=lake, keys=keys)
    return digest


def lake_columns(contract: Contract) -> list[Column]:
    """The columns that may stand in the lake in the clear: never one that names a person or points to a thing of theirs."""
    return [column for column in contract.allowed_columns if column.type not in _IDENTIFYING and not column.identifies]


def clean_rows(clean: pl.DataFrame, identities: pl.DataFrame, contract: Contract, month: Month) -> pl.DataFrame:
    """The rows as the lake keeps them: row_number, pseudonym, name_pseudonym, subject, event_on, and the lake's columns."""
    kept = [column for column in lake_columns(contract) if column.name in clean.columns]
    event = pl.col(contract.event_on) if contract.event_on and contract.event_on in clean.columns else pl.lit(None)
    values = clean.select(
        "row_number",
        event.cast(pl.Date).fill_null(month.last_day).alias("event_on"),
        *(_safe(column) for column in kept if column.name not in ("row_number", "event_on")),
    )
    return (
        identities.select("row_number", "pseudonym", "name_pseudonym", "subject")
        .join(values, on="row_number", how="inner")
        .sort("row_number")
    )


def store_clean(lake: Lake, rows: pl.DataFrame, contract: Contract, month: Month, delivery: str) -> str:
    """Write the clean rows; returns their digest."""
    return lake.write_table(clean_path(contract.feed, month, delivery), _arrow(rows))


def store_quarantine(lake: Lake, rejected: pl.DataFrame, contract: Contract, month: Month, delivery: str) -> None:
    """Write which rows were quarantined, where and why; never what they said."""
    lake.write_table(quarantine_path(contract.feed, month, delivery), _arrow(rejected))


def add_to_quarantine(lake: Lake, rejected: pl.DataFrame, *, feed: str, month: Month, delivery: str) -> None:
    """Add rows refused after reading; adding the same again changes nothing."""
    path = quarantine_path(feed, month, delivery)
    known = read_frame(lake, path)
    lake.write_table(path, _arrow(pl.concat([known, rejected.cast(known.schema)]).unique(maintain_order=True).sort("row_number")))


def store_mended(lake: Lake, original_rows: pl.DataFrame, contract: Contract, month: Month, delivery: str) -> None:
    """Write which rows of the amended delivery an amendment's rows stand for."""
    lake.write_table(mended_path(contract.feed, month, delivery), _arrow(original_rows))


def discard(lake: Lake, *, feed: str, month: Month, delivery: str, sha256: str | None) -> None:
    """Take back what was laid down of a delivery that is refused after all; its original too, if its hash is given."""
    for path in lake.list(delivery_folder(feed, month, delivery)):
        lake.remove(path)
    if sha256 is not None:
        lake.remove(original_path(sha256))


def store_ledger(
    lake: Lake, clean: pl.DataFrame, links: pl.DataFrame, *, feed: str, month: Month, delivery: str, epoch: int
) -> dict[str, str]:
    """Write the rows of registry people, sorted by person, without any pseudonym; returns the file's path and sha256."""
    ledger = links.select("row_number", "person_key").join(clean.drop(_HIDDEN), on="row_number", how="inner")
    ordered = ledger.select("person_key", *(name for name in ledger.columns if name != "person_key")).sort("person_key", "row_number")
    path = ledger_path(feed, month, delivery, epoch)
    return {"path": path, "sha256": lake.write_table(path, _arrow(ordered))}


def read_frame(lake: Lake, path: str, columns: Sequence[str] | None = None) -> pl.DataFrame:
    """A file of the lake as a frame; raises LakeMissing."""
    frame = pl.from_arrow(lake.read_table(path, columns))
    assert isinstance(frame, pl.DataFrame)
    return frame


def _safe(column: Column) -> pl.Expr:
    if column.type != "text":
        return pl.col(column.name)
    return pl.col(column.name).str.replace_all(_LOOKS_LIKE_A_NUMBER, "‹number›")


def _arrow(frame: pl.DataFrame) -> pa.Table:
    return frame.to_arrow(compat_level=pl.CompatLevel.oldest())
