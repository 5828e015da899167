"""What each piece of evidence weighs."""

from math import log2

import pytest

from minsheng.engine.linkage.settings import LinkageSettings
from minsheng.engine.linkage.weighing import chance_weight, weigh, weight_of

PERSON = {"name": "甲一", "pinyin": "jia yi", "birth_on": "1980-05-17", "sex": "male", "division": "999001001201", "phone_index": b"p" * 16}


def levels(**changes: object) -> dict[str, str]:
    [parts] = weigh(PERSON, [{**PERSON, **changes}])
    return {one.title: one.level for one in parts}


@pytest.mark.parametrize(
    ("changes", "title", "level"),
    [
        ({}, "name", "same"),
        ({"name": "加一"}, "name", "same sound"),
        ({"name": "丙丁", "pinyin": "bing ding"}, "name", "different"),
        ({"name": None, "pinyin": None}, "name", "missing"),
        ({"birth_on": "1980-05-18"}, "birth_on", "slip"),
        ({"birth_on": "1980-06-29"}, "birth_on", "weeks"),
        ({"division": "999001001202"}, "division", "first 9"),
        ({"division": "999001002202"}, "division", "first 6"),
        ({"phone_index": b"q" * 16}, "phone_index", "different"),
        ({"sex": ""}, "sex", "missing"),
    ],
)
def test_each_comparison_says_how_far_two_records_agree(changes: dict[str, object], title: str, level: str) -> None:
    assert levels(**changes)[title] == level


def test_a_level_weighs_what_the_model_says_and_what_is_missing_weighs_nothing() -> None:
    [parts, without] = weigh(PERSON, [PERSON, {**PERSON, "sex": None}])
    shares = LinkageSettings().linkage_model.comparisons["sex"]["same"]
    assert [one.bits for one in parts if one.title == "sex"] == [pytest.approx(log2(shares.m / shares.u))]
    assert [one.bits for one in without if one.title == "sex"] == [0]


def test_nobody_is_weighed_against_nobody() -> None:
    assert weigh(PERSON, []) == []


def test_a_weight_and_its_probability_are_two_ways_to_say_one_thing() -> None:
    weights = [weight_of(0.6, [0.3]), weight_of(0.3, [0.6])]
    odds = [2**weight for weight in weights]
    assert [one / (1 + sum(odds)) for one in odds] == pytest.approx([0.6, 0.3])
    assert weight_of(1.0, []) < 25


def test_the_more_people_the_more_speaks_against_any_one_of_them() -> None:
    assert chance_weight(1_000_000) < chance_weight(1_000) < 0
