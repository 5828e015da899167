"""Reading what arrived: the same at receipt and, from the kept original, at release."""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

import polars as pl

from minsheng.domain.feeds.amending import Mending
from minsheng.domain.feeds.in_doubt import households_in_doubt
from minsheng.domain.feeds.laying import Laid, lay
from minsheng.domain.feeds.operations.recording import Arrival
from minsheng.domain.feeds.who import Desk
from minsheng.domain.installation import Installation
from minsheng.engine.intake.ahead import Ahead
from minsheng.engine.intake.reading import read_delivery
from minsheng.engine.intake.rules import IntakeRules
from minsheng.engine.intake.validating import Batch
from minsheng.kernel.progress import Step

Source = Callable[[], AbstractContextManager[BinaryIO]]
_BATCHES_AHEAD = 2


@dataclass(frozen=True)
class Reading:
    """An arrival whose batches another thread reads, a few ahead; close `batches` when done, also if they were not read to their end."""

    source: Source
    rules: IntakeRules
    batches: Ahead[Batch]


def read_arrival(source: Source, arrival: Arrival, rules: IntakeRules) -> Iterator[Batch]:
    """The batches of what arrived; the source is open while they are read. Raises subclasses of Unreadable."""
    with source() as opened:
        yield from read_delivery(opened, filename=arrival.filename, contract=arrival.contract, rules=rules)


def begin_reading(source: Source, arrival: Arrival, installation: Installation, executor: Executor) -> Reading:
    """Begin to read what arrived, by the rules that hold now."""
    rules = arrival.rules(installation)
    batches = Ahead(partial(read_arrival, source, arrival, rules), executor, depth=_BATCHES_AHEAD)
    return Reading(source, rules, batches)


def lay_down(
    arrival: Arrival, reading: Reading, *, desk: Desk, installation: Installation, folder: Path, step: Step
) -> tuple[Laid, tuple[str, ...]]:
    """Read an arrival to its end, match it, and lay its files out in the folder; also the households in doubt (`households_in_doubt`).

    Raises subclasses of Unreadable, and SeveralReceipts.
    """
    contract = arrival.contract
    mending = Mending(arrival.amends, delivery=arrival.delivery, lake=installation.lake) if arrival.amends else None
    named = f"{arrival.month} {contract.feed}"
    laid = lay(reading.batches, contract, arrival.month, desk=desk, mending=mending, folder=folder, step=step, named=named)
    if contract.registers is None:
        return laid, ()
    refused = pl.read_parquet(laid.quarantine, columns=["row_number"]).to_series()
    with reading.source() as opened:
        return laid, households_in_doubt(opened, refused, filename=arrival.filename, contract=contract, rules=reading.rules)
