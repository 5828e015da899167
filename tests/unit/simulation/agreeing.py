"""Holding a simulation against a run with the changed model."""

from dataclasses import replace

from minsheng.engine.indicators.grammar import Model
from minsheng.engine.simulation.alarms import candidates, warned
from minsheng.engine.simulation.findings import findings
from minsheng.engine.simulation.rescoring import rescored
from minsheng.engine.simulation.stored import StoredMonth
from minsheng.kernel.periods import Month
from tests.spec.reference_engine import run_reference
from tests.spec.world import Row, World
from tests.unit.simulation.stored import stored_month

_SCORES = (
    "household_key",
    "raw",
    "dimensions",
    "overlap_percent",
    "identity_percent",
    "score",
    "score_level",
    "held_by_hysteresis",
    "trigger_level",
    "level",
    "previous_score",
    "previous_level",
)


def simulated_scores(before: Model, after: Model, stored: StoredMonth) -> list[Row]:
    rows: list[Row] = []
    for part in stored.ranges():
        scored = rescored(before, after, part, findings(before, after, part, stored.merged), stored.merged)
        columns = {name: part.roll if name == "household_key" else getattr(scored, name) for name in _SCORES}
        rows += [dict(zip(columns, row, strict=True)) for row in zip(*(column.tolist() for column in columns.values()), strict=True)]
    return rows


def simulated_warnings(before: Model, after: Model, month: Month, stored: StoredMonth) -> list[Row]:
    parts = []
    for part in stored.ranges():
        found = findings(before, after, part, stored.merged)
        parts.append(candidates(after, month, part, rescored(before, after, part, found, stored.merged), found, stored.merged))
    return warned(parts, after, stored).to_dicts()


def expected_warnings(world: World, after: Model) -> list[Row]:
    outcome = run_reference(replace(world, model=after))
    new = {}
    for hit in outcome.tables["hits"]:
        new[hit["household_key"]] = new.get(hit["household_key"], 0) + (hit["points"] if hit["is_new"] else 0)
    scores = {row["household_key"]: row["score"] for row in outcome.tables["scores"]}
    return [
        {
            "household_key": row["household_key"],
            "division": "420106001001",
            "level": row["level"],
            "score": scores[row["household_key"]],
            "cause": row["cause"],
            "suppressed": row["suppressed"],
            "new_points": new.get(row["household_key"], 0),
        }
        for row in outcome.tables["warnings"]
    ]


def assert_is_a_run(month: World, after: Model, cut: tuple[int, ...] = ()) -> list[Row]:
    """The simulated scores and warnings are those of the slow reference with the changed model; gives the warnings."""
    stored = stored_month(month, run_reference(month), cut=cut)
    expected = run_reference(replace(month, model=after))
    assert simulated_scores(month.model, after, stored) == [{name: row[name] for name in _SCORES} for row in expected.tables["scores"]]
    warnings = simulated_warnings(month.model, after, Month.parse(month.month), stored)
    assert warnings == expected_warnings(month, after)
    return warnings
