"""Releasing a held delivery: a person answers for it."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import datetime
from functools import partial
from typing import BinaryIO, ClassVar

from django.db import transaction

from minsheng.domain.audit.operations import record
from minsheng.domain.feeds import states
from minsheng.domain.feeds.lake import original_path
from minsheng.domain.feeds.models import Delivery
from minsheng.domain.feeds.operations.reading import begin_reading, lay_down
from minsheng.domain.feeds.operations.recording import Arrival, lay_again
from minsheng.domain.feeds.operations.registering import put_into_effect, withdraw
from minsheng.domain.feeds.queries import contract_named, delivery_named
from minsheng.domain.feeds.receipts import Receipt, receipt_of
from minsheng.domain.feeds.terms import Agreed, agreed
from minsheng.domain.feeds.who import Desk
from minsheng.domain.installation import Installation
from minsheng.kernel.errors import Refusal
from minsheng.kernel.periods import Month
from minsheng.kernel.progress import Progress
from minsheng.kernel.states import event_of


class NotHeld(Refusal):
    """Only a held delivery can be released."""

    code: ClassVar[str] = "not-held"


class BaseStillHeld(Refusal):
    """Rows that mend a held delivery cannot count before it."""

    code: ClassVar[str] = "base-still-held"


class ReasonMissing(Refusal):
    """Whoever releases a delivery says why."""

    code: ClassVar[str] = "reason-missing"


def release(
    *, delivery: str, reason: str, header_map: Mapping[str, str], installation: Installation, by: str, at: datetime, progress: Progress
) -> Receipt:
    """Put a held delivery into effect, reading its original again with the given header map; returns the new receipt.

    Raises NoSuchDelivery, NotHeld, BaseStillHeld, ReasonMissing, or whatever the registry refuses.
    """
    held = check_release(delivery=delivery, reason=reason)
    arrival = _arrival(held, header_map, installation)
    with (
        progress.step("放行 release") as step,
        installation.lake.scratch() as folder,
        closing(Desk(installation)) as desk,
        ThreadPoolExecutor(1) as executor,
    ):
        reading = begin_reading(partial(_original, held, installation), arrival, installation, executor)
        with reading.batches:
            laid, in_doubt = lay_down(arrival, reading, desk=desk, installation=installation, folder=folder, step=step)
        with transaction.atomic():
            lay_again(held, arrival, laid, installation=installation, by=by, at=at)
            _replace(held, by, at)
            held.status, held.released_at, held.released_by = states.RECEIVED, at, by
            held.save()
            held.alarms.update(settled_at=at, settled_by=by)
            put_into_effect(held, laid.registered, in_doubt=in_doubt, installation=installation, by=by, at=at)
            event = event_of(states.DELIVERY_TRANSITIONS, states.HELD, states.RECEIVED)
            record(event, by=by, at=at, subject=held.id, detail={"reason": reason})
    return receipt_of(held)


@contextmanager
def _original(held: Delivery, installation: Installation) -> Iterator[BinaryIO]:
    with installation.lake.open_reader(original_path(held.sha256)) as sealed:
        yield installation.keys.open_stream(sealed)


def check_release(*, delivery: str, reason: str) -> Delivery:
    """The delivery, if it may be released for this reason; raises NoSuchDelivery, NotHeld, BaseStillHeld, ReasonMissing."""
    held = delivery_named(delivery)
    if held.status != states.HELD:
        raise NotHeld(f"{held.id} is {held.status}, not held.", next_step="See: minsheng feeds status")
    if held.amends is not None and held.amends.status == states.HELD:
        raise BaseStillHeld(f"{held.id} mends {held.amends_id}, which is held itself.", next_step=f"Release {held.amends_id} first.")
    if not reason.strip():
        raise ReasonMissing("A release needs a reason.", next_step="Say why with --reason.")
    return held


def _replace(held: Delivery, by: str, at: datetime) -> None:
    """A whole month takes the place of the one that counted."""
    if held.amends_id is None:
        for old in Delivery.objects.filter(feed=held.feed, month=held.month, status=states.RECEIVED, amends__isnull=True):
            withdraw(old, by=by, at=at)
            held.supersedes = old


def _arrival(held: Delivery, header_map: Mapping[str, str], installation: Installation) -> Arrival:
    """The arrival as it was, on the terms of the day it came."""
    contract = contract_named(installation.catalogue, held.feed)
    terms = agreed(contract, held.arrived_on, installation) if held.agreement_id else Agreed(None, contract, ())
    return Arrival(
        filename=held.filename,
        sha256=held.sha256,
        size_bytes=held.size_bytes,
        contract=terms.contract,
        month=Month.parse(held.month),
        arrived_on=held.arrived_on,
        arrival_stated=True,
        amends=held.amends,
        header_map=tuple(sorted({**held.header_map, **header_map}.items())),
        agreement=terms.agreement,
        covered=terms.areas,
    )
