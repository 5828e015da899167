"""Where the monitoring stage keeps its files in the lake."""

from minsheng.kernel.periods import Month


def frozen_folder(month: Month) -> str:
    """The register and the verdicts as they stood at month end, one file per content."""
    return f"registry/{month}"


def frozen_path(month: Month, table: str, digest: str) -> str:
    """One frozen table, under the hash of its bytes."""
    return f"{frozen_folder(month)}/{table}-{digest[:16]}.parquet"


def reasons_path(run: str) -> str:
    """The sentences of a retired run's warnings as they were published."""
    return f"published/{run}/reasons.parquet"
