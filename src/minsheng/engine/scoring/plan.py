"""What a run is given: the month, the model, and every input file with its hash."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from minsheng.engine.contracts.schema import Contract
from minsheng.engine.indicators.grammar import Model
from minsheng.engine.indicators.loading import model_digest
from minsheng.kernel.periods import Month

RULES_VERSION = 2
"""Part of every run's identity: raised when the arithmetic changes, so that no half-finished run mixes two sets of rules."""

MonthState = Literal["before", "not_due", "present", "missing", "held"]


@dataclass(frozen=True)
class InputFile:
    """A Parquet file of the lake, with the SHA-256 (hex) of its bytes."""

    path: str
    sha256: str


@dataclass(frozen=True)
class LedgerFile(InputFile):
    """The resolved rows of one delivery: person_key, row_number, event_on and value columns, sorted by person_key."""

    delivery: str


@dataclass(frozen=True)
class FeedInput:
    """One feed's ledger and which of its months can be believed.

    Months not mentioned, `before` the first delivery or `not_due` are not expected; `missing` and `held` ones make what needs
    them unknown. A `present` month may have no files.
    """

    kind: Literal["snapshot", "events"]
    tolerance_months: int
    months: Mapping[Month, MonthState]
    ledgers: Mapping[Month, Sequence[LedgerFile]]

    @classmethod
    def of(cls, contract: Contract, months: Mapping[Month, MonthState], ledgers: Mapping[Month, Sequence[LedgerFile]]) -> "FeedInput":
        """The input of a feed as its contract describes it."""
        return cls(contract.kind, contract.tolerance_months, months, ledgers)


@dataclass(frozen=True)
class RegistryFiles:
    """The register frozen at month end, and what people decided since; None stands for an empty table. See `tables.INPUTS`."""

    households: InputFile
    members: InputFile
    deceased: InputFile | None = None
    tags: InputFile | None = None
    verdicts: InputFile | None = None
    verdict_hits: InputFile | None = None
    redirects: InputFile | None = None

    def given(self) -> dict[str, InputFile]:
        """Name → file, for the tables that are given."""
        return {name: file for name, file in vars(self).items() if file is not None}


@dataclass(frozen=True)
class PreviousRun:
    """Last month's run: the files of its tables, and for each indicator how long it had been unknown (0: known; None: never known)."""

    run_id: str
    month: Month
    points: tuple[InputFile, ...]
    scores: tuple[InputFile, ...]
    reverse: tuple[InputFile, ...]
    unknown_months: Mapping[str, int | None] = field(default_factory=dict)


@dataclass(frozen=True)
class RunPlan:
    """Everything a run depends on. Feeds the model does not use are ignored; those it uses but that are not here never delivered."""

    month: Month
    model: Model
    registry: RegistryFiles
    feeds: Mapping[str, FeedInput]
    previous: PreviousRun | None = None

    @property
    def run_id(self) -> str:
        """The hash of all inputs: equal plans are the same run."""
        return hashlib.sha256(json.dumps(self.identity(), sort_keys=True).encode()).hexdigest()[:32]

    def identity(self) -> dict[str, object]:
        """What makes this run this run, as plain data: written to the manifest and hashed into the run's id."""
        return {
            "rules": RULES_VERSION,
            "month": str(self.month),
            "model": {"name": self.model.name, "version": self.model.version, "sha256": model_digest(self.model)},
            "registry": {name: file.sha256 for name, file in self.registry.given().items()},
            "feeds": {feed: _feed_identity(self.feeds[feed]) for feed in sorted(self.used_feeds())},
            "previous": _previous_identity(self.previous),
        }

    def files(self) -> dict[str, str]:
        """Path → SHA-256 (hex) of every input file."""
        ledgers = [file for feed in self.used_feeds() for files in self.feeds[feed].ledgers.values() for file in files]
        before = [*self.previous.points, *self.previous.scores, *self.previous.reverse] if self.previous else []
        return {file.path: file.sha256 for file in sorted([*self.registry.given().values(), *ledgers, *before], key=lambda f: f.path)}

    def used_feeds(self) -> set[str]:
        """The feeds of this plan that the model reads."""
        return {indicator.source for indicator in self.model.indicators} & set(self.feeds)


def _feed_identity(feed: FeedInput) -> dict[str, object]:
    return {
        "kind": feed.kind,
        "tolerance_months": feed.tolerance_months,
        "months": {str(month): state for month, state in sorted(feed.months.items())},
        "ledgers": {str(month): [[file.delivery, file.sha256] for file in files] for month, files in _sorted(feed.ledgers)},
    }


def _sorted(ledgers: Mapping[Month, Sequence[LedgerFile]]) -> Iterator[tuple[Month, list[LedgerFile]]]:
    for month, files in sorted(ledgers.items()):
        yield month, sorted(files, key=lambda file: (file.delivery, file.sha256))


def _previous_identity(previous: PreviousRun | None) -> dict[str, object] | None:
    if previous is None:
        return None
    return {
        "month": str(previous.month),
        "tables": [[file.sha256 for file in files] for files in (previous.points, previous.scores, previous.reverse)],
        "unknown_months": dict(previous.unknown_months),
    }
