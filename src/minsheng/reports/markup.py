"""The smallest pieces of a page: words in both languages, escaped text, figures as people read them."""

from collections.abc import Iterable
from html import escape
from typing import Protocol

from minsheng.engine.contracts.schema import Text

NOTHING = "–"
"""Stands where there is no figure: never 0 for what is not known."""


class Block(Protocol):
    """Anything that a page can hold."""

    def html(self) -> str:
        """The block as HTML, every text escaped."""
        ...


def words(zh: str, en: str) -> Text:
    """The same words in both languages."""
    return Text(zh=zh, en=en)


def same(text: str) -> Text:
    """What is written alike in both languages: a figure, a month, a model's id."""
    return Text(zh=text, en=text)


def both(text: Text, tag: str = "span", *, attributes: str = "") -> str:
    """The words in both languages, of which the page shows one; once, if they are the same."""
    given = f" {attributes}" if attributes else ""
    if text.zh == text.en:
        return f"<{tag}{given}>{escape(text.zh)}</{tag}>"
    return "".join(f'<{tag}{given} lang="{language}">{escape(said)}</{tag}>' for language, said in (("zh", text.zh), ("en", text.en)))


def joined(blocks: Iterable[Block]) -> str:
    """Blocks one after another."""
    return "\n".join(block.html() for block in blocks)


def whole(value: float | None) -> str:
    """A count with thousands separators."""
    return NOTHING if value is None else f"{value:,.0f}"


def decimals(value: float | None, places: int = 2) -> str:
    """A number with so many decimals."""
    return NOTHING if value is None else f"{value:,.{places}f}"


def percent(value: float | None, places: int = 1) -> str:
    """A share as a percentage."""
    return NOTHING if value is None else f"{100 * value:,.{places}f} %"


def plain(value: float | None) -> str:
    """A number as it is, whole where it is whole."""
    if value is None:
        return NOTHING
    return f"{value:,.0f}" if value == round(value) else f"{value:,.6f}".rstrip("0")
