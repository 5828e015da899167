"""Writing one delivery down: lake files first, then everything the database knows of it in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TypedDict

from django.db import connection, transaction

from minsheng.domain.audit.operations import record
from minsheng.domain.feeds import states
from minsheng.domain.feeds.laying import Laid
from minsheng.domain.feeds.models import Alarm, Delivery, SharingAgreement
from minsheng.domain.feeds.operations.registering import put_into_effect, withdraw
from minsheng.domain.feeds.operations.remembering import remember
from minsheng.domain.feeds.policies import Finding, Surroundings, findings
from minsheng.domain.feeds.queries import is_closed
from minsheng.domain.feeds.receipts import Receipt, receipt_of
from minsheng.domain.feeds.storing import store_clean, store_ledger, store_mended, store_quarantine
from minsheng.domain.feeds.terms import narrowed
from minsheng.domain.installation import Installation
from minsheng.domain.registry.queries import area_prefixes, people_count
from minsheng.engine.contracts.schema import Contract
from minsheng.engine.intake.reading import Figures
from minsheng.engine.intake.rules import IntakeRules
from minsheng.kernel.errors import Refusal
from minsheng.kernel.periods import Month

_USUAL_MONTHS = 6


class _Of(TypedDict):
    """What the files of a delivery are called after."""

    feed: str
    month: Month
    delivery: str


@dataclass(frozen=True)
class Arrival:
    """A file about to be recorded: what it is, when it came, what it mends or how its headers were mapped, and what it is taken under.

    `contract` allows only what the agreement names; `covered` are the places it covers (none: it bounds none).
    """

    filename: str
    sha256: str
    size_bytes: int
    contract: Contract
    month: Month
    arrived_on: date
    arrival_stated: bool
    amends: Delivery | None = None
    header_map: tuple[tuple[str, str], ...] = ()
    agreement: SharingAgreement | None = None
    covered: tuple[str, ...] = ()

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
            area_prefixes=narrowed(area, self.covered),
            header_map=dict(self.header_map),
        )


def record_delivery(arrival: Arrival, laid: Laid, *, in_doubt: Sequence[str], installation: Installation, by: str, at: datetime) -> Receipt:
    """Store and record what was laid out, held or in effect; returns the receipt. The same content again is already received.

    `in_doubt`: households of quarantined registry rows, whose people are not taken for gone.
    """
    if same := _same_content(arrival, laid.figures):
        return receipt_of(same, status="already_received", reasons=["the same rows were received before, in another order or file"])
    held = findings(laid.figures, arrival.contract, _surroundings(arrival))
    with transaction.atomic():
        _one_at_a_time(arrival)
        if same := _same_bytes(arrival) or _same_content(arrival, laid.figures):
            return receipt_of(same, status="already_received", reasons=["another command received the same rows at the same time"])
        delivery = _new_delivery(arrival, held, by, at)
        _put_in_place(delivery, arrival, laid, installation)
        _supersede(delivery, arrival, by, at)
        delivery.save(force_insert=True)
        _raise_alarms(delivery, held, at)
        remember(laid.sure, laid.questions, delivery=delivery, keys=installation.keys, by=by, at=at)
        if not held:
            put_into_effect(delivery, laid.registered, in_doubt=in_doubt, installation=installation, by=by, at=at)
        record(f"delivery.{delivery.status}", by=by, at=at, subject=delivery.id, detail=_figures(delivery))
    return receipt_of(delivery)


def lay_again(delivery: Delivery, arrival: Arrival, laid: Laid, *, installation: Installation, by: str, at: datetime) -> None:
    """Put what was read again from a held delivery's original in place of what was read first (unsaved delivery)."""
    _put_in_place(delivery, arrival, laid, installation)
    remember(laid.sure, laid.questions, delivery=delivery, keys=installation.keys, by=by, at=at)


def record_refusal(path: Path, refusal: Refusal, *, feed: str | None, month: Month | None, by: str, at: datetime) -> Receipt:
    """Note that a file was refused, and why; nothing of it is kept but this."""
    reason = f"{refusal.code}: {refusal}"
    with transaction.atomic():
        record("delivery.refused", by=by, at=at, subject=f"file:{path.name}"[:200], detail={"feed": feed, "code": refusal.code})
    return Receipt(filename=path.name, status=states.REFUSED, feed=feed, month=str(month) if month else None, reasons=[reason])


def _put_in_place(delivery: Delivery, arrival: Arrival, laid: Laid, installation: Installation) -> None:
    """Move the files into the lake, and say in the delivery what they hold."""
    lake, figures = installation.lake, laid.figures
    of = _Of(feed=arrival.contract.feed, month=arrival.month, delivery=arrival.delivery)
    store_quarantine(lake, laid.quarantine, **of)
    delivery.clean_digest = store_clean(lake, laid.clean, **of)
    if laid.mended is not None:
        store_mended(lake, laid.mended, **of)
    delivery.ledger = [store_ledger(lake, laid.ledger, epoch=laid.epoch, **of)]
    delivery.content_digest, delivery.resolved_epoch = figures.content_digest, laid.epoch
    delivery.read, delivery.accepted, delivery.duplicate = figures.read, figures.accepted, figures.duplicates
    delivery.quarantined, delivery.out_of_area = figures.quarantined, figures.out_of_area
    delivery.matched, delivery.in_review = laid.matched, laid.questions.height
    delivery.outside = figures.accepted - laid.matched - laid.questions.height
    delivery.columns, delivery.dropped_columns = sorted(figures.headers), figures.dropped_columns
    delivery.header_map = dict(arrival.header_map)
    delivery.rejections = {f"{column or 'row'}: {reason}": rows for (column, reason), rows in sorted(figures.rejections.items())}


def _one_at_a_time(arrival: Arrival) -> None:
    """Wait for any other command that is recording the same feed and month; held until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"delivery:{arrival.contract.feed}:{arrival.month}"])


def _new_delivery(arrival: Arrival, held: list[Finding], by: str, at: datetime) -> Delivery:
    return Delivery(
        id=arrival.delivery,
        feed=arrival.contract.feed,
        department=arrival.contract.department,
        agreement=arrival.agreement,
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


def _raise_alarms(delivery: Delivery, held: list[Finding], at: datetime) -> None:
    Alarm.objects.bulk_create(
        Alarm(delivery=delivery, kind=one.kind, text_zh=one.zh, text_en=one.en, detail=dict(one.detail), raised_at=at) for one in held
    )


def _supersede(delivery: Delivery, arrival: Arrival, by: str, at: datetime) -> None:
    """A whole month sent again replaces what was held; once in effect it replaces what counted, with its amendments."""
    if arrival.amends is not None:
        return
    replaced = [states.HELD] if delivery.status == states.HELD else [states.HELD, states.RECEIVED]
    for old in Delivery.objects.filter(feed=delivery.feed, month=delivery.month, status__in=replaced, amends__isnull=True).order_by("id"):
        withdraw(old, by=by, at=at)
        delivery.supersedes = old


def _same_bytes(arrival: Arrival) -> Delivery | None:
    return Delivery.objects.filter(pk=arrival.delivery, sha256=arrival.sha256).first()


def _same_content(arrival: Arrival, figures: Figures) -> Delivery | None:
    same = Delivery.objects.filter(feed=arrival.contract.feed, month=str(arrival.month), content_digest=figures.content_digest)
    return same.filter(status__in=(states.RECEIVED, states.HELD)).order_by("received_at").first() if figures.read else None


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


def _figures(delivery: Delivery) -> dict[str, object]:
    names = ("feed", "month", "read", "accepted", "duplicate", "quarantined", "out_of_area", "matched", "in_review", "outside")
    return {name: getattr(delivery, name) for name in names} | {"agreement": delivery.agreement_id}
