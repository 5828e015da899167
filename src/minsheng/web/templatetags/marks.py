"""Marks beside words: levels and changes with colour, shape and word; badges; icons."""

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from minsheng.engine.contracts.schema import Text
from minsheng.web.icons import drawn
from minsheng.web.templatetags.saying import change_word, level_word
from minsheng.web.words import spoken

_SHAPES = tuple(
    mark_safe(shape)  # noqa: S308 -- our own drawings
    for shape in (
        '<circle cx="8" cy="8" r="2"/>',
        '<circle cx="8" cy="8" r="6"/>',
        '<path d="M8 1.5 15 14H1z"/>',
        '<path d="M8 .8 15.2 8 8 15.2.8 8z"/>',
        '<path d="M2 2h12v12H2z"/>',
    )
)
_CHANGE_ICONS = {
    "new": "plus",
    "escalated": "arrow-up",
    "eased": "arrow-down",
    "unchanged": "arrow-right",
    "cleared": "check",
    "new-indicator": "plus",
    "none": "minus",
}
TONES = ("quiet", "accent", "good", "caution", "stop")


def level(number: int | None, word: Text | str = "") -> SafeString:
    """A level as mark and word, `◆ 橙色`; `word` says something else beside the mark (a count, say)."""
    known = number or 0
    return format_html('<span class="level level-{}">{}<span>{}</span></span>', known, level_mark(known), spoken(word) or level_word(known))


def level_mark(number: int) -> SafeString:
    """A level's mark alone; the word has to stand nearby."""
    return format_html('<svg class="level-mark level-mark-{}" viewBox="0 0 16 16" aria-hidden="true">{}</svg>', number, _SHAPES[number])


def change(code: str) -> SafeString:
    """A change since last month as arrow and word."""
    return format_html(
        '<span class="change change-{}">{}<span>{}</span></span>', code, drawn(_CHANGE_ICONS.get(code, "minus")), change_word(code)
    )


def badge(zh: Text | str, en: str = "", tone: str = "quiet", icon: str = "") -> SafeString:
    """A short state in a pill: `tone` is quiet, accent, good, caution or stop; never a level."""
    if tone not in TONES:
        raise ValueError(f"A badge's tone is one of {', '.join(TONES)}, not {tone!r}.")
    return format_html('<span class="mark-badge mark-badge-{}">{}{}</span>', tone, drawn(icon) if icon else "", spoken(zh, en))


def icon(name: str, zh: Text | str = "", en: str = "") -> SafeString:
    """An icon; with words it is read aloud."""
    return drawn(name, spoken(zh, en))
