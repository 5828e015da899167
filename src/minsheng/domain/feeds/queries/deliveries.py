"""Deliveries: which count, which are held, which are awaited."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from django.db.models import F, Q

from minsheng.domain.feeds import states
from minsheng.domain.feeds.models import ClosedMonth, Delivery
from minsheng.domain.feeds.receipts import Receipt, receipt_of
from minsheng.engine.contracts.loading import Catalogue
from minsheng.engine.contracts.schema import Contract
from minsheng.kernel.errors import Refusal
from minsheng.kernel.periods import Month

Availability = Literal["before", "not_due", "present", "missing", "held"]


class NoSuchDelivery(Refusal):
    """There is no such delivery."""

    code: ClassVar[str] = "no-such-delivery"


@dataclass(frozen=True)
class FeedStatus:
    """Where one feed stands for a month."""

    feed: str
    title: str
    status: str
    delivery: str
    read: int
    accepted: int
    quarantined: int
    note: str


def delivery_named(delivery: str) -> Delivery:
    """A delivery by its id; raises NoSuchDelivery."""
    found = Delivery.objects.filter(pk=delivery).first()
    if found is None:
        raise NoSuchDelivery(f"There is no delivery {delivery!r}.", next_step="See: minsheng feeds status")
    return found


def in_effect(feeds: Iterable[str], months: Sequence[Month]) -> list[Delivery]:
    """The deliveries that count, base files before their amendments, in a fixed order."""
    found = Delivery.objects.filter(feed__in=list(feeds), month__in=[str(month) for month in months], status=states.RECEIVED)
    counting = found.filter(Q(amends__isnull=True) | Q(amends__status=states.RECEIVED))
    return list(counting.order_by("feed", "month", F("amends_id").asc(nulls_first=True), "id"))


def availability(catalogue: Catalogue, feeds: Iterable[str], months: Sequence[Month]) -> dict[str, dict[Month, Availability]]:
    """Feed → month → present, held, missing, not due, or before the feed's first delivery."""
    rows = Delivery.objects.filter(feed__in=list(feeds), amends__isnull=True).exclude(status__in=(states.REFUSED, states.SUPERSEDED))
    seen: dict[str, dict[Month, str]] = {feed: {} for feed in feeds}
    for feed, month, status in rows.values_list("feed", "month", "status"):
        here = seen[feed]
        if here.get(Month.parse(month)) != states.RECEIVED:
            here[Month.parse(month)] = status
    return {feed: {month: _state(catalogue[feed], known, month) for month in months} for feed, known in seen.items()}


def latest_month() -> Month | None:
    """The newest month for which anything was delivered."""
    newest = Delivery.objects.exclude(status=states.REFUSED).order_by("-month").values_list("month", flat=True).first()
    return Month.parse(newest) if newest else None


def is_closed(month: Month) -> bool:
    """Whether the month's levels are out."""
    return ClosedMonth.objects.filter(month=str(month)).exists()


def month_status(*, catalogue: Catalogue, month: Month, today: date) -> list[FeedStatus]:
    """Every feed's standing for a month: received, held, awaited, overdue, or not due."""
    by_feed: dict[str, Delivery] = {}
    for delivery in Delivery.objects.filter(month=str(month)).exclude(status=states.REFUSED).order_by("received_at", "id"):
        if delivery.amends_id is None and delivery.status != states.SUPERSEDED:
            by_feed[delivery.feed] = delivery
    return [_standing(contract, by_feed.get(feed), month, today) for feed, contract in catalogue.items()]


def receipts_of(months: Iterable[Month]) -> list[Receipt]:
    """The receipts of every recorded delivery of the months, by month, feed and time."""
    found = Delivery.objects.filter(month__in=[str(month) for month in months]).order_by("month", "feed", "received_at", "id")
    return [receipt_of(delivery) for delivery in found]


def held_because(kind: str, month: Month) -> list[Delivery]:
    """The deliveries of a month that are held for one kind of alarm, and for no other."""
    held = Delivery.objects.filter(month=str(month), status=states.HELD).prefetch_related("alarms").order_by("id")
    return [delivery for delivery in held if {alarm.kind for alarm in delivery.alarms.all()} == {kind}]


def _state(contract: Contract, known: dict[Month, str], month: Month) -> Availability:
    if month in known:
        return "present" if known[month] == states.RECEIVED else "held"
    if not contract.expected_for(month):
        return "not_due"
    return "before" if not known or month < min(known) else "missing"


def _standing(contract: Contract, delivery: Delivery | None, month: Month, today: date) -> FeedStatus:
    due = contract.due_on(month)
    if delivery is not None:
        shown = (delivery.status, delivery.id, delivery.read, delivery.accepted, delivery.quarantined, "; ".join(delivery.reasons))
    elif not contract.expected_for(month):
        shown = ("not due", "", 0, 0, 0, "本月无需报送 nothing is due this month")
    elif today > due:
        shown = ("overdue", "", 0, 0, 0, f"应于 {due} 前送达，已逾期 {(today - due).days} 天 due {due}, {(today - due).days} days overdue")
    else:
        shown = ("awaited", "", 0, 0, 0, f"{due} 前送达 due {due}")
    return FeedStatus(contract.feed, contract.title.zh, *shown)
