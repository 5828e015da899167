"""Reading what arrived: the same at receipt and, from the kept original, at release."""

from typing import BinaryIO

from minsheng.domain.feeds.amending import only_mended
from minsheng.domain.feeds.in_doubt import households_in_doubt
from minsheng.domain.feeds.operations.recording import Arrival
from minsheng.domain.installation import Installation
from minsheng.engine.intake.reading import Intake, take_in


def read_arrival(source: BinaryIO, arrival: Arrival, installation: Installation) -> tuple[Intake, tuple[str, ...]]:
    """Read a delivery's rows, and the households in doubt (`households_in_doubt`); `source` must be seekable.

    Rows of an amendment that mend nothing are duplicates. Raises subclasses of Unreadable.
    """
    rules = arrival.rules(installation)
    intake = take_in(source, filename=arrival.filename, contract=arrival.contract, rules=rules)
    in_doubt = households_in_doubt(source, intake, filename=arrival.filename, contract=arrival.contract, rules=rules)
    if arrival.amends is not None:
        intake = only_mended(intake, arrival.amends, delivery=arrival.delivery, lake=installation.lake)
    return intake, in_doubt
