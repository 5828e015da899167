"""What a drawn explanation shows: bars that follow each other, records, and nothing lost between data and drawing."""

import io

import pyarrow as pa
import pytest
from pydantic import ValidationError
from rich.console import Console

from minsheng.engine.explaining.drawing import RECORDS, as_table, waterfall_rows
from minsheng.engine.explaining.explanation import Explanation
from minsheng.engine.explaining.household import explain_household
from minsheng.engine.explaining.reasons import RunContext
from minsheng.engine.explaining.words import LANGUAGES, Language
from minsheng.engine.scoring.tables import TABLES
from tests.spec.explaining.situations import GANSU, HOUSEHOLD, MONTH, Found, Situation
from tests.spec.explaining.town import CATALOGUE

CAPPED = [Found("own_medical_cost", 6_000_000), Found("major_disease"), Found("new_unemployment", member=2)]
SITUATION = Situation(CAPPED, change="new", cause="new")


def drawn(explanation: Explanation, language: Language) -> str:
    console = Console(file=io.StringIO(), width=120, color_system=None)
    with console.capture() as capture:
        console.print(as_table(explanation, language))
    return capture.get()


def test_each_bar_begins_where_the_one_before_ended_and_caps_take_away() -> None:
    rows = waterfall_rows(SITUATION.explained(), "en", width=60)
    assert [(title, points) for title, points, _ in rows] == [
        ("the head of household · medical cost borne by the person", "+45.00"),
        ("the head of household · newly registered major disease", "+20.00"),
        ("the head of household · one person counts at most 60 in illness", "-5.00"),
        ("the father · newly registered unemployment", "+15.00"),
        ("hardship in 2 dimensions: 10% more", "+7.50"),
        ("identity counts 110%", "+8.25"),
        ("score", "90.75"),
        ("thresholds", ""),
    ]
    bars = [bar for _, _, bar in rows[:6]]
    ends = [len(bar) for bar in bars]
    starts = [len(bar) - len(bar.lstrip()) for bar in bars]
    assert starts[1] == ends[0]
    assert ends[2] == ends[1]
    assert set(bars[2].strip()) == {"░"}
    assert starts[3] == starts[2]
    assert len(rows[6][2]) == ends[5] == 60


def test_the_ruler_marks_the_thresholds_where_their_scores_are() -> None:
    ruler = waterfall_rows(Situation([Found("new_unemployment")], change="none").explained(), "zh", width=40)[-1][2]
    assert ruler == " " * 40 + "●"


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_counts_is_on_the_drawing(language: Language) -> None:
    explanation = SITUATION.explained()
    text = drawn(explanation, language)
    for line in explanation.lines:
        assert (line.value_text.zh if language == "zh" else line.value_text.en) in text
    assert explanation.score_text in text


def test_of_many_records_some_are_listed_and_the_rest_counted() -> None:
    row = {"household_key": HOUSEHOLD, "person_key": 70, "indicator": "own_medical_cost", "feed": "medical_settlements"}
    rows = [{**row, "delivery": "d1", "row_number": at, "detail": '{"own_share": 12345}'} for at in range(2, 9)]
    evidence = pa.Table.from_pylist(rows, schema=TABLES["evidence"].schema)
    explanation = explain_household(SITUATION.tables() | {"evidence": evidence}, RunContext(GANSU, CATALOGUE, MONTH))
    assert len(explanation.lines[0].evidence) == 7
    text = drawn(explanation, "en")
    assert text.count("d1 row ") == RECORDS
    assert "Own share 123.45 yuan" in text
    assert "and 3 more" in text


def test_a_household_with_nothing_is_drawn_too() -> None:
    text = drawn(Situation([], change="none").explained(), "zh")
    assert "这户家庭本月没有达到提醒的标准。" in text
    assert "再增加 20.00 分，就升为蓝色。" in text


@pytest.mark.parametrize(
    "tampering",
    [
        {"score": 1},
        {"level": 1},
        {"steps": ()},
        {"dimensions": ()},
    ],
    ids=str,
)
def test_an_explanation_whose_parts_do_not_sum_does_not_come_to_be(tampering: dict[str, object]) -> None:
    explanation = SITUATION.explained()
    given = explanation.model_dump() | tampering
    with pytest.raises(ValidationError):
        Explanation.model_validate(given)
