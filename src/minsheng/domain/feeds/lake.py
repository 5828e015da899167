"""Where the feeds stage keeps its files in the lake."""

from typing import Final

from minsheng.kernel.periods import Month

ORIGINALS: Final = "originals"


def original_path(sha256: str) -> str:
    """A delivery's original bytes, sealed, under the SHA-256 of the clear bytes."""
    return f"{ORIGINALS}/{sha256[:2]}/{sha256}.sealed"


def delivery_folder(feed: str, month: Month, delivery: str) -> str:
    """Everything that is kept of a delivery but its original."""
    return f"deliveries/{feed}/{month}/{delivery}"


def clean_path(feed: str, month: Month, delivery: str) -> str:
    """Accepted rows, pseudonymous, with no person resolved yet."""
    return f"{delivery_folder(feed, month, delivery)}/clean.parquet"


def quarantine_path(feed: str, month: Month, delivery: str) -> str:
    """Row number, column and reason of every quarantined row; no values."""
    return f"{delivery_folder(feed, month, delivery)}/quarantine.parquet"


def mended_path(feed: str, month: Month, delivery: str) -> str:
    """Of an amendment's rows: the row of the delivery it amends that each stands for."""
    return f"{delivery_folder(feed, month, delivery)}/mended.parquet"


def ledger_path(feed: str, month: Month, delivery: str, epoch: int) -> str:
    """Rows about registry people, keyed by person, as resolved in one identity epoch; older ones stay, for replays."""
    return f"{delivery_folder(feed, month, delivery)}/ledger-{epoch}.parquet"
