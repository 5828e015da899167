"""A small world on disk for tests of the runner: three households, two months of bills, a verdict, a merged person."""

from datetime import date
from pathlib import Path

from minsheng.engine.backends.duckdb_engine import DuckDB, connect
from minsheng.engine.lake import Lake
from minsheng.engine.scoring.plan import RunPlan
from minsheng.engine.scoring.ranges import Layout
from minsheng.engine.scoring.results import RunResult
from minsheng.engine.scoring.runner import USUAL, run_month
from tests.spec.models import indicator, model
from tests.spec.world import Feed, Row, World, person, plan_of

BILLS, CARS = "medical_settlements", "vehicles"
MODEL = model(
    [
        indicator("cost", BILLS, {"sum": "amount"}, [(10, 25), (50, 45)], window_months=2, evidence=["event_on", "amount"]),
        indicator("old", "registry", {"max": "age"}, [(70, 5)], dimension="age", evidence=["age"]),
        indicator("car", CARS, "count", [(1, 0)], reverse=True, evidence=["kind"]),
    ],
    caps={"health": (60, 80), "age": (10, 10)},
    overlap={2: 10},
    identity={"TEKUN": 130},
)


def bill(month: str, who: int, amount: int, number: int) -> Row:
    day = date.fromisoformat(f"{month}-12")
    return {"month": month, "delivery": f"bills-{month}", "row_number": number, "person_key": who, "event_on": day, "amount": amount}


SMALL = World(
    month="2026-04",
    model=MODEL,
    members=[person(1, 10), person(1, 11, age=75), person(2, 12, category="TEKUN"), person(3, 13)],
    feeds={
        BILLS: Feed(
            [bill("2026-03", 10, 30, 2), bill("2026-04", 10, 30, 3), bill("2026-04", 77, 12, 4), bill("2026-04", 13, 9, 5)],
            {"2026-03": "present", "2026-04": "present"},
        ),
        CARS: Feed(
            [{"month": "2026-04", "delivery": "cars", "row_number": 2, "person_key": 13, "kind": "car"}], {"2026-04": "present"}, "snapshot"
        ),
    },
    verdicts=[(2, date(2026, 4, 2), "TRUE_HELPED")],
    verdict_hits=[(2, 12, "cost", 1)],
    redirects={77: 12},
)


def small_plan(folder: Path) -> tuple[Lake, RunPlan]:
    """The small world in a lake of its own, and its plan."""
    lake = Lake(str(folder))
    return lake, plan_of(SMALL, lake)


def run(lake: Lake, plan: RunPlan, *, layout: Layout = USUAL) -> RunResult:
    """Run a plan on DuckDB."""
    with DuckDB(connect(threads=1)) as backend:
        return run_month(lake, backend, plan, layout=layout)
