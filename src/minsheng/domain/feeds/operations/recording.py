"""Writing one delivery down: lake files first, then everything the database knows of it in one transaction."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import polars as pl
from django.db import connection, transaction

from minsheng.domain.audit.operations import record
from minsheng.domain.feeds import states
from minsheng.domain.feeds.models import Alarm, Delivery
from minsheng.domain.feeds.operations.registering import put_into_effect, withdraw
from minsheng.domain.feeds.operations.remembering import remember
from minsheng.domain.feeds.policies import Finding, Surroundings, findings
from minsheng.domain.feeds.queries import is_closed
from minsheng.domain.feeds.receipts import Receipt, receipt_of
from minsheng.domain.feeds.storing import clean_rows, store_clean, store_ledger, store_mended, store_quarantine
from minsheng.domain.feeds.who import Desk, identified, identity_epoch
from minsheng.domain.installation import Installation
from minsheng.domain.registry.queries import area_prefixes, people_count
from minsheng.engine.contracts.schema import Contract
from minsheng.engine.intake.reading import Intake
from minsheng.engine.intake.rules import IntakeRules
from minsheng.engine.linkage.resolve import Resolution
from minsheng.kernel.errors import Refusal
from minsheng.kernel.periods import Month

_USUAL_MONTHS = 6


@dataclass(frozen=True)
class Arrival:
    """A file about to be recorded: what it is, when it came, and what it mends or how its headers were mapped."""

    filename: str
    sha256: str
    size_bytes: int
    contract: Contract
    month: Month
    arrived_on: date
    arrival_stated: bool
    amends: Delivery | None = None
    header_map: tuple[tuple[str, str], ...] = ()
    in_doubt: tuple[str, ...] = ()

    @property
    def delivery(self) -> str:
        """The delivery's id."""
        return f"{self.contract.feed}-{self.month.year}{self.month.number:02d}-{self.sha256[:8]}"

    def rules(self, installation: Installation) -> IntakeRules:
        """What intake may accept here and now."""
        area = installation.area or (() if self.contract.registers else area_prefixes())
        return IntakeRules(
            today=max(installation.today, self.arrived_on),
            made_up_allowed=installation.made_up_allowed,
            area_prefixes=area,
            header_map=dict(self.header_map),
        )


@dataclass(frozen=True)
class _Laid:
    """What was put into the lake for a delivery."""

    identities: pl.DataFrame
    resolution: Resolution
    clean_digest: str
    ledger: dict[str, str]
    epoch: int


def record_delivery(arrival: Arrival, intake: Intake, *, desk: Desk, installation: Installation, by: str, at: datetime) -> Receipt:
    """Store and record what was read, held or in effect; returns the receipt. The same content again is already received."""
    if same := _same_content(arrival, intake):
        return receipt_of(same, status="already_received", reasons=["the same rows were received before, in another order or file"])
    held = findings(intake, arrival.contract, _surroundings(arrival))
    laid = _lay_down(arrival, intake, desk, installation)
    with transaction.atomic():
        _one_at_a_time(arrival)
        if same := _same_content(arrival, intake):
            return receipt_of(same, status="already_received", reasons=["another command received the same rows at the same time"])
        delivery = _new_delivery(arrival, held, by, at)
        _fill(delivery, arrival, intake, laid)
        _supersede(delivery, arrival, by, at)
        delivery.save(force_insert=True)
        Alarm.objects.bulk_create([Alarm(delivery=delivery, kind=f.kind, text_zh=f.zh, text_en=f.en, raised_at=at) for f in held])
        remember(laid.resolution, laid.identities, delivery=delivery, keys=installation.keys, by=by, at=at)
        if not held:
            put_into_effect(
                delivery, intake.clean, laid.resolution.links, in_doubt=arrival.in_doubt, installation=installation, by=by, at=at
            )
        record(f"delivery.{delivery.status}", by=by, at=at, subject=delivery.id, detail=_figures(delivery))
    return receipt_of(delivery)


def lay_again(
    delivery: Delivery, arrival: Arrival, intake: Intake, *, desk: Desk, installation: Installation, by: str, at: datetime
) -> pl.DataFrame:
    """Put what was read again from a held delivery's original in place of what was read first; returns its links (unsaved delivery)."""
    laid = _lay_down(arrival, intake, desk, installation)
    _fill(delivery, arrival, intake, laid)
    remember(laid.resolution, laid.identities, delivery=delivery, keys=installation.keys, by=by, at=at)
    return laid.resolution.links


def record_refusal(path: Path, refusal: Refusal, *, feed: str | None, month: Month | None, by: str, at: datetime) -> Receipt:
    """Note that a file was refused, and why; nothing of it is kept but this."""
    reason = f"{refusal.code}: {refusal}"
    with transaction.atomic():
        record("delivery.refused", by=by, at=at, subject=f"file:{path.name}"[:200], detail={"feed": feed, "code": refusal.code})
    return Receipt(filename=path.name, status=states.REFUSED, feed=feed, month=str(month) if month else None, reasons=[reason])


def _lay_down(arrival: Arrival, intake: Intake, desk: Desk, installation: Installation) -> _Laid:
    contract, month, lake = arrival.contract, arrival.month, installation.lake
    epoch = identity_epoch()
    identities, resolution = identified(intake.clean, contract, desk, installation.keys)
    clean = clean_rows(intake.clean, identities, contract, month)
    store_quarantine(lake, intake.faults, contract, month, arrival.delivery)
    clean_digest = store_clean(lake, clean, contract, month, arrival.delivery)
    if arrival.amends is not None:
        store_mended(lake, intake.original_rows, contract, month, arrival.delivery)
    ledger = store_ledger(lake, clean, resolution.links, feed=contract.feed, month=month, delivery=arrival.delivery, epoch=epoch)
    return _Laid(identities, resolution, clean_digest, ledger, epoch)


def _one_at_a_time(arrival: Arrival) -> None:
    """Wait for any other command that is recording the same feed and month; held until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"delivery:{arrival.contract.feed}:{arrival.month}"])


def _new_delivery(arrival: Arrival, held: list[Finding], by: str, at: datetime) -> Delivery:
    return Delivery(
        id=arrival.delivery,
        feed=arrival.contract.feed,
        month=str(arrival.month),
        filename=arrival.filename[-255:],
        sha256=arrival.sha256,
        size_bytes=arrival.size_bytes,
        arrived_on=arrival.arrived_on,
        received_at=at,
        received_by=by,
        status=states.HELD if held else states.RECEIVED,
        reasons=[f"{finding.kind}: {finding.zh} {finding.en}" for finding in held],
        amends=arrival.amends,
    )


def _fill(delivery: Delivery, arrival: Arrival, intake: Intake, laid: _Laid) -> None:
    links, reviews = laid.resolution.links.height, laid.resolution.reviews.height
    delivery.content_digest = intake.content_digest
    delivery.read, delivery.accepted = intake.read, intake.clean.height
    delivery.duplicate, delivery.quarantined, delivery.out_of_area = intake.duplicates, intake.rejected.height, intake.out_of_area
    delivery.matched, delivery.in_review, delivery.outside = links, reviews, intake.clean.height - links - reviews
    delivery.columns, delivery.dropped_columns = sorted(intake.headers), intake.dropped_columns
    delivery.header_map = dict(arrival.header_map)
    delivery.rejections = _rejection_counts(intake.rejected)
    delivery.clean_digest, delivery.resolved_epoch = laid.clean_digest, laid.epoch
    delivery.ledger = [laid.ledger]


def _supersede(delivery: Delivery, arrival: Arrival, by: str, at: datetime) -> None:
    """A whole month sent again replaces what was held; once in effect it replaces what counted, with its amendments."""
    if arrival.amends is not None:
        return
    replaced = [states.HELD] if delivery.status == states.HELD else [states.HELD, states.RECEIVED]
    for old in Delivery.objects.filter(feed=delivery.feed, month=delivery.month, status__in=replaced, amends__isnull=True).order_by("id"):
        withdraw(old, by=by, at=at)
        delivery.supersedes = old


def _same_content(arrival: Arrival, intake: Intake) -> Delivery | None:
    same = Delivery.objects.filter(feed=arrival.contract.feed, month=str(arrival.month), content_digest=intake.content_digest)
    return same.filter(status__in=(states.RECEIVED, states.HELD)).order_by("received_at").first() if intake.read else None


def _surroundings(arrival: Arrival) -> Surroundings:
    feed, month = arrival.contract.feed, arrival.month
    whole = Delivery.objects.filter(feed=feed, amends__isnull=True)
    late = Alarm.objects.filter(kind="late", settled_at__isnull=True).values("delivery")
    earlier = whole.filter(status=states.RECEIVED, month__lt=str(month)).order_by("-month")
    previous = whole.exclude(status=states.SUPERSEDED).filter(month=str(month.plus(-1))).order_by("-received_at").first()
    return Surroundings(
        month=month,
        arrived_on=arrival.arrived_on if arrival.arrival_stated else None,
        month_closed=is_closed(month),
        first_of_month=not whole.filter(month=str(month)).exclude(pk__in=late).exists(),
        earlier_volumes=list(earlier.values_list("read", flat=True)[:_USUAL_MONTHS]),
        people=people_count(),
        previous_content=previous.content_digest if previous else "",
        previous_columns=tuple(previous.columns) if previous else (),
        amends=arrival.amends is not None,
        amends_held=arrival.amends is not None and arrival.amends.status == states.HELD,
    )


def _rejection_counts(rejected: pl.DataFrame) -> dict[str, int]:
    counts = rejected.group_by("column", "reason").len().sort("column", "reason", nulls_last=True)
    return {f"{column or 'row'}: {reason}": int(number) for column, reason, number in counts.iter_rows()}


def _figures(delivery: Delivery) -> dict[str, object]:
    names = ("feed", "month", "read", "accepted", "duplicate", "quarantined", "out_of_area", "matched", "in_review", "outside")
    return {name: getattr(delivery, name) for name in names}
