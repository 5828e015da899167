"""Rows that were refused: where and why; and giving them back to who sent them."""

from pathlib import Path

import polars as pl

from minsheng.domain.feeds.lake import original_path, quarantine_path
from minsheng.domain.feeds.queries.contracts import contract_named
from minsheng.domain.feeds.queries.deliveries import delivery_named
from minsheng.domain.feeds.storing import read_frame
from minsheng.domain.installation import Installation
from minsheng.engine.intake.mending import rejected_rows
from minsheng.engine.intake.rules import IntakeRules
from minsheng.kernel.periods import Month


def write_rejected(*, installation: Installation, delivery: str, out: Path) -> int:
    """Write a delivery's quarantined rows as CSV in their original columns, with receipt, row number, column and reason; returns the rows.

    Raises NoSuchDelivery, LakeMissing or Unsealable. The file appears whole or not at all.
    """
    found = delivery_named(delivery)
    contract = contract_named(installation.catalogue, found.feed)
    faults = pl.from_arrow(installation.lake.read_table(quarantine_path(found.feed, Month.parse(found.month), found.id)))
    assert isinstance(faults, pl.DataFrame)
    rules = IntakeRules(today=installation.today, made_up_allowed=installation.made_up_allowed, header_map=found.header_map)
    beside = out.with_name(f".{out.name}.unfinished")
    try:
        with installation.lake.open_reader(original_path(found.sha256)) as sealed, beside.open("wb") as target:
            rows = rejected_rows(
                installation.keys.open_stream(sealed),
                filename=found.filename,
                faults=faults,
                contract=contract,
                rules=rules,
                receipt=found.id,
                out=target,
            )
        beside.replace(out)
    finally:
        beside.unlink(missing_ok=True)
    return rows


def rejected_places(
    *, installation: Installation, delivery: str, column: str, reason: str, after: int = 0, limit: int = 200
) -> tuple[list[int], bool]:
    """The numbers of rows refused in a column (`row`: as a whole) for a reason, behind a number, and whether there are more.

    What the rows said is never told. Raises NoSuchDelivery or LakeMissing.
    """
    found = delivery_named(delivery)
    path = quarantine_path(found.feed, Month.parse(found.month), found.id)
    faults = read_frame(installation.lake, path, ["row_number", "column", "reason"])
    where = "" if column == "row" else column
    numbers = faults.filter(pl.col("column").fill_null("") == where, pl.col("reason") == reason, pl.col("row_number") > after)["row_number"]
    first = numbers.unique().sort().head(limit + 1).to_list()
    return first[:limit], len(first) > limit
