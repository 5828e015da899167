"""Our words in the language of the request at hand."""

from typing import Final

from django.utils import translation

from minsheng.engine.contracts.schema import Text
from minsheng.engine.explaining.words import Language, said


def active_language() -> Language:
    """`zh` or `en`, as the request's middleware set it."""
    return "en" if (translation.get_language() or "").startswith("en") else "zh"


def spoken(words: Text | str, english: str = "") -> str:
    """Words in the active language: of a text, of a pair, or as they are where they were said before."""
    if isinstance(words, Text):
        return said(words, active_language())
    return english if english and active_language() == "en" else words


_MACHINES: Final[dict[str, Text]] = {
    "job:timetable": Text(zh="时间表", en="the timetable"),
    "demo": Text(zh="演示", en="the demo"),
}


def who(by: str) -> str:
    """Whoever stands behind an event, as people read it."""
    if by in _MACHINES:
        return spoken(_MACHINES[by])
    kind, _, name = by.partition(":")
    if kind == "job":
        return spoken("后台任务", "a job")
    return spoken(f"命令行 {name}", f"command line, {name}") if kind == "cli" else name or by
