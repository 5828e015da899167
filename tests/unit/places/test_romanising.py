"""Pinyin of place names."""

import pytest

from minsheng.domain.places.romanising import romanise


@pytest.mark.parametrize(
    ("name", "pinyin"),
    [
        ("武昌区", "wu chang qu"),
        ("长春市", "chang chun shi"),
        ("长子县", "zhang zi xian"),
        ("都匀市", "du yun shi"),
        ("什邡市", "shi fang shi"),
        ("大城县", "dai cheng xian"),
        ("吕梁市", "lv liang shi"),
        ("辽宁（营口）沿海产业基地", "liao ning ying kou yan hai chan ye ji di"),
        ("八五〇农场", "ba wu ling nong chang"),
        ("A区2号街道", "a qu hao jie dao"),
    ],
)
def test_place_names_are_read_as_their_people_read_them(name: str, pinyin: str) -> None:
    assert romanise(name) == pinyin
