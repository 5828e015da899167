"""What a delivery does to the registry when it comes into effect, and what is taken back when it no longer is."""

from collections.abc import Sequence
from datetime import datetime

import polars as pl
from django.db import transaction

from minsheng.domain.audit.operations import record
from minsheng.domain.feeds import states
from minsheng.domain.feeds.models import Delivery
from minsheng.domain.feeds.storing import add_to_quarantine, read_parts
from minsheng.domain.installation import Installation
from minsheng.domain.registry import operations as registry
from minsheng.engine.lake import Lake
from minsheng.kernel.periods import Month
from minsheng.kernel.states import event_of

_APPLY = {"households": registry.apply_households, "members": registry.apply_members}
_DEATHS = {"household_register": ("status_on", pl.col("status") == "deceased"), "cremations": ("died_on", pl.lit(True))}


@transaction.atomic
def put_into_effect(
    delivery: Delivery, registered: pl.DataFrame, *, in_doubt: Sequence[str], installation: Installation, by: str, at: datetime
) -> None:
    """Apply a registry snapshot, or record the deaths that a delivery reports; other feeds wait for the run.

    `registered`: a registry feed's accepted rows with identities in the clear, in memory only. `in_doubt`: households of quarantined
    registry rows, whose people are not taken for gone. Registry rows that contradict each other move from accepted to quarantined.
    """
    registers = installation.catalogue[delivery.feed].registers
    if registers is not None:
        conflicts = _APPLY[registers](
            rows=registered,
            month=Month.parse(delivery.month),
            delivery=delivery.id,
            keys=installation.keys,
            in_doubt=in_doubt,
            amends=delivery.amends_id is not None,
            by=by,
            at=at,
        ).conflicts
        _quarantine(delivery, conflicts, installation)
    else:
        record_deaths_of(delivery, installation.lake, by=by, at=at)


def record_deaths_of(delivery: Delivery, lake: Lake, *, by: str, at: datetime) -> None:
    """Record the deaths that a delivery's ledger reports, in place of what it reported before; other feeds are passed over."""
    if delivery.feed not in _DEATHS:
        return
    column, said = _DEATHS[delivery.feed]
    deaths = [
        rows.filter(said).select("person_key", "row_number", pl.col(column).alias("died_on")).drop_nulls()
        for part in delivery.ledger
        for rows in read_parts(lake, part["path"])
    ]
    registry.record_deaths(rows=pl.concat(deaths).sort("row_number").drop("row_number"), delivery=delivery.id, by=by, at=at)


def _quarantine(delivery: Delivery, conflicts: pl.DataFrame, installation: Installation) -> None:
    refused = conflicts.unique("row_number", keep="first", maintain_order=True)
    if not refused.height:
        return
    delivery.accepted -= refused.height
    delivery.quarantined += refused.height
    delivery.outside = max(0, delivery.outside - refused.height)
    for column, reason, number in refused.group_by("column", "reason").len().sort("column", "reason").iter_rows():
        delivery.rejections[f"{column}: {reason}"] = delivery.rejections.get(f"{column}: {reason}", 0) + number
    delivery.save(update_fields=["accepted", "quarantined", "outside", "rejections"])
    add_to_quarantine(installation.lake, conflicts, feed=delivery.feed, month=Month.parse(delivery.month), delivery=delivery.id)


@transaction.atomic
def withdraw(delivery: Delivery, *, by: str, at: datetime) -> None:
    """Take a delivery and its amendments out of effect, because a corrected one takes its place."""
    for one in (delivery, *delivery.amendments.exclude(status=states.SUPERSEDED)):
        event = event_of(states.DELIVERY_TRANSITIONS, one.status, states.SUPERSEDED)
        registry.withdraw_deaths(delivery=one.id, by=by, at=at)
        one.status = states.SUPERSEDED
        one.save(update_fields=["status"])
        record(event, by=by, at=at, subject=one.id)
