import pytest

from minsheng.engine.contracts.loading import load_catalogue
from minsheng.engine.contracts.schema import Text
from minsheng.engine.explaining import words
from minsheng.engine.explaining.reason_frames import reason_frame
from minsheng.engine.indicators.checks import VERDICTS
from minsheng.engine.indicators.grammar import LEVELS
from minsheng.engine.indicators.loading import shipped_models
from minsheng.engine.indicators.sources import known_categories
from minsheng.kernel.periods import Month

CATALOGUE = load_catalogue()
TODAY = Month(2026, 9)


def test_every_level_change_verdict_and_category_has_words() -> None:
    assert tuple(text.en for text in words.LEVELS) == LEVELS
    assert len(words.MARKS) == len(words.ADVICE) == len(LEVELS)
    assert set(words.VERDICTS) == VERDICTS
    assert known_categories(CATALOGUE) <= set(words.CATEGORIES)
    assert set(words.STATES) == set(words.CHANGES)


def test_every_relation_of_the_register_has_words() -> None:
    relations = set(CATALOGUE["registry_members"].column("relation").codes)
    assert relations - {"other"} == {name for name in words.RELATIONS if "/" not in name}


def test_a_feed_without_words_of_its_own_is_called_by_its_title() -> None:
    titles = {feed: words.feed_words(feed, CATALOGUE) for feed in CATALOGUE}
    assert titles["registry_members"] == CATALOGUE["registry_members"].title
    assert titles["medical_settlements"] == Text(zh="医保结算", en="medical-insurance records")


def test_months_that_follow_each_other_are_said_as_a_span() -> None:
    months = [Month(2026, 9), Month(2026, 7), Month(2026, 8), Month(2025, 12), Month(2026, 5)]
    assert words.months_words(months, TODAY) == Text(zh="2025年12月、5月、7月至9月", en="December 2025, May, July to September")
    assert words.months_words([Month(2026, 9)], TODAY) == Text(zh="9月", en="September")
    assert words.months_words([], TODAY) == words.LATELY


@pytest.mark.parametrize("model", shipped_models(catalogue=CATALOGUE).values(), ids=lambda model: model.name)
def test_every_shipped_reason_becomes_a_clause_that_fits_into_a_sentence(model: object) -> None:
    for indicator in model.indicators:  # type: ignore[attr-defined]
        for language in words.LANGUAGES:
            frame = reason_frame(indicator, language)
            assert not frame.endswith(("。", "."))
            assert not frame[:1].isupper() or frame[1:2].isupper()


def test_figures_stand_apart_from_chinese_characters() -> None:
    gansu = shipped_models(catalogue=CATALOGUE)["gansu"]
    frame = reason_frame(gansu.indicator("own_medical_cost"), "zh")
    assert frame == "{member}近{months}个月看病自付 {value} 元，超过{category} {bound} 元的标准"
