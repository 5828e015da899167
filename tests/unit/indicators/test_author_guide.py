"""What docs/for-model-authors.md says is true: its indicator loads and runs, and its lists are complete."""

import re
from datetime import date
from pathlib import Path
from textwrap import indent

import pytest

from minsheng.engine.contracts.loading import Catalogue
from minsheng.engine.indicators.grammar import Condition, Model
from minsheng.engine.indicators.indicator_checks import PLACEHOLDERS
from minsheng.engine.indicators.loading import SHIPPED, shipped_models
from minsheng.engine.indicators.sources import REGISTRY_COLUMNS
from tests.spec.world import Feed, Row, World, person, run_duckdb

PAGE = (Path(__file__).parents[3] / "docs" / "for-model-authors.md").read_text(encoding="utf-8")


@pytest.fixture
def with_the_indicator(tmp_path: Path, catalogue: Catalogue) -> Model:
    """The shipped gansu with the page's indicator added, from a folder of one's own."""
    example = PAGE.split("```yaml\n")[1].split("```")[0]
    gansu = (SHIPPED / "gansu.yaml").read_text(encoding="utf-8").replace("model: gansu", "model: ours")
    (tmp_path / "ours.yaml").write_text(gansu.replace("indicators:\n", f"indicators:\n{indent(example, '  ')}\n"), encoding="utf-8")
    return shipped_models([tmp_path], catalogue=catalogue)["ours"]


def test_example_indicator_loads_and_gives_points(with_the_indicator: Model, tmp_path: Path) -> None:
    visits: list[Row] = [
        {
            "month": "2026-10",
            "delivery": "d",
            "row_number": at,
            "person_key": 1,
            "event_on": date(2026, 10, at),
            "kind": "outpatient",
            "own_share": 0,
        }
        for at in range(1, 8)
    ]
    feeds = {"medical_settlements": Feed(visits, {"2026-10": "present"})}
    outcome = run_duckdb(World("2026-10", with_the_indicator, [person(1, 1, age=66)], feeds=feeds), tmp_path / "lake")
    assert [(row["indicator"], row["value"], row["points"]) for row in outcome.tables["points"]] == [("many_outpatient_visits", 7, 500)]


def test_page_lists_every_comparison_column_and_placeholder() -> None:
    comparisons = {field.alias or name for name, field in Condition.model_fields.items()} - {"column"}
    listed = set(re.findall(r"`\{?([a-z_]+)\}?`", PAGE))
    assert comparisons | set(REGISTRY_COLUMNS) | PLACEHOLDERS <= listed


def test_page_lists_every_part_of_a_model() -> None:
    parts = {field.alias or name for name, field in Model.model_fields.items()}
    assert parts <= set(re.findall(r"`([a-z]+)`", PAGE))
