import pytest

from minsheng.engine.contracts.schema import Text
from tests.unit.web.rendering import both, rendered


def test_say_speaks_the_active_language() -> None:
    assert both('{% say "共 {n} 户" "{n} households" n=1200|number %}') == ("共 1,200 户", "1,200 households")


def test_what_is_filled_in_is_escaped_and_the_sentence_is_not() -> None:
    assert rendered('{% say "<b>{name}</b>" "" name=name %}', name="<i>") == "<b>&lt;i&gt;</b>"


def test_a_sentence_from_a_variable_is_escaped() -> None:
    assert rendered("{% say words words %}", words="<b>") == "&lt;b&gt;"
    assert rendered("{% say_text text n=n %}", text=Text(zh="<{n}>", en="x"), n="&") == "&lt;&amp;&gt;"


def test_braces_without_parts_stay() -> None:
    assert rendered('{% say "{n}" "" %}') == "{n}"


def test_say_can_be_kept_for_later() -> None:
    assert both('{% say "甲" "A" as title %}[{{ title }}]') == ("[甲]", "[A]")


def test_a_text_is_said_as_tag_and_as_filter() -> None:
    text = Text(zh="预警", en="Warnings")
    assert both("{% say_text text %}/{{ text|said }}", text=text) == ("预警/预警", "Warnings/Warnings")
    assert rendered("{% say_text text %}{{ text|said }}", text=None) == ""


@pytest.mark.parametrize(("level", "zh", "en"), [(0, "无", "none"), (3, "橙色", "orange"), (4, "红色", "red")])
def test_a_level_has_a_shape_and_a_word(level: int, zh: str, en: str) -> None:
    for text, word in zip(both("{% level n %}", n=level), (zh, en), strict=True):
        assert f"level-mark-{level}" in text
        assert f"<span>{word}</span>" in text


def test_no_two_levels_share_a_shape() -> None:
    shapes = {rendered("{% level_mark n %}", n=n).split("aria-hidden")[1] for n in range(5)}
    assert len(shapes) == 5


def test_a_change_says_its_word_with_an_arrow() -> None:
    zh, en = both('{% change "escalated" %}')
    assert "升级" in zh and "escalated" in en and "<svg" in zh
    assert "something-else" in rendered('{% change "something-else" %}')


def test_badge_refuses_an_unknown_tone() -> None:
    assert "待放行" in rendered('{% badge "待放行" "held" "caution" %}')
    with pytest.raises(ValueError, match="tone"):
        rendered('{% badge "待放行" "held" "purple" %}')


def test_an_icon_is_an_ornament_unless_it_is_named() -> None:
    assert 'aria-hidden="true"' in rendered('{% icon "search" %}')
    assert 'aria-label="搜索"' in rendered('{% icon "search" "搜索" "Search" %}')
    with pytest.raises(KeyError):
        rendered('{% icon "no-such-icon" %}')
