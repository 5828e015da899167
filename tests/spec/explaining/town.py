"""A small town from a seed, run for two months by the engine: what explanations are tried on."""

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from minsheng.engine.backends.duckdb_engine import DuckDB, connect
from minsheng.engine.contracts.loading import Catalogue, load_catalogue
from minsheng.engine.explaining.reasons import RunContext
from minsheng.engine.indicators.grammar import Model
from minsheng.engine.indicators.loading import shipped_models
from minsheng.engine.lake import Lake
from minsheng.engine.scoring.plan import FeedInput, InputFile, LedgerFile, MonthState, RegistryFiles, RunPlan
from minsheng.engine.scoring.results import RunResult, household_tables, previous_run, read_result
from minsheng.engine.scoring.runner import run_month
from minsheng.engine.scoring.tables import INPUTS, TABLES
from minsheng.kernel.periods import Month, month_range

Row = dict[str, Any]
CATALOGUE: Catalogue = load_catalogue()
MODELS: Mapping[str, Model] = shipped_models()
FIRST, SECOND = Month(2026, 8), Month(2026, 9)
LATE = "medical_settlements"
_CATEGORIES = ("TEKUN", "DIBAO", "DIBAO", "DIBAO_MARGINAL", "RIGID_EXPENDITURE", "OTHER")
_FAMILY = (
    ("self", "male", 46),
    ("spouse", "female", 44),
    ("son", "male", 12),
    ("son", "male", 17),
    ("daughter", "female", 19),
    ("parent", "female", 74),
)
_ON = date(2026, 5, 4)
_RECORDS: Mapping[str, tuple[float, Row]] = {
    "medical_settlements": (
        0.3,
        {"kind": ("inpatient", "outpatient"), "own_share": (45_050, 310_000, 1_200_000, 3_860_000), "days": (3, 12, 25)},
    ),
    "disease_registrations": (0.15, {"kind": ("chronic", "major"), "certificate_no": ("M1",)}),
    "disability_certificates": (0.08, {"kind": ("physical",), "level": (1, 2, 3, 4)}),
    "school_enrolment": (0.08, {"stage": ("gaokao", "university"), "fee": (520_000, 1_280_000)}),
    "registered_unemployment": (0.1, {"reason": ("dismissed",), "benefit": (150_000,)}),
    "vehicles": (0.03, {"kind": ("car",), "value": (8_000_000,)}),
    "cremations": (0.0, {"died_on": (date(2026, 8, 30),), "cremated_on": (date(2026, 9, 1),)}),
}
"""Feed → the share of people with records in the year, and the values to choose from."""
_TYPES: Mapping[str, pa.DataType] = {"money": pa.int64(), "integer": pa.int64(), "decimal": pa.int64(), "date": pa.date32()}


@dataclass(frozen=True)
class Ran:
    """A finished run in its lake, with what explaining takes from it."""

    lake: Lake
    plan: RunPlan
    result: RunResult
    context: RunContext

    def table(self, name: str) -> pl.DataFrame:
        """A result table, or one of the register."""
        given = self.plan.registry.given()
        frame = pl.from_arrow(read_result(self.lake, self.plan.run_id, name) if name in TABLES else self.lake.read_table(given[name].path))
        assert isinstance(frame, pl.DataFrame)
        return frame

    def frames(self) -> dict[str, pl.DataFrame]:
        """The tables that `warning_reasons` takes."""
        return {name: self.table(name) for name in ("warnings", "scores", "hits", "points", "evidence", "members", "deceased")}

    def household(self, key: int) -> dict[str, pa.Table]:
        """One household's rows of the results and of the register."""
        found = household_tables(self.lake, self.plan.run_id, key)
        for name in ("members", "deceased"):
            table = self.lake.read_table(self.plan.registry.given()[name].path)
            found[name] = table.filter(pc.field("household_key") == key)
        return found

    def household_keys(self) -> list[int]:
        """Every household."""
        return sorted(self.table("scores")["household_key"])


@dataclass(frozen=True)
class Town:
    """Two months of the same town; in the second the medical records are missing."""

    first: Ran
    second: Ran


def run_town(model: Model, folder: Path, *, households: int = 60, seed: int = 7) -> Town:
    """A town with some deaths and some verdicts between its two months."""
    members = list(_families(households, random.Random(seed)))
    records = list(_records(members, random.Random(seed + 1)))
    dead = [row for row in members if row["household_key"] % 20 == 3 and row["relation"] == "self"]
    return run_two_months(model, folder, members, records, dead=dead)


def run_two_months(
    model: Model, folder: Path, members: Sequence[Row], records: Sequence[tuple[str, Row]], *, dead: Sequence[Row] = ()
) -> Town:
    """Run both months for these people and records; the dead die between them, and a third of the warned were helped by then."""
    lake = Lake(str(folder))
    first = _run(lake, RunPlan(FIRST, model, _register(lake, FIRST, {"members": members}), _feeds(lake, model, records, FIRST)))
    deaths = [("cremations", {"person_key": row["person_key"], "event_on": date(2026, 9, 2)}) for row in dead]
    hits = first.table("hits")
    helped = first.table("warnings")["household_key"].to_list()[::3]
    register = {
        "members": [row for row in members if row not in dead],
        "deceased": [{**row, "died_on": date(2026, 8, 30), "listed": False} for row in dead],
        "verdicts": [{"household_key": key, "given_on": date(2026, 9, 12), "verdict": "TRUE_HELPED"} for key in helped],
        "verdict_hits": hits.filter(pl.col("household_key").is_in(helped)).select(INPUTS["verdict_hits"].names).to_dicts(),
    }
    feeds = _feeds(lake, model, [*records, *deaths], SECOND, late=LATE)
    plan = RunPlan(SECOND, model, _register(lake, SECOND, register), feeds, previous_run(lake, first.result.run_id))
    return Town(first, _run(lake, plan))


def _run(lake: Lake, plan: RunPlan) -> Ran:
    with DuckDB(connect(threads=2)) as backend:
        result = run_month(lake, backend, plan)
    return Ran(lake, plan, result, RunContext(plan.model, CATALOGUE, plan.month, result.unknown))


def _families(households: int, chance: random.Random) -> Iterator[Row]:
    for household in range(1, households + 1):
        category, size = chance.choice(_CATEGORIES), chance.randint(1, len(_FAMILY))
        left = chance.choice((None, None, None, 7))
        for at, (relation, sex, age) in enumerate(_FAMILY[:size]):
            yield {
                "household_key": household,
                "person_key": household * 10 + at,
                "category": category,
                "relation": relation,
                "sex": sex,
                "birth_on": date(2026 - age, 3, 1),
                "age": age,
                "household_size": size,
                "lives_alone": size == 1,
                "months_since_exit": left,
            }


def _records(members: Sequence[Row], chance: random.Random) -> Iterator[tuple[str, Row]]:
    for member in members:
        for feed, (share, choices) in _RECORDS.items():
            for _ in range(chance.randint(1, 3) if chance.random() < share else 0):
                happened = SECOND.last_day - timedelta(days=chance.randint(0, 364))
                values = {name: chance.choice(values) for name, values in choices.items()}
                yield feed, {"person_key": member["person_key"], "event_on": happened, **values}


def _register(lake: Lake, month: Month, given: Mapping[str, Sequence[Row]]) -> RegistryFiles:
    categories = {row["household_key"]: row["category"] for row in given["members"]}
    homes = [{"household_key": key, "category": category} for key, category in sorted(categories.items())]
    tables = {"households": homes, "deceased": [], "verdicts": [], "verdict_hits": [], **given}
    files = {name: _put(lake, f"register/{month}/{name}.parquet", rows, INPUTS[name]) for name, rows in tables.items()}
    return RegistryFiles(**files)


def _feeds(lake: Lake, model: Model, records: Iterable[tuple[str, Row]], month: Month, late: str = "") -> dict[str, FeedInput]:
    months = list(month_range(FIRST.plus(-11), month))
    known = [(feed, row) for feed, row in records if row["event_on"] <= month.last_day]
    feeds = {}
    for feed in {indicator.source for indicator in model.indicators} & set(CATALOGUE):
        contract = CATALOGUE[feed]
        states: dict[Month, MonthState] = {at: "missing" if feed == late and at == month else "present" for at in months}
        rows = [{**row, "row_number": at} for at, row in enumerate((row for name, row in known if name == feed), start=2)]
        if contract.kind == "snapshot":
            ledgers = {month: rows}
        else:
            ledgers = {at: [row for row in rows if Month.of(row["event_on"]) == at] for at in months if states[at] == "present"}
        files = {at: [_ledger(lake, feed, at, month, found)] for at, found in ledgers.items()}
        feeds[feed] = FeedInput.of(contract, states, files)
    return feeds


def _ledger(lake: Lake, feed: str, at: Month, month: Month, rows: Sequence[Row]) -> LedgerFile:
    fixed: dict[str, pa.DataType] = {"person_key": pa.int64(), "row_number": pa.int64(), "event_on": pa.date32()}
    named: dict[str, pa.DataType] = {column.name: _TYPES.get(column.type, pa.string()) for column in CATALOGUE[feed].allowed_columns}
    put = _put(lake, f"ledger/{month}/{feed}/{at}.parquet", rows, pa.schema({**named, **fixed}))
    return LedgerFile(put.path, put.sha256, f"{feed}-{at}")


def _put(lake: Lake, path: str, rows: Sequence[Row], schema: pa.Schema) -> InputFile:
    return InputFile(path, lake.write_table(path, pa.Table.from_pylist(list(rows), schema=schema)))
