"""A change tried out on a month that was run: from stored values, or from the departments' rows where nobody stored the value."""

import json
from datetime import date
from types import SimpleNamespace

import polars as pl
import pytest
from typer.testing import CliRunner

from minsheng.cli import drifting, simulating
from minsheng.cli.app import app
from minsheng.domain.monitoring.exports import NoSuchFolder, UnknownFormat, check_target, write_list
from minsheng.domain.monitoring.operations import Visit, record_verdicts
from minsheng.domain.monitoring.queries import run_named
from minsheng.domain.monitoring.simulating import deferred_list, moved_list, what_if
from minsheng.engine.indicators.loading import ModelFaults
from minsheng.engine.simulation.capacity import Capacity
from minsheng.kernel.progress import SILENT
from minsheng.reports.page import render_page
from minsheng.reports.simulation import simulation_page
from tests.factories import DIVISION
from tests.operations.monitoring.district import AT, BY, MODEL, database_contents, household_key, levels, warnings

pytestmark = pytest.mark.django_db

TOWNSHIP = f"{DIVISION[:9]}000"
HOMES = {"ill": [1], "ill-again": [2], "jobless": [3], "well": [4, 5]}


@pytest.fixture(scope="module")
def lived(kept_district):
    """Two months: one household ill in both, one ill in July, one out of work; in June's warning a verdict said it was helped."""
    district = kept_district
    district.publish()
    facts = {1: {"ethnicity": "03"}, 4: {"sex": "female"}, 5: {"disability_level": 2}}
    district.register("2026-06", HOMES, facts=facts)
    district.month("2026-06", costs={1: 3000})
    june = district.run("2026-06")
    record_verdicts(run=june.run, visits=[Visit(household_key("ill"), "TRUE_HELPED", date(2026, 7, 3))], by=BY, at=AT)
    district.register("2026-07", HOMES, facts=facts)
    district.month("2026-07", costs={1: 6000, 2: 3000}, out_of_work=[3])
    return SimpleNamespace(district=district, june=june, july=district.run("2026-07"))


@pytest.fixture
def tried(lived, tmp_path):
    """Tries a change on July."""

    def tried(written, capacity=None):
        change = tmp_path / "change.yaml"
        change.write_text(written, encoding="utf-8")
        return what_if(
            run=run_named(lived.july.run),
            change=change,
            capacity=capacity or Capacity(),
            installation=lived.district.installation,
            progress=SILENT,
        )

    return tried


def moves(found):
    return {row["household"]: (row["before"], row["after"], row["because"]) for row in moved_list(found).to_dicts()}


def as_run(lived, written_model, version):
    """The same month run with a published model."""
    lived.district.publish(written_model.replace("2026.1", version))
    return lived.district.run("2026-07", model=f"tiny@{version}")


def test_changed_thresholds_move_levels_and_nothing_else(lived, tried):
    before = database_contents(), lived.district.lake_files()
    found = tried("levels: {blue: 20, yellow: 25}")
    assert moves(found) == {"ill-again": ("blue", "yellow", "levels")}
    assert not found.computed_again
    assert found.figures.all.before == {"none": 1, "blue": 2, "yellow": 1, "orange": 0, "red": 0}
    assert found.figures.all.after == {"none": 1, "blue": 1, "yellow": 2, "orange": 0, "red": 0}
    assert (database_contents(), lived.district.lake_files()) == before


def test_changed_points_are_told_by_indicator(tried):
    found = tried("indicators: {own_cost: {bands: {default: [{from: 200000, points: 40}]}}}")
    listed = {row["household"]: row["indicators"] for row in moved_list(found).to_dicts()}
    assert listed == {"ill-again": "own_cost +15"}


def test_a_change_of_what_is_measured_is_computed_from_the_departments_rows(lived, tried):
    before = database_contents(), lived.district.lake_files()
    found = tried("indicators: {own_cost: {window_months: 2}}")
    assert [str(need) for need in found.computed_again] == ["own_cost: window_months"]
    assert moves(found) == {}
    assert (database_contents(), lived.district.lake_files()) == before


def test_a_new_indicator_is_computed_from_the_departments_rows(tried):
    written = """
    indicators:
      many_stays:
        title: {zh: 多次住院, en: many stays}
        dimension: health
        source: medical_settlements
        window_months: 1
        measure: count
        bands: {default: [{from: 1, points: 20}]}
        reason: {zh: "{member}住院{value}次", en: "{member} had {value} stays"}
        basis: tried out
    """
    found = tried(written)
    assert [str(need) for need in found.computed_again] == ["many_stays: new"]
    assert {name: now for name, (_, now, _) in moves(found).items()} == {"ill": "orange", "ill-again": "yellow"}


def test_a_longer_quiet_period_reads_the_verdicts_again(lived, tried):
    assert warnings(lived.july.run)["ill"].suppressed is False
    found = tried("suppression: {verdicts: [FALSE_DATA]}\nindicators: {own_cost: {bands: {default: [{from: 200000, points: 25}]}}}")
    shown = {row["household_key"]: row for row in found.simulation.warnings_after.to_dicts()}
    assert household_key("ill") not in shown
    again = tried("indicators: {own_cost: {bands: {default: [{from: 200000, points: 25}]}}, out_of_work: null}")
    assert again.figures.warnings_after.sent == 1


def test_the_work_stands_beside_the_capacity(tried):
    found = tried("levels: {blue: 19}", Capacity({TOWNSHIP: 1}))
    [work] = found.figures.work
    assert (work.township, work.capacity, work.after["warnings"], work.after["deferred"]) == (TOWNSHIP, 1, 3, 2)
    assert deferred_list(found)["queue_place"].to_list() == [2, 3]
    assert set(deferred_list(found)["reason"]) == {"beyond-capacity"}


def test_findings_are_split_by_who_heads_the_household(tried):
    found = tried("levels: {blue: 90, yellow: 91, orange: 92, red: 93}")
    by_group = {split: {one.group: one.households for one in rows} for split, rows in found.figures.splits.items()}
    assert by_group["sex"] == {"female": 1, "male": 3}
    assert by_group["ethnicity"] == {"": 3, "03": 1}
    assert by_group["disability"] == {"none": 3, "severe": 1}
    assert by_group["age"] == {"40-59": 4}
    assert by_group["township"] == {TOWNSHIP: 4}


def test_every_fault_of_a_change_is_told(tried):
    with pytest.raises(ModelFaults) as refused:
        tried("levels: {blue: 90}\nindicators: {nothing: {bands: {}}}\n")
    assert len(refused.value.faults) == 2


def test_the_list_and_the_page_can_be_written(tried, tmp_path):
    found = tried("levels: {blue: 20, yellow: 25}")
    assert write_list(moved_list(found), tmp_path / "moved.csv") == 1
    assert pl.read_csv(tmp_path / "moved.csv")["household"].to_list() == ["ill-again"]
    with pytest.raises(UnknownFormat):
        check_target(tmp_path / "moved.txt")
    page = render_page(simulation_page(found))
    assert "ill-again" in page and "levels.yellow" in page and "<script" not in page


def test_the_month_run_with_the_changed_model_has_the_levels_that_were_simulated(lived, tried):
    found = tried("levels: {blue: 20, yellow: 25}\nhysteresis: {margin: 1}")
    stricter = MODEL.replace("blue: 20, yellow: 40", "blue: 20, yellow: 25").replace("margin: 3", "margin: 1")
    outcome = as_run(lived, stricter, "2026.2")
    assert outcome.by_level == found.figures.all.after
    was, now = levels(lived.july.run), levels(outcome.run)
    assert set(moves(found)) == {name for name in now if now[name][0] != was[name][0]}


def commanded(lived, monkeypatch, *words):
    """What a command prints on the district."""
    for module in (simulating, drifting):
        monkeypatch.setattr(module, "begin", lambda: lived.district.installation)
    said = CliRunner().invoke(app, list(words))
    assert said.exit_code == 0, said.output
    return said.stdout


def test_the_command_prints_figures_as_json_and_writes_list_and_page(lived, tmp_path, monkeypatch):
    change = tmp_path / "change.yaml"
    change.write_text("levels: {blue: 20, yellow: 25}", encoding="utf-8")
    out = {"--list": tmp_path / "moved.xlsx", "--page": tmp_path / "page.html"}
    options = [str(word) for pair in out.items() for word in pair]
    words = ["model", "simulate", "--month", "2026-07", "--run", lived.july.run, "--change", str(change), "--capacity", "1", *options]
    told = json.loads(commanded(lived, monkeypatch, *words, "--json"))
    assert told["figures"]["movements"]["blue"] == {"none": 0, "blue": 1, "yellow": 1, "orange": 0, "red": 0}
    assert [row["household"] for row in told["moved"]] == ["ill-again"]
    assert all(path.stat().st_size for path in out.values())
    shown = commanded(lived, monkeypatch, *words)
    assert "levels.yellow: 40.00 → 25.00" in shown and "ill-again" in shown


def test_the_commands_of_drift_and_of_the_run_s_page(lived, tmp_path, monkeypatch):
    told = json.loads(commanded(lived, monkeypatch, "monitor", "drift", "--month", "2026-07", "--model", "tiny@2026.1", "--json"))
    assert told["months"] == ["2026-06"]
    page = tmp_path / "run.html"
    assert str(page.name) in commanded(lived, monkeypatch, "monitor", "report", "--month", "2026-07", "--out", str(page)).replace("\n", "")
    assert "2026-07 监测月报" in page.read_text(encoding="utf-8")
    missing = CliRunner().invoke(app, ["monitor", "report", "--month", "2026-07", "--out", str(tmp_path / "none" / "run.html")])
    assert isinstance(missing.exception, NoSuchFolder)
