"""Releasing a held delivery: a person answers for it."""

from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from typing import ClassVar

from django.db import transaction

from minsheng.domain.audit.operations import record
from minsheng.domain.feeds import states
from minsheng.domain.feeds.in_doubt import households_in_doubt
from minsheng.domain.feeds.lake import original_path
from minsheng.domain.feeds.models import Delivery
from minsheng.domain.feeds.operations.recording import Arrival, lay_again
from minsheng.domain.feeds.operations.registering import put_into_effect, withdraw
from minsheng.domain.feeds.queries import contract_named, delivery_named
from minsheng.domain.feeds.receipts import Receipt, receipt_of
from minsheng.domain.feeds.who import Desk
from minsheng.domain.installation import Installation
from minsheng.engine.intake.reading import take_in
from minsheng.kernel.errors import Refusal
from minsheng.kernel.periods import Month
from minsheng.kernel.progress import Progress


class NotHeld(Refusal):
    """Only a held delivery can be released."""

    code: ClassVar[str] = "not-held"


class ReasonMissing(Refusal):
    """Whoever releases a delivery says why."""

    code: ClassVar[str] = "reason-missing"


def release(
    *, delivery: str, reason: str, header_map: Mapping[str, str], installation: Installation, by: str, at: datetime, progress: Progress
) -> Receipt:
    """Put a held delivery into effect, reading its original again with the given header map; returns the new receipt.

    Raises NoSuchDelivery, NotHeld, ReasonMissing, or whatever the registry refuses.
    """
    held = delivery_named(delivery)
    if held.status != states.HELD:
        raise NotHeld(f"{delivery} is {held.status}, not held.", next_step="See: minsheng feeds status")
    if not reason.strip():
        raise ReasonMissing("A release needs a reason.", next_step="Say why with --reason.")
    arrival = _arrival(held, header_map, installation)
    with progress.step("放行 release"):
        with installation.lake.open_reader(original_path(held.sha256)) as sealed:
            source = installation.keys.open_stream(sealed)
            rules = arrival.rules(installation)
            intake = take_in(source, filename=held.filename, contract=arrival.contract, rules=rules)
            in_doubt = households_in_doubt(source, intake, filename=held.filename, contract=arrival.contract, rules=rules)
        with closing(Desk(installation)) as desk, transaction.atomic():
            links = lay_again(held, arrival, intake, desk=desk, installation=installation, by=by, at=at)
            for old in Delivery.objects.filter(feed=held.feed, month=held.month, status=states.RECEIVED, amends__isnull=True).order_by(
                "id"
            ):
                if held.amends_id is None:
                    withdraw(old, by=by, at=at)
            held.status, held.released_at, held.released_by = states.RECEIVED, at, by
            held.save()
            held.alarms.update(settled_at=at, settled_by=by)
            put_into_effect(held, intake.clean, links, in_doubt=in_doubt, installation=installation, by=by, at=at)
            event = states.event_of(states.DELIVERY_TRANSITIONS, states.HELD, states.RECEIVED)
            record(event, by=by, at=at, subject=held.id, detail={"reason": reason})
    return receipt_of(held)


def _arrival(held: Delivery, header_map: Mapping[str, str], installation: Installation) -> Arrival:
    return Arrival(
        filename=held.filename,
        sha256=held.sha256,
        size_bytes=held.size_bytes,
        contract=contract_named(installation.catalogue, held.feed),
        month=Month.parse(held.month),
        arrived_on=held.arrived_on,
        arrival_stated=True,
        amends=held.amends,
        header_map=tuple(sorted({**held.header_map, **header_map}.items())),
    )
