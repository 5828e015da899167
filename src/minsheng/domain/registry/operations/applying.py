"""What applying either snapshot has in common: order of months, lines over time, the count of changes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

import polars as pl

from minsheng.domain.registry.frames import Schema, change
from minsheng.domain.registry.models import Snapshot
from minsheng.kernel.errors import Refusal
from minsheng.kernel.periods import Month

_ONE_WRITER = 0x7265_6769_7374_7279


class RegistryOutOfOrder(Refusal):
    """A snapshot older than the newest applied one would rewrite what later months were built on."""

    code: ClassVar[str] = "registry-out-of-order"


@dataclass(frozen=True)
class Applied:
    """What a snapshot changed: entities first listed, listed with other facts, no longer listed.

    `conflicts` (row_number, column, reason) are lines that were not applied.
    """

    new: int
    changed: int
    closed: int
    conflicts: pl.DataFrame

    def counts(self, month: Month) -> dict[str, object]:
        """The counts, for the event log."""
        counted = {"new": self.new, "changed": self.changed, "closed": self.closed, "conflicts": self.conflicts.height}
        return {"month": str(month), **counted}


def one_writer() -> None:
    """Wait until no other transaction writes the registry; held until this one ends."""
    change("SELECT pg_advisory_xact_lock(%s)", [_ONE_WRITER])


def open_snapshot(kind: str, month: Month) -> None:
    """Take the registry for writing; raises RegistryOutOfOrder."""
    one_writer()
    newest = Snapshot.objects.filter(kind=kind).order_by("-month").values_list("month", flat=True).first()
    if newest and month.first_day < newest:
        raise RegistryOutOfOrder(
            f"The registry's {kind} already stand at {Month.of(newest)}; {month} comes too late to be applied.",
            next_step="Only the newest month's snapshot can be corrected; send the change with the next month's.",
        )


def close_snapshot(kind: str, month: Month, *, delivery: str, by: str, at: datetime) -> None:
    """Remember that the snapshot was applied."""
    Snapshot.objects.create(kind=kind, month=month.first_day, delivery=delivery, applied_at=at, applied_by=by)


def advance_epoch() -> None:
    """Say that persons, numbers or merges are no longer what they were."""
    change(
        "INSERT INTO registry_registryepoch AS epoch (id, number) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET number = epoch.number + 1"
    )


def completed(rows: pl.DataFrame, schema: Schema, standing: pl.DataFrame, *, entity: str, facts: Iterable[str]) -> pl.DataFrame:
    """The rows with every column of the schema.

    A column that was not delivered at all says nothing: its `facts` stay as they stand. Others are null.
    """
    absent = [name for name in facts if name not in rows.columns and name in standing.columns]
    carried = rows.join(standing.select(entity, *absent), on=entity, how="left") if absent else rows
    missing = [pl.lit(None, dtype=kind).alias(name) for name, kind in schema.items() if name not in carried.columns]
    return carried.with_columns(missing)


def with_kept(wanted: pl.DataFrame, standing: pl.DataFrame, doubted: pl.DataFrame | None, *, entity: str) -> pl.DataFrame:
    """The wanted lines, and those standing ones that nobody replaces in `doubted` households (None: in any): doubt loses nobody."""
    kept = standing if doubted is None else standing.join(doubted, on="household_key", how="semi")
    return pl.concat([wanted, kept.join(wanted, on=entity, how="anti").select(wanted.columns)])
