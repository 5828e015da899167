"""What is to be known before a month is run: what its data lacks, and whether it has been run already."""

from dataclasses import dataclass
from typing import Final, Literal

from minsheng.domain.feeds.queries import month_status
from minsheng.domain.feeds.queries.behind import decisions_behind
from minsheng.domain.installation import Installation
from minsheng.domain.monitoring.in_force import model_in_force
from minsheng.domain.monitoring.operations.planning import feeds_read
from minsheng.domain.monitoring.queries import FinishedRun, current_run
from minsheng.engine.contracts.schema import Text
from minsheng.kernel.periods import Month

Lack = Literal["held", "overdue", "awaited"]
_LACKING: Final[tuple[Lack, ...]] = ("held", "overdue", "awaited")


@dataclass(frozen=True)
class LackingFeed:
    """A feed that the model reads and that does not count this month, and why; `delivery` is the held one."""

    feed: str
    title: Text
    lack: Lack
    due_on: str
    delivery: str


@dataclass(frozen=True)
class BeforeRun:
    """A month before it is run with the version of a model that counts then.

    `run` is the one that counts so far, `month_before` that of the month before, on which changes of level rest; `decisions_wait` says that
    there are decisions of identity which the run will bring in first.
    """

    month: Month
    model: str
    feeds: int
    lacking: tuple[LackingFeed, ...]
    run: FinishedRun | None
    month_before: FinishedRun | None
    decisions_wait: bool


def before_run(month: Month, name: str, *, installation: Installation) -> BeforeRun:
    """What a run of this month with this line of models would find; raises NoSuchModel or ModelFaults."""
    model = model_in_force(name, month, catalogue=installation.catalogue)
    read = {feed: installation.catalogue[feed] for feed in feeds_read(model) if feed in installation.catalogue}
    standings = month_status(catalogue=installation.catalogue, month=month, today=installation.today)
    lacking = [
        LackingFeed(one.feed, read[one.feed].title, lack, str(read[one.feed].due_on(month)), one.delivery if lack == "held" else "")
        for lack in _LACKING
        for one in standings
        if one.status == lack and one.feed in read
    ]
    return BeforeRun(
        month=month,
        model=f"{model.name}@{model.version}",
        feeds=len(read),
        lacking=tuple(lacking),
        run=current_run(model.name, month),
        month_before=current_run(model.name, month.plus(-1)),
        decisions_wait=decisions_behind(installation.catalogue),
    )
