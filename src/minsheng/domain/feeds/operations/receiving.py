"""Receiving deliveries: keep, read, check, match, record; each file whole or not at all."""

from collections.abc import Iterable, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from itertools import zip_longest
from pathlib import Path
from typing import BinaryIO, ClassVar

from minsheng.domain.feeds import states
from minsheng.domain.feeds.models import Delivery
from minsheng.domain.feeds.operations.reading import Reading, begin_reading, lay_down
from minsheng.domain.feeds.operations.recording import Arrival, record_delivery, record_refusal
from minsheng.domain.feeds.receipts import Receipt, receipt_of
from minsheng.domain.feeds.storing import digest_of, discard, seal_original
from minsheng.domain.feeds.terms import Agreed, agreed
from minsheng.domain.feeds.who import Desk
from minsheng.domain.installation import Installation
from minsheng.engine.contracts.schema import Contract
from minsheng.engine.intake.recognising import recognise
from minsheng.engine.intake.rules import IntakeRules
from minsheng.kernel.errors import Refusal
from minsheng.kernel.periods import Month
from minsheng.kernel.progress import Progress, Step

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


class NoSuchAmended(Refusal):
    """The mended rows name a receipt that is not known or has been superseded."""

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


@dataclass(frozen=True)
class _Opened:
    """A file whose bytes are kept: either it has its receipt already, or it is being read."""

    one: _Recognised
    receipt: Receipt | None = None
    arrival: Arrival | None = None
    reading: Reading | None = None
    sealing: Future[None] | None = None

    def close(self) -> None:
        """Read no further."""
        if self.reading is not None:
            self.reading.batches.close()


@dataclass(frozen=True)
class _Counter:
    """Where files are received: what every one of them needs."""

    installation: Installation
    desk: Desk
    readers: Executor
    sealers: Executor
    step: Step
    by: str
    at: datetime


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
    what was received stays received once. Where the area is set, the next file is read while one is recorded.
    """
    receipts: list[Receipt] = []
    recognised: list[_Recognised] = []
    for item in items:
        try:
            recognised.append(_recognise(item, installation))
        except Refusal as refusal:
            receipts.append(record_refusal(item.path, refusal, feed=item.feed, month=item.month, by=by, at=at))
    queue = sorted(recognised, key=lambda each: each.order)
    with (
        closing(Desk(installation)) as desk,
        ThreadPoolExecutor(1) as readers,
        ThreadPoolExecutor(1) as sealers,
        progress.step("接收 receiving", total=len(queue)) as step,
        ExitStack() as open_files,
    ):
        counter = _Counter(installation, desk, readers, sealers, step, by, at)
        opened: _Opened | None = None
        for one, following in zip_longest(queue, queue[1:]):
            step.note(f"{one.month} {one.contract.feed}")
            here = opened or open_files.enter_context(closing(_open(one, counter)))
            independent = following is not None and _independent(one, following, installation)
            opened = open_files.enter_context(closing(_open(following, counter))) if independent else None
            receipts.append(_finish(here, counter))
            step.advance()
    return receipts


def _independent(one: _Recognised, following: _Recognised, installation: Installation) -> bool:
    """Whether a file can be read while the one before it is recorded: nothing that is recorded now decides how it is read."""
    same = (one.contract.feed, one.month) == (following.contract.feed, following.month)
    return not same and following.amends is None and bool(installation.area)


def _open(one: _Recognised, counter: _Counter) -> _Opened:
    """Check a file's terms, keep its bytes, and begin to read it."""
    try:
        terms = _check_terms(one, counter.installation)
        amends = _amended(one)
        sha256 = digest_of(one.item.path)
        if known := _known_bytes(sha256, one):
            return _Opened(one, receipt=receipt_of(known, status="already_received", reasons=[_seen_before(known)]))
        arrival = _arrival(one, sha256, amends, terms, counter.installation)
        lake, keys = counter.installation.lake, counter.installation.keys
        sealing = counter.sealers.submit(seal_original, one.item.path, sha256, lake=lake, keys=keys)
        reading = begin_reading(partial(_opened, one.item.path), arrival, counter.installation, counter.readers)
        return _Opened(one, arrival=arrival, reading=reading, sealing=sealing)
    except Refusal as refusal:
        return _Opened(one, receipt=_refused(one, refusal, counter.by, counter.at))


def _opened(path: Path) -> BinaryIO:
    return path.open("rb")


def _finish(opened: _Opened, counter: _Counter) -> Receipt:
    if opened.receipt is not None or opened.arrival is None or opened.reading is None or opened.sealing is None:
        assert opened.receipt is not None
        return opened.receipt
    desk, installation = counter.desk, counter.installation
    try:
        with opened.reading.batches, installation.lake.scratch() as folder:
            laid, in_doubt = lay_down(
                opened.arrival, opened.reading, desk=desk, installation=installation, folder=folder, step=counter.step
            )
            opened.sealing.result()
            return record_delivery(opened.arrival, laid, in_doubt=in_doubt, installation=installation, by=counter.by, at=counter.at)
    except Refusal as refusal:
        wait([opened.sealing])
        _take_back(opened.arrival, installation)
        return _refused(opened.one, refusal, counter.by, counter.at)


def _refused(one: _Recognised, refusal: Refusal, by: str, at: datetime) -> Receipt:
    return record_refusal(one.item.path, refusal, feed=one.contract.feed, month=one.month, by=by, at=at)


def _take_back(arrival: Arrival, installation: Installation) -> None:
    """Leave nothing in the lake of a file that was refused after it had been laid down."""
    same_bytes = Delivery.objects.filter(sha256=arrival.sha256)
    if not same_bytes.filter(pk=arrival.delivery).exists():
        original = None if same_bytes.exists() else arrival.sha256
        discard(installation.lake, feed=arrival.contract.feed, month=arrival.month, delivery=arrival.delivery, sha256=original)


def _arrival(one: _Recognised, sha256: str, amends: Delivery | None, terms: Agreed, installation: Installation) -> Arrival:
    return Arrival(
        filename=one.item.path.name,
        sha256=sha256,
        size_bytes=one.item.path.stat().st_size,
        contract=terms.contract,
        month=one.month,
        arrived_on=one.item.arrived_on or installation.today,
        arrival_stated=one.item.arrived_on is not None,
        amends=amends,
        header_map=tuple(sorted(amends.header_map.items())) if amends else (),
        agreement=terms.agreement,
        covered=terms.areas,
    )


def _recognise(item: Item, installation: Installation) -> _Recognised:
    with item.path.open("rb") as source:
        rules = IntakeRules(today=installation.today, made_up_allowed=installation.made_up_allowed)
        found = recognise(source, str(item.path), installation.catalogue, rules=rules, feed=item.feed)
    amended = Delivery.objects.filter(pk=found.amends).first() if found.amends else None
    month = Month.parse(amended.month) if amended else item.month or found.month
    if month is None:
        raise MonthUnknown(
            f"Nothing says which month {item.path.name} reports on.",
            next_step="Put it into a folder named like 2026-10, or say --month 2026-10.",
        )
    return _Recognised(item, installation.catalogue[found.feed], month, found.amends)


def _check_terms(one: _Recognised, installation: Installation) -> Agreed:
    if one.month.first_day > installation.today:
        raise MonthNotOver(f"{one.month} has not begun yet.", next_step="Check the folder's name or --month.")
    return agreed(one.contract, one.item.arrived_on or installation.today, installation)


def _known_bytes(sha256: str, one: _Recognised) -> Delivery | None:
    same = Delivery.objects.filter(sha256=sha256, feed=one.contract.feed, month=str(one.month))
    return same.order_by("received_at").first()


def _seen_before(known: Delivery) -> str:
    if known.status != states.SUPERSEDED:
        return "the same bytes were received before"
    counting = Delivery.objects.filter(feed=known.feed, month=known.month, status=states.RECEIVED, amends__isnull=True).first()
    replaced = f"the same bytes were received before, and have been replaced since{f' by {counting.id}' if counting else ''}"
    return f"{replaced}: they do not count; to have them count again, export the file anew and send it"


def _amended(one: _Recognised) -> Delivery | None:
    """The whole month's delivery that the rows mend, also where they mend rows that were mended once before."""
    if one.amends is None:
        return None
    named = Delivery.objects.filter(pk=one.amends, feed=one.contract.feed).select_related("amends").first()
    found = named.amends or named if named else None
    if found is None or found.status not in (states.RECEIVED, states.HELD):
        raise NoSuchAmended(
            f"The rows say they mend delivery {one.amends}, which is {found.status if found else 'not known here'}.",
            next_step="Send the whole month again without the column 回执号.",
        )
    return found
