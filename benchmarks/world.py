"""A made-up province or nation straight into a lake: the frozen register, a year of ledgers, and the plans of two months' runs.

No files are received and no database is asked: what a run reads is laid down as receiving and freezing would have left it.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from benchmarks.happenings import FLOWS, STOCKS, YEARLY, People, ledger_rows
from benchmarks.people import BLOCK_PERSONS, coded, days_since_epoch, make_block, register_tables
from benchmarks.writing import GroupedWriter, grouped_writer
from minsheng.domain.feeds.lake import ledger_path
from minsheng.engine.contracts.loading import load_catalogue
from minsheng.engine.indicators.grammar import Model
from minsheng.engine.lake import ROW_GROUP, Lake, group_of
from minsheng.engine.scoring.plan import FeedInput, InputFile, LedgerFile, MonthState, PreviousRun, RegistryFiles, RunPlan
from minsheng.engine.scoring.tables import INPUTS
from minsheng.kernel.periods import Month, window

FORMAT = 3
MONTHS_BACK = 13
_SEPTEMBER = 9
_MERGED_EVERY = 10_000


@dataclass(frozen=True)
class WorldSpec:
    """What decides every byte of a world. `absent` names feeds whose delivery of the last month is missing."""

    persons: int
    seed: int = 20261121
    month: str = "2026-10"
    absent: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The folder it is kept in."""
        digest = hashlib.sha256(json.dumps([FORMAT, asdict(self)]).encode()).hexdigest()[:8]
        return f"world-{self.persons}-{digest}"


@dataclass(frozen=True)
class World:
    """A world as it stands in its lake: every file with its hash and rows, by the name it is known by."""

    folder: Path
    spec: WorldSpec
    files: Mapping[str, Mapping[str, Any]]

    @property
    def lake(self) -> Lake:
        """The lake it stands in."""
        return Lake(str(self.folder / "lake"))

    @property
    def month(self) -> Month:
        """The month to run."""
        return Month.parse(self.spec.month)

    def plan(self, model: Model, month: Month | None = None, previous: PreviousRun | None = None) -> RunPlan:
        """The plan of the world's month, or of the month before."""
        month = month or self.month
        registry = {name: self._input(f"registry/{month}/{name}") for name in _REGISTER}
        return RunPlan(month, model, RegistryFiles(**registry), self._feeds(month), previous)

    def rows(self, plan: RunPlan, paths: set[str]) -> int:
        """How many rows the files of a plan that are named hold."""
        by_path = {str(file["path"]): int(file["rows"]) for file in self.files.values()}
        return sum(by_path[path] for path in paths & set(plan.files()))

    def _input(self, name: str) -> InputFile:
        return InputFile(self.files[name]["path"], self.files[name]["sha256"])

    def _feeds(self, month: Month) -> dict[str, FeedInput]:
        catalogue = load_catalogue()
        return {feed: FeedInput.of(catalogue[feed], self._states(feed, month), self._ledgers(feed)) for feed in (*FLOWS, *STOCKS, YEARLY)}

    def _states(self, feed: str, month: Month) -> dict[Month, MonthState]:
        """`present` where the feed is due, of stocks only as far back as the two runs read."""
        states: dict[Month, MonthState] = {}
        for each in window(month, MONTHS_BACK):
            due = feed != YEARLY or each.number == _SEPTEMBER
            states[each] = "present" if due and (feed not in STOCKS or each >= self.month.plus(-1)) else "before" if due else "not_due"
        if feed in self.spec.absent and month == self.month:
            states[month] = "missing"
        return states

    def _ledgers(self, feed: str) -> dict[Month, list[LedgerFile]]:
        found = {}
        for month in _delivered(feed, self.month):
            if not (feed in self.spec.absent and month == self.month):
                file = self.files[f"{feed}/{month}"]
                found[month] = [LedgerFile(file["path"], file["sha256"], _delivery(feed, month))]
        return found


_REGISTER = ("households", "members", "deceased", "tags", "verdicts", "verdict_hits", "redirects")


def build_world(folder: Path, spec: WorldSpec) -> World:
    """Lay a world down below `folder`, or take the one that stands there. Memory holds one block of people and open row groups."""
    home = folder / spec.name
    marker = home / "world.json"
    if not marker.exists():
        lake = Lake(str(home / "lake"))
        with ExitStack() as stack:
            paths = _paths(spec)
            writers = {name: stack.enter_context(grouped_writer(lake, path, group=_group(name, spec))) for name, path in paths.items()}
            for people in _blocks(spec):
                _write_people(writers, people, Month.parse(spec.month))
            _write_merged(writers, spec)
        files = {name: {"path": path, "sha256": lake.digest(path), "rows": writers[name].rows} for name, path in _paths(spec).items()}
        marker.write_text(json.dumps({"spec": asdict(spec), "files": files}, indent=1))
    return World(home, spec, json.loads(marker.read_text())["files"])


def _paths(spec: WorldSpec) -> dict[str, str]:
    """Every file of a world: the name it is known by → its path in the lake."""
    month = Month.parse(spec.month)
    register = {f"registry/{m}/{name}": f"registry/{m}/{name}.parquet" for m in (month.plus(-1), month) for name in _REGISTER}
    feeds = ((feed, m) for feed in (*FLOWS, *STOCKS, YEARLY) for m in _delivered(feed, month))
    return register | {f"{feed}/{m}": ledger_path(feed, m, _delivery(feed, m), 1) for feed, m in feeds}


def _group(name: str, spec: WorldSpec) -> int:
    """The register is frozen in row groups of another size than ledgers are received in."""
    return group_of(spec.persons) if name.startswith("registry/") else ROW_GROUP


def _delivered(feed: str, month: Month) -> list[Month]:
    """The months whose delivery of a feed is laid down."""
    if feed in STOCKS:
        return window(month, 2)
    months = window(month, MONTHS_BACK)
    return months if feed in FLOWS else [each for each in months if each.number == _SEPTEMBER]


def _delivery(feed: str, month: Month) -> str:
    return f"{feed}-{month}"


def _blocks(spec: WorldSpec) -> Iterator[People]:
    """Everybody, block by block, then the few who were registered twice and merged since."""
    month = Month.parse(spec.month)
    household = 1
    starts = range(0, spec.persons, BLOCK_PERSONS)
    for number, start in enumerate(starts):
        rng = np.random.default_rng([spec.seed, number])
        block = make_block(number, start + 1, household, min(BLOCK_PERSONS, spec.persons - start), month, rng)
        household += len(block.household_keys)
        yield People(block, month, rng)


def _write_people(writers: Mapping[str, GroupedWriter], people: People, month: Month) -> None:
    for each in (month.plus(-1), month):
        for name, table in register_tables(people.block, each, newcomers=each == month).items():
            writers[f"registry/{each}/{name}"].write(table.select(INPUTS[name].names))
    verdicts, hits = _verdicts(people, month)
    for each in (month.plus(-1), month):
        writers[f"registry/{each}/verdicts"].write(verdicts)
        writers[f"registry/{each}/verdict_hits"].write(hits)
    _write_rows(writers, people, month)


def _write_rows(writers: Mapping[str, GroupedWriter], people: People, month: Month) -> None:
    for feed in (*FLOWS, *STOCKS, YEARLY):
        for each in _delivered(feed, month):
            writer = writers[f"{feed}/{each}"]
            writer.write(ledger_rows(people, feed, each, 2 + 5 * writer.rows))


def _write_merged(writers: Mapping[str, GroupedWriter], spec: WorldSpec) -> None:
    """People found to be registered twice: their rows stand under keys of their own, after everybody's, and count for others."""
    month = Month.parse(spec.month)
    rng = np.random.default_rng([spec.seed, spec.persons])
    count = max(3, spec.persons // _MERGED_EVERY)
    block = make_block(-(-spec.persons // BLOCK_PERSONS), spec.persons + 1, 1, count, month, rng)
    _write_rows(writers, People(block, month, rng), month)
    redirects = pa.table({"person_key": pa.array(block.person_key), "into_key": pa.array(rng.integers(1, spec.persons + 1, count))})
    for each in (month.plus(-1), month):
        writers[f"registry/{each}/redirects"].write(redirects)


def _verdicts(people: People, month: Month) -> tuple[pa.Table, pa.Table]:
    """Verdicts of the last half year on 2 % of households, and that the cost of each member's illness was known by then."""
    block, rng = people.block, people.rng
    given = rng.random(len(block.household_keys)) < 0.02
    keys = block.household_keys[given]
    days = days_since_epoch(month.last_day) - rng.integers(1, 200, len(keys))
    kinds = ("TRUE_HELPED", "TRUE_ALREADY_COVERED", "FALSE_DATA", "UNREACHABLE")
    verdicts = pa.table(
        {
            "household_key": pa.array(keys),
            "given_on": pa.array(days.astype(np.int32), pa.date32()),
            "verdict": coded(rng.integers(0, 4, len(keys)), kinds),
        }
    )
    seen = ("chronic_disease", "long_hospital_stay", "own_medical_cost")
    at = np.repeat(np.flatnonzero(given[block.household_at]), len(seen))
    which = np.tile(np.arange(len(seen)), len(at) // len(seen))
    hits = {
        "household_key": pa.array(block.household_key[at]),
        "person_key": pa.array(block.person_key[at]),
        "indicator": coded(which, seen),
        "band": pa.array(np.array([1, 2, 3])[which]),
    }
    return verdicts, pa.table(hits)
