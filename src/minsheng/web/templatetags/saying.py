"""Words in templates: both languages side by side, the active one said."""

from typing import Any

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from minsheng.engine.contracts.schema import Text
from minsheng.engine.explaining.words import CHANGES, LEVELS, named
from minsheng.web.words import active_language, spoken


def say(zh: str, en: str, **parts: Any) -> SafeString:
    """Say one of two sentences, with `{parts}` filled in and escaped: `{% say "共 {n} 户" "{n} households" n=count|number %}`."""
    return _filled(en if active_language() == "en" else zh, parts)


def say_text(text: Text | None, **parts: Any) -> SafeString:
    """Say a text object; nothing where there is none."""
    return _filled(spoken(text), parts) if text is not None else mark_safe("")


def said(text: Text | str | None) -> str:
    """A text object in the active language, as a filter."""
    return "" if text is None else spoken(text)


def level_word(level: int) -> str:
    """The word of a level."""
    return spoken(LEVELS[level])


def change_word(change: str) -> str:
    """The word of a change since last month."""
    return spoken(named(CHANGES, change))


def _filled(sentence: str, parts: dict[str, Any]) -> SafeString:
    frame = conditional_escape(sentence)
    return format_html(frame, **parts) if parts else frame
