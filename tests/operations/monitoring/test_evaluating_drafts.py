"""Drafts from outcomes: valid models that only a person can publish, from months of a hundred households."""

import json
from types import SimpleNamespace

import polars as pl
import pytest
from typer.testing import CliRunner

from minsheng.cli import evaluating as commands
from minsheng.cli.app import app
from minsheng.domain.monitoring.evaluating import run_months, with_truth
from minsheng.domain.monitoring.operations import publish_model
from minsheng.domain.monitoring.operations.calibrating import ModelChanged, propose
from minsheng.domain.monitoring.queries import run_named
from minsheng.engine.contracts.schema import Text
from minsheng.engine.evaluation.worklist import Workload
from minsheng.engine.indicators.loading import load_model
from minsheng.kernel.periods import Month
from tests.operations.monitoring.district import AT, BY, MODEL, database_contents

pytestmark = pytest.mark.django_db

TEN = Workload(Text(zh="十户", en="ten"), a_month=10)
ILL, JOBLESS = range(1, 61), range(41, 81)
HOMES = {f"H{person}": [person] for person in range(1, 121)}


@pytest.fixture(scope="module")
def lived(kept_district):
    """Two months of a hundred and twenty households: half ill, a third out of work."""
    district = kept_district
    district.publish()
    for month in ("2026-06", "2026-07"):
        district.register(month, HOMES)
        district.month(month, costs={person: 600 + 100 * person for person in ILL}, out_of_work=list(JOBLESS))
        last = district.run(month)
    return SimpleNamespace(district=district, installation=district.installation, last=last)


@pytest.fixture
def months(lived):
    return run_months("tiny", None, None, installation=lived.installation)


@pytest.fixture
def truth(tmp_path):
    """Work decides, not illness: of the jobless five in six are in hardship, of the others one in six."""
    rows = [
        (f"H{person}", month, int((person in JOBLESS) != (person % 6 == 0))) for month in ("2026-06", "2026-07") for person in range(1, 121)
    ]
    path = tmp_path / "truth.csv"
    pl.DataFrame(rows, schema=["household_no", "month", "in_hardship"], orient="row").write_csv(path)
    return path


def test_a_proposal_is_a_valid_draft_that_gains_and_writes_nothing(months, truth):
    before = database_contents()
    proposal = propose(months, with_truth(months, truth), TEN)

    draft = load_model(proposal.draft)
    assert (draft.name, draft.version) == ("tiny", proposal.version)
    assert "truth.csv" in draft.note.en
    assert draft.indicator("out_of_work").bands["default"][0].points > months.model.indicator("out_of_work").bands["default"][0].points
    assert proposal.calibration.comparisons[0].after.auc.value > proposal.calibration.comparisons[0].before.auc.value
    assert database_contents() == before


def test_points_alone_leave_bounds_where_they_are(months, truth):
    draft = load_model(propose(months, with_truth(months, truth), TEN, new_bounds=False).draft)

    for indicator in months.model.scoring_indicators:
        assert [band.bound for band in draft.indicator(indicator.id).bands["default"]] == [
            band.bound for band in indicator.bands["default"]
        ]


def test_a_draft_with_a_version_of_ones_own_can_be_published(lived, months, truth):
    proposal = propose(months, with_truth(months, truth), TEN, new_bounds=False)
    text = proposal.draft.replace(proposal.version, "2026.50", 1)

    assert publish_model(text=text, origin="draft.yaml", installation=lived.installation, by=BY, at=AT) == "tiny@2026.50"
    assert run_named(lived.last.run).model_id == "tiny@2026.1"


def test_months_of_several_versions_cannot_be_calibrated_together(lived, truth):
    lived.district.publish(MODEL.replace("2026.1", "2026.9"))
    lived.district.run("2026-07", model="tiny@2026.9")
    both = run_months("tiny", None, None, installation=lived.installation)

    with pytest.raises(ModelChanged):
        propose(both, with_truth(both, truth), TEN)
    assert set(run_months("tiny", Month(2026, 7), None, installation=lived.installation).models) == {Month(2026, 7).ordinal}


def test_the_command_writes_a_draft_a_page_and_data(lived, truth, tmp_path, monkeypatch):
    monkeypatch.setattr(commands, "begin", lambda: lived.installation)
    page, draft = tmp_path / "page.html", tmp_path / "draft.yaml"
    words = ["model", "calibrate", "--truth", str(truth), "--model", "tiny", "--workload", "10", "--out", str(draft), "--page", str(page)]
    said = CliRunner().invoke(app, words)
    told = CliRunner().invoke(app, [*words, "--json"])

    assert "draft" in said.stdout
    data = json.loads(told.stdout)
    assert (data["draft"], [one["kept"] for one in data["comparisons"]]) == (str(draft), ["household"])
    assert load_model(draft).name == "tiny"
    assert "草案" in page.read_text(encoding="utf-8")


def test_the_command_calibrates_a_table_of_ones_own(tmp_path):
    table, columns, draft = tmp_path / "survey.csv", tmp_path / "columns.yaml", tmp_path / "draft.yaml"
    pl.DataFrame({"poor": [int(at % 10 < 3) for at in range(400)], "debt": [(at % 10) * -1 for at in range(400)]}).write_csv(table)
    columns.write_text("outcome: poor\nindicators: [{column: debt}]\n")
    said = CliRunner().invoke(
        app, ["model", "calibrate", "--features", str(table), "--columns", str(columns), "--out", str(draft), "--json"]
    )

    assert json.loads(said.stdout)["comparisons"][0]["after"]["auc"]["value"] == 1.0
    assert "DRAFT" in draft.read_text()
