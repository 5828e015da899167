"""Our words in the language of the request at hand."""

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
