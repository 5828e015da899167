"""A small world as plain rows, run by either engine: what a run is given, and what comes out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, cast

import pyarrow as pa

from minsheng.engine.backends.backend import Backend
from minsheng.engine.backends.duckdb_engine import DuckDB, connect
from minsheng.engine.indicators.grammar import Model
from minsheng.engine.lake import Lake
from minsheng.engine.scoring.plan import FeedInput, InputFile, LedgerFile, MonthState, PreviousRun, RegistryFiles, RunPlan
from minsheng.engine.scoring.ranges import Layout
from minsheng.engine.scoring.results import previous_run, read_result
from minsheng.engine.scoring.runner import USUAL, run_month
from minsheng.engine.scoring.tables import INPUTS, TABLES
from minsheng.kernel.periods import Month

Row = dict[str, Any]
_TEXT_COLUMNS = frozenset({"kind", "hospital", "stage", "read_for"})


@dataclass
class Outcome:
    """The tables of a run as rows, and for how long each indicator has been unknown (0: known; None: never known)."""

    tables: dict[str, list[Row]]
    unknown: dict[str, int | None]

    def level(self, household: int) -> int:
        """The level of a household."""
        return int(self.score(household)["level"])

    def score(self, household: int) -> Row:
        """The row of a household in `scores`."""
        return next(row for row in self.tables["scores"] if row["household_key"] == household)

    def warning(self, household: int) -> Row | None:
        """The warning of a household, if there is one."""
        return next((row for row in self.tables["warnings"] if row["household_key"] == household), None)


@dataclass
class Feed:
    """A feed: `rows` carry month, delivery, row_number, person_key, event_on and value columns."""

    rows: list[Row] = field(default_factory=list)
    months: Mapping[str, str] = field(default_factory=dict)
    kind: str = "events"
    tolerance_months: int = 1


@dataclass
class World:
    """Everything a month's run is given. People are `person(...)` rows; households come from them."""

    month: str
    model: Model
    members: Sequence[Row]
    deceased: Sequence[Row] = ()
    feeds: Mapping[str, Feed] = field(default_factory=dict)
    tags: Sequence[tuple[int, str]] = ()
    verdicts: Sequence[tuple[int, date, str]] = ()
    verdict_hits: Sequence[tuple[int, int, str, int]] = ()
    redirects: Mapping[int, int] = field(default_factory=dict)
    previous: Outcome | None = None
    household_categories: Mapping[int, str] = field(default_factory=dict)

    def people(self) -> list[Row]:
        """The living and the dead, with the columns that conditions may use."""
        living = [person | {"died_on": None, "listed": True, "deceased": False} for person in self.members]
        return living + [{"died_on": None, "listed": False} | person | {"deceased": True} for person in self.deceased]

    def households(self) -> list[Row]:
        """One row per household of a living member, or named in `household_categories`."""
        categories = {person["household_key"]: person["category"] for person in reversed(self.members)} | dict(self.household_categories)
        return [
            {"household_key": key, "division": "420106001001", "residence": "urban", "category": category}
            for key, category in sorted(categories.items())
        ]

    def now(self, key: int) -> int:
        """The key of a person after all merges."""
        while key in self.redirects:
            key = self.redirects[key]
        return key

    def last_month(self, table: str) -> list[Row]:
        """A table of last month's run."""
        return self.previous.tables[table] if self.previous else []


def person(household: int, key: int, **known: Any) -> Row:
    """A member of the register; what is not said is ordinary."""
    usual = {
        "category": "DIBAO",
        "relation": "self",
        "sex": "female",
        "birth_on": date(1980, 1, 1),
        "age": 46,
        "household_size": 1,
        "lives_alone": True,
        "months_since_exit": None,
        "disability_level": None,
        "ethnicity": "01",
    }
    return {"household_key": household, "person_key": key} | usual | known


def plan_of(world: World, lake: Lake, *, put: str = "") -> RunPlan:
    """The plan of a world whose tables are written to a lake, below the folder `put`."""
    tables: dict[str, list[Row]] = {
        "households": world.households(),
        "members": list(world.members),
        "deceased": [{"died_on": None, "listed": False} | person for person in world.deceased],
        "tags": [{"household_key": key, "tag": tag} for key, tag in world.tags],
        "verdicts": [{"household_key": key, "given_on": day, "verdict": verdict} for key, day, verdict in world.verdicts],
        "verdict_hits": [dict(zip(INPUTS["verdict_hits"].names, row, strict=True)) for row in world.verdict_hits],
        "redirects": [{"person_key": old, "into_key": world.now(old)} for old in world.redirects],
    }
    files = {
        name: _put(lake, f"{put}register/{name}.parquet", pa.Table.from_pylist(rows, schema=INPUTS[name])) for name, rows in tables.items()
    }
    feeds = {name: _feed_input(lake, f"{put}ledger/{name}", feed) for name, feed in world.feeds.items()}
    return RunPlan(Month.parse(world.month), world.model, RegistryFiles(**files), feeds, _previous(world, lake, put))


def run_duckdb(world: World, folder: Path, *, threads: int = 2, layout: Layout = USUAL) -> Outcome:
    """Run a world on DuckDB."""
    with DuckDB(connect(threads=threads)) as backend:
        return run_on(backend, world, folder, layout=layout)


def run_on(backend: Backend, world: World, folder: Path, *, layout: Layout = USUAL) -> Outcome:
    """Run a world on an engine, its households worked on as the layout says."""
    lake = Lake(str(folder))
    plan = plan_of(world, lake)
    run_month(lake, backend, plan, layout=layout)
    tables = {name: read_result(lake, plan.run_id, name).to_pylist() for name in TABLES}
    return Outcome(tables, dict(previous_run(lake, plan.run_id).unknown_months))


def _put(lake: Lake, path: str, table: pa.Table) -> InputFile:
    return InputFile(path, lake.write_table(path, table))


def _feed_input(lake: Lake, folder: str, feed: Feed) -> FeedInput:
    files: dict[Month, list[LedgerFile]] = {}
    for month, delivery in sorted({(row["month"], row["delivery"]) for row in feed.rows}):
        rows = [row for row in feed.rows if (row["month"], row["delivery"]) == (month, delivery)]
        put = _put(lake, f"{folder}/{month}/{delivery}.parquet", _ledger_table(rows))
        files.setdefault(Month.parse(month), []).append(LedgerFile(put.path, put.sha256, delivery))
    months = {Month.parse(month): cast("MonthState", state) for month, state in feed.months.items()}
    kind = "snapshot" if feed.kind == "snapshot" else "events"
    return FeedInput(kind, feed.tolerance_months, months, files)


def _ledger_table(rows: list[Row]) -> pa.Table:
    names = sorted({name for row in rows for name in row} - {"month", "delivery"})
    return pa.table({name: pa.array([row.get(name) for row in rows], _type_of(name)) for name in names})


def _type_of(name: str) -> pa.DataType:
    if name.endswith("_on"):
        return pa.date32()
    return pa.string() if name in _TEXT_COLUMNS else pa.int64()


def _previous(world: World, lake: Lake, put: str) -> PreviousRun | None:
    if world.previous is None:
        return None
    files = {
        name: (_put(lake, f"{put}previous/{name}.parquet", pa.Table.from_pylist(world.previous.tables[name], schema=TABLES[name].schema)),)
        for name in ("points", "scores", "reverse")
    }
    return PreviousRun("before", Month.parse(world.month).plus(-1), **files, unknown_months=world.previous.unknown)
