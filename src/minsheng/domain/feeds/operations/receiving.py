"""Receiving deliveries: keep, read, check, match, record; each file whole or not at all."""

from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import ClassVar

from minsheng.domain.feeds.in_doubt import households_in_doubt
from minsheng.domain.feeds.models import Delivery
from minsheng.domain.feeds.operations.recording import Arrival, record_delivery, record_refusal
from minsheng.domain.feeds.receipts import Receipt, receipt_of
from minsheng.domain.feeds.states import REFUSED
from minsheng.domain.feeds.storing import seal_original
from minsheng.domain.feeds.who import Desk
from minsheng.domain.installation import Installation
from minsheng.engine.contracts.schema import Contract
from minsheng.engine.intake.reading import take_in
from minsheng.engine.intake.recognising import recognise
from minsheng.engine.intake.rules import IntakeRules
from minsheng.kernel.errors import Refusal
from minsheng.kernel.periods import Month
from minsheng.kernel.progress import Progress

_NOT_DELIVERIES = ("truth.parquet",)


class NothingToReceive(Refusal):
    """The paths hold no file."""

    code: ClassVar[str] = "nothing-to-receive"


class MonthUnknown(Refusal):
    """Neither the path nor the command says which month the file reports on."""

    code: ClassVar[str] = "month-unknown"


class MonthNotOver(Refusal):
    """The month reported on lies in the future."""

    code: ClassVar[str] = "month-not-over"


class AgreementNotInForce(Refusal):
    """The sharing agreement of the feed does not cover the day of arrival."""

    code: ClassVar[str] = "agreement-not-in-force"


class NoSuchAmended(Refusal):
    """The mended rows name a receipt that is not in effect."""

    code: ClassVar[str] = "no-such-receipt"


@dataclass(frozen=True)
class Item:
    """A file to receive, with what the sender says about it."""

    path: Path
    feed: str | None = None
    month: Month | None = None
    arrived_on: date | None = None


@dataclass(frozen=True)
class _Recognised:
    item: Item
    contract: Contract
    month: Month
    amends: str | None

    @property
    def order(self) -> tuple[Month, int, str, str]:
        rank = {"households": 0, "members": 1, None: 2}[self.contract.registers]
        return (self.month, rank, self.contract.feed, str(self.item.path))


def files_below(paths: Iterable[Path]) -> list[Path]:
    """The files themselves, and every file below the folders, in a fixed order; hidden files and the demo's truth are passed over.

    Raises NothingToReceive.
    """
    found: list[Path] = []
    for path in paths:
        inside = sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]
        found += [one for one in inside if one == path or not (one.name.startswith(".") or one.name in _NOT_DELIVERIES)]
    missing = [str(path) for path in found if not path.exists()]
    if missing or not found:
        raise NothingToReceive(
            f"There is no file {missing[0]}." if missing else "There is no file to receive.", next_step="Check the paths."
        )
    return found


def receive(items: Sequence[Item], *, installation: Installation, by: str, at: datetime, progress: Progress) -> list[Receipt]:
    """Receive files in the order of month, registry first; gives each a receipt, also those refused.

    Every file is one transaction after its lake files are in place: interrupted anywhere, running again completes, and
    what was received stays received once.
    """
    receipts: list[Receipt] = []
    recognised: list[_Recognised] = []
    for item in items:
        try:
            recognised.append(_recognise(item, installation))
        except Refusal as refusal:
            receipts.append(record_refusal(item.path, refusal, feed=item.feed, month=item.month, by=by, at=at))
    with closing(Desk(installation)) as desk, progress.step("接收 receiving", total=len(recognised)) as step:
        for one in sorted(recognised, key=lambda each: each.order):
            step.note(f"{one.month} {one.contract.feed}")
            receipts.append(_receive_one(one, desk, installation, by, at))
            step.advance()
    return receipts


def _receive_one(one: _Recognised, desk: Desk, installation: Installation, by: str, at: datetime) -> Receipt:
    try:
        _check_terms(one, installation)
        sha256 = seal_original(one.item.path, lake=installation.lake, keys=installation.keys)
        if known := _known_bytes(sha256, one):
            return receipt_of(known, status="already_received", reasons=["the same bytes were received before"])
        arrival = Arrival(
            filename=one.item.path.name,
            sha256=sha256,
            size_bytes=one.item.path.stat().st_size,
            contract=one.contract,
            month=one.month,
            arrived_on=one.item.arrived_on or installation.today,
            arrival_stated=one.item.arrived_on is not None,
            amends=_amended(one),
        )
        with one.item.path.open("rb") as source:
            rules = arrival.rules(installation)
            intake = take_in(source, filename=one.item.path.name, contract=one.contract, rules=rules)
            doubt = households_in_doubt(source, intake, filename=one.item.path.name, contract=one.contract, rules=rules)
        return record_delivery(replace(arrival, in_doubt=doubt), intake, desk=desk, installation=installation, by=by, at=at)
    except Refusal as refusal:
        return record_refusal(one.item.path, refusal, feed=one.contract.feed, month=one.month, by=by, at=at)


def _recognise(item: Item, installation: Installation) -> _Recognised:
    with item.path.open("rb") as source:
        rules = IntakeRules(today=installation.today, made_up_allowed=installation.made_up_allowed)
        found = recognise(source, str(item.path), installation.catalogue, rules=rules, feed=item.feed)
    amended = Delivery.objects.filter(pk=found.amends).first() if found.amends else None
    month = item.month or (Month.parse(amended.month) if amended else found.month)
    if month is None:
        raise MonthUnknown(
            f"Nothing says which month {item.path.name} reports on.",
            next_step="Put it into a folder named like 2026-10, or say --month 2026-10.",
        )
    return _Recognised(item, installation.catalogue[found.feed], month, found.amends)


def _check_terms(one: _Recognised, installation: Installation) -> None:
    if one.month.first_day > installation.today:
        raise MonthNotOver(f"{one.month} has not begun yet.", next_step="Check the folder's name or --month.")
    agreement = one.contract.agreement
    day = one.item.arrived_on or installation.today
    if not agreement.in_force(day):
        raise AgreementNotInForce(
            f"The agreement on {one.contract.feed} runs from {agreement.signed_on} to {agreement.expires_on}; {day} lies outside it.",
            next_step="Renew the agreement in the feed's contract before receiving this data.",
        )


def _known_bytes(sha256: str, one: _Recognised) -> Delivery | None:
    same = Delivery.objects.filter(sha256=sha256, feed=one.contract.feed, month=str(one.month))
    return same.exclude(status=REFUSED).order_by("received_at").first()


def _amended(one: _Recognised) -> Delivery | None:
    if one.amends is None:
        return None
    found = Delivery.objects.filter(pk=one.amends, feed=one.contract.feed).exclude(status=REFUSED).first()
    if found is None:
        raise NoSuchAmended(
            f"The rows say they mend delivery {one.amends}, which is not known here.",
            next_step="Send the whole month again without the column 回执号.",
        )
    return found
