"""Household tables of one's own: declared, evaluated and calibrated without a register."""

import numpy as np
import polars as pl
import pytest
import yaml

from minsheng.engine.contracts.schema import Text
from minsheng.engine.evaluation.bringing import BadCell, MissingColumn
from minsheng.engine.evaluation.declared import (
    DeclarationFaults,
    NoOutcome,
    NoScore,
    calibrate_declared,
    drafted_declaration,
    evaluate_declared,
    load_declaration,
    read_households,
)
from minsheng.engine.evaluation.worklist import Workload

DECLARATION = """
household: id
outcome: poor
place: town
groups: [area]
indicators:
  - {column: debt}
  - {column: rooms, worse: low}
  - {column: noise}
"""
TWENTY = Workload(Text(zh="二十户", en="twenty"), a_month=20)


@pytest.fixture
def survey(tmp_path):
    """A thousand households: much debt and few rooms mean hardship; blanks here and there."""
    rng = np.random.default_rng(2)
    debt, rooms = rng.integers(0, 100, size=1000), rng.integers(1, 7, size=1000)
    odds = 2.0 * (debt >= 60) + 1.5 * (rooms <= 2) - 2
    table = pl.DataFrame(
        {
            "id": [f"F{at}" for at in range(1000)],
            "poor": (rng.random(1000) < 1 / (1 + np.exp(-odds))).astype(int),
            "debt": debt,
            "rooms": pl.Series(rooms).set(pl.Series(rng.random(1000) < 0.05), None),
            "noise": rng.random(1000).round(3),
            "town": [f"T{at % 7}" for at in range(1000)],
            "area": ["rural" if at % 3 else "urban" for at in range(1000)],
            "index": 100 * odds,
        }
    )
    table.write_csv(tmp_path / "survey.csv")
    return tmp_path / "survey.csv"


@pytest.fixture
def declared(tmp_path):
    return load(tmp_path, DECLARATION)


def load(tmp_path, text):
    (tmp_path / "decl.yaml").write_text(text, encoding="utf-8")
    return load_declaration(tmp_path / "decl.yaml")


def test_a_score_of_ones_own_is_measured(survey):
    found, table = evaluate_declared(survey, declaration=None, outcome="poor", score="index", workload=TWENTY)

    assert (found.cases, found.known, table.source) == (1000, 1000, "survey.csv")
    assert found.auc.value > 0.7
    assert found.precision.whole == 20
    assert found.precision.value > found.base_rate.value + 0.2


def test_without_a_workload_the_first_tenth_is_looked_at(survey):
    found, _ = evaluate_declared(survey, declaration=None, outcome="poor", score="index", workload=None)

    assert found.precision.whole == 100


def test_declared_groups_are_measured_apart(survey, declared):
    found, _ = evaluate_declared(survey, declaration=declared, outcome=None, score="index", workload=None)

    assert [one.group for one in found.groups["area"]] == ["rural", "urban"]


def test_calibration_finds_bounds_points_and_directions(survey, declared):
    table = read_households(survey, declared, outcome=None)
    found = calibrate_declared(table, declared, workload=TWENTY)
    household, township = found.comparisons

    debt, rooms = found.after["debt", "default"], found.after["rooms", "default"]
    assert debt[-1].points > 25
    assert any(abs(band.bound - 60) <= 2 for band in debt)
    assert any(band.bound == -2 for band in rooms)
    assert max((band.points for band in found.after["noise", "default"]), default=0) < debt[-1].points / 2
    assert household.after.auc.value > 0.7
    assert township.folds == 5


def test_the_draft_can_be_read_again_and_scores_as_it_was_calibrated(survey, declared, tmp_path):
    table = read_households(survey, declared, outcome=None)
    found = calibrate_declared(table, declared, workload=None)
    text = drafted_declaration(declared, found, source="survey.csv, 1,000 households")

    again = load(tmp_path, text)
    measured, _ = evaluate_declared(survey, declaration=again, outcome=None, score=None, workload=None)

    assert "DRAFT" in yaml.safe_load(text)["note"]
    assert again.bands == found.after
    assert measured.auc.value > 0.7
    assert {one.indicator for one in measured.indicators} <= {"debt", "rooms", "noise"}


def test_levels_that_are_declared_keep_their_shares(survey, declared, tmp_path):
    bands = DECLARATION.replace("{column: debt}", "{column: debt, bands: [{from: 50, points: 20}, {from: 80, points: 40}]}")
    with_levels = load(tmp_path, bands + "levels: {blue: 20, red: 40}\n")
    table = read_households(survey, with_levels, outcome=None)

    found = calibrate_declared(table, with_levels, workload=None)

    assert list(found.thresholds_after) == ["blue", "red"]
    assert found.thresholds_after["blue"] < found.thresholds_after["red"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("{column: debt}", "{column: debt, worse: sideways}", "indicators[0].worse"),
        ("{column: debt}", "{col: debt}", "indicators[0]"),
        ("{column: debt}", "{column: debt, bands: [{from: 9, points: 5}, {from: 3, points: 8}]}", "from better to worse"),
        (
            "{column: rooms, worse: low}",
            "{column: rooms, worse: low, bands: [{from: 1, points: 5}, {from: 3, points: 8}]}",
            "from better to worse",
        ),
        ("{column: debt}", "{column: debt, bands: [{from: 3, points: 9}, {from: 4, points: 8}]}", "never fall"),
    ],
)
def test_faults_of_a_declaration_are_named_with_their_line(tmp_path, old, new, told):
    with pytest.raises(DeclarationFaults, match=r"decl.yaml:\d+") as caught:
        load(tmp_path, DECLARATION.replace(old, new))

    assert told in caught.value.message


def test_a_declared_column_that_is_not_there_is_named(survey, tmp_path):
    with pytest.raises(MissingColumn, match="'dept'"):
        read_households(survey, load(tmp_path, DECLARATION.replace("debt", "dept")), outcome=None)


def test_text_among_numbers_is_refused_with_its_row(survey, declared):
    lines = survey.read_text().splitlines()
    lines[6] = lines[6].replace(lines[6].split(",")[2], "plenty", 1)
    survey.write_text("\n".join(lines))

    with pytest.raises(BadCell, match="column 'debt', row 7"):
        read_households(survey, declared, outcome=None)


def test_a_household_that_is_there_twice_is_refused(survey, declared):
    survey.write_text(survey.read_text() + survey.read_text().splitlines()[1] + "\n")

    with pytest.raises(BadCell, match="row 1,002: 'F0' is there twice"):
        read_households(survey, declared, outcome=None)


def test_outcomes_of_one_kind_are_refused(survey, declared):
    pl.read_csv(survey).with_columns(poor=pl.lit(1)).write_csv(survey)

    with pytest.raises(NoOutcome, match="only one outcome"):
        read_households(survey, declared, outcome=None)


def test_nothing_to_score_by_is_refused(survey, declared):
    with pytest.raises(NoScore):
        evaluate_declared(survey, declaration=declared, outcome=None, score=None, workload=None)
