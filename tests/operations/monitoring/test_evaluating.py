"""Months that were run beside what was found: truth files, verdicts, and drafts that only a person can publish."""

import json
from datetime import date
from types import SimpleNamespace

import polars as pl
import pytest
from typer.testing import CliRunner

from minsheng.cli import evaluating as commands
from minsheng.cli.app import app
from minsheng.domain.monitoring.evaluating import NothingFound, SeveralModels, evaluated, run_months, with_truth, with_verdicts
from minsheng.domain.monitoring.exports import NoSuchFolder
from minsheng.domain.monitoring.models import Verdict, Warning
from minsheng.domain.monitoring.operations import Visit, record_verdicts
from minsheng.domain.monitoring.operations.calibrating import NotEverybodyKnown, material_of, propose
from minsheng.domain.monitoring.queries import NoSuchRun
from minsheng.engine.contracts.schema import Text
from minsheng.engine.evaluation.calibration.calibrating import TooLittleKnown
from minsheng.engine.evaluation.cases import Cases
from minsheng.engine.evaluation.worklist import Workload
from minsheng.kernel.periods import Month
from tests.operations.monitoring.district import AT, BY, MODEL, household_key

pytestmark = pytest.mark.django_db

HOMES = {"ill": [1], "ill-again": [2], "jobless": [3], "well": [4, 5]}
ONE = Workload(Text(zh="一户", en="one"), a_month=1)
JUNE, JULY = Month(2026, 6), Month(2026, 7)


@pytest.fixture(scope="module")
def lived(kept_district):
    """June: one household ill; July: that one worse, another ill, one out of work."""
    district = kept_district
    district.publish()
    facts = {1: {"ethnicity": "03"}, 4: {"sex": "female"}, 5: {"disability_level": 2}}
    district.register("2026-06", HOMES, facts=facts)
    district.month("2026-06", costs={1: 3000})
    june = district.run("2026-06")
    district.register("2026-07", HOMES, facts=facts)
    district.month("2026-07", costs={1: 6000, 2: 3000}, out_of_work=[3])
    return SimpleNamespace(district=district, installation=district.installation, june=june, july=district.run("2026-07"))


@pytest.fixture
def months(lived):
    return run_months("tiny", None, None, installation=lived.installation)


@pytest.fixture
def truth(tmp_path):
    """In June nobody is in hardship but the jobless; in July the ill, the ill-again (newly), and the well are not."""
    rows = [("ill", "2026-06", 0, 0), ("ill-again", "2026-06", 0, 0), ("jobless", "2026-06", 1, 1), ("well", "2026-06", 0, 0)]
    rows += [("ill", "2026-07", 1, 1), ("ill-again", "2026-07", 1, 1), ("jobless", "2026-07", 1, 0), ("well", "2026-07", 0, 0)]
    path = tmp_path / "truth.csv"
    pl.DataFrame(rows, schema=["household_no", "month", "in_hardship", "newly"], orient="row").write_csv(path)
    return path


@pytest.fixture
def command(lived, monkeypatch):
    def command(*words):
        monkeypatch.setattr(commands, "begin", lambda: lived.installation)
        said = CliRunner().invoke(app, list(words))
        assert said.exception is None, said.output
        return said

    return command


def test_cases_hold_every_household_of_every_month_with_its_groups(months, truth):
    found = with_truth(months, truth)

    assert found.cases.height == 8
    ill = found.cases.filter((pl.col("household_key") == household_key("ill")) & (pl.col("month") == JULY.ordinal)).row(0, named=True)
    assert (ill["level"], ill["warned"], ill["in_hardship"], ill["ethnicity"]) == (2, True, True, "minority")
    assert found.cases["stratum"].unique().sort().to_list() == ["2026-06", "2026-07"]
    assert set(found.findings.filter(pl.col("month") == JULY.ordinal)["indicator"]) == {"out_of_work", "own_cost"}


def test_an_evaluation_is_as_counted_by_hand(months, truth):
    """Lists of one: June's ill (not in hardship), July's ill, who is the worst (in hardship, newly)."""
    found = evaluated(months, with_truth(months, truth), ONE)

    assert (found.base_rate.part, found.base_rate.whole) == (4.0, 8.0)
    assert (found.precision.part, found.precision.whole) == (1.0, 2.0)
    assert (found.reach.newly_at_once.part, found.reach.newly_at_once.whole) == (1.0, 3.0)
    assert found.reach.newly_within_three_months.value is None
    assert {one.group for one in found.groups["ethnicity"]} == {"", "minority"}


def test_one_month_can_be_looked_at(lived, truth):
    found = with_truth(run_months("tiny", JULY, JULY, installation=lived.installation), truth)

    assert found.cases["month"].unique().to_list() == [JULY.ordinal]


def test_verdicts_tell_precision_and_nothing_of_those_not_warned(lived, months):
    day = date(2026, 7, 3)
    record_verdicts(run=lived.june.run, visits=[Visit(household_key("ill"), "TRUE_HELPED", day)], by=BY, at=AT)
    record_verdicts(run=lived.july.run, visits=[Visit(household_key("ill-again"), "FALSE_DATA", date(2026, 8, 3))], by=BY, at=AT)
    found = evaluated(months, with_verdicts(months), ONE)

    assert (found.precision_all.counted, found.known) == (2, 2)
    assert "not warned" in found.coverage.missing
    assert found.base_rate.value is None


def test_verdicts_of_the_unreachable_say_nothing(lived, months):
    record_verdicts(run=lived.june.run, visits=[Visit(household_key("ill"), "UNREACHABLE", date(2026, 7, 3))], by=BY, at=AT)

    with pytest.raises(NothingFound):
        with_verdicts(months)


def test_verdicts_on_households_without_a_warning_are_the_random_sample(lived, months):
    for run in (lived.june.run, lived.july.run):
        for name, verdict in (
            ("well", "FALSE_DATA"),
            ("ill", "TRUE_HELPED"),
            ("ill-again", "TRUE_HELPED"),
            ("jobless", "TRUE_ALREADY_COVERED"),
        ):
            key = household_key(name)
            warned = Warning.objects.filter(run_id=run, household_key=key).exists()
            if warned or name in ("well", "jobless"):
                Verdict.objects.create(
                    household_key=key, run_id=run, verdict=verdict, given_on=date(2026, 8, 9), given_by=BY, recorded_at=AT
                )
    found = evaluated(months, with_verdicts(months), ONE)

    assert found.coverage.everybody
    assert 0.4 < found.base_rate.value < 0.9


def test_a_truth_of_other_households_is_refused(months, tmp_path):
    path = tmp_path / "truth.csv"
    path.write_text("household_no,month,in_hardship\nnobody,2026-06,1\n")

    with pytest.raises(NothingFound):
        with_truth(months, path)


def test_months_that_were_not_run_are_refused(lived):
    with pytest.raises(NoSuchRun):
        run_months("tiny", Month(2026, 9), None, installation=lived.installation)


def test_several_models_need_a_name(lived):
    lived.district.publish(MODEL.replace("model: tiny", "model: other"))
    lived.district.run("2026-07", model="other")

    with pytest.raises(SeveralModels, match="other, tiny"):
        run_months(None, None, None, installation=lived.installation)


def test_the_scores_of_a_calibration_are_those_of_the_runs(months, truth):
    found = with_truth(months, truth)
    material = material_of(months, Cases.of(found.cases, pl.zeros(8, pl.Boolean, eager=True)))

    assert material.score(material.bands).tolist() == found.cases["score"].to_list()


def test_a_proposal_from_a_handful_of_outcomes_is_refused(months, truth):
    with pytest.raises(TooLittleKnown, match="8 known outcomes, 4 of them in hardship"):
        propose(months, with_truth(months, truth), ONE)


def test_a_proposal_needs_outcomes_that_stand_for_everybody(lived, months):
    record_verdicts(run=lived.june.run, visits=[Visit(household_key("ill"), "TRUE_HELPED", date(2026, 7, 3))], by=BY, at=AT)

    with pytest.raises(NotEverybodyKnown, match="not warned"):
        propose(months, with_verdicts(months), ONE)


def test_the_command_writes_a_page_and_data(command, truth, tmp_path):
    page = tmp_path / "page.html"
    told = command("model", "evaluate", "--truth", str(truth), "--model", "tiny", "--workload", "1", "--page", str(page), "--json")
    data = json.loads(told.stdout)

    assert (data["precision"]["part"], data["work"][0]["month"]) == (1.0, "2026-06")
    assert "得分" in page.read_text(encoding="utf-8")


def test_the_command_speaks_in_tables(command, truth):
    told = command("model", "evaluate", "--truth", str(truth), "--model", "tiny", "--months", "2026-06..2026-07")

    assert "AUC" in told.stdout


def test_the_commands_need_no_registry_for_a_table_of_ones_own(command, tmp_path):
    table = tmp_path / "survey.csv"
    pl.DataFrame({"poor": [0, 1] * 100, "index": list(range(200))}).write_csv(table)
    told = command("model", "evaluate", "--features", str(table), "--outcome", "poor", "--score", "index", "--json")

    assert json.loads(told.stdout)["cases"] == 200


@pytest.mark.parametrize(
    "words",
    [
        ["evaluate"],
        ["evaluate", "--truth", "t.csv", "--verdicts"],
        ["evaluate", "--truth", "t.csv", "--month", "2026-06", "--months", "2026-06..2026-07"],
        ["evaluate", "--verdicts", "--workload", "5", "--workload-per-person-year", "0.1"],
        ["calibrate", "--features", "t.csv", "--out", "d.yaml"],
        ["calibrate", "--out", "d.yaml"],
    ],
)
def test_options_that_do_not_go_together_are_refused(command, words):
    said = CliRunner().invoke(app, ["model", *words])

    assert isinstance(said.exception, commands.AskedWrongly)


def test_results_that_could_not_be_written_are_refused_before_anything_is_computed(command, tmp_path):
    for words in (["evaluate", "--page", str(tmp_path / "none" / "p.html")], ["calibrate", "--out", str(tmp_path / "none" / "d.yaml")]):
        assert isinstance(CliRunner().invoke(app, ["model", *words]).exception, NoSuchFolder)


@pytest.mark.parametrize(
    ("asked", "held"), [("2026-07", [JULY]), ("2026-07..", [JULY]), ("..2026-06", [JUNE]), ("2026-06..2026-07", [JUNE, JULY])]
)
def test_months_may_be_left_open(command, truth, asked, held):
    told = json.loads(command("model", "evaluate", "--truth", str(truth), "--model", "tiny", "--months", asked, "--json").stdout)

    assert [one["month"] for one in told["work"]] == [str(month) for month in held]
