"""An explanation on a terminal."""

from rich.panel import Panel

from minsheng.cli.output import console
from minsheng.engine.explaining.drawing import as_table
from minsheng.engine.explaining.explanation import Explanation
from minsheng.engine.explaining.words import LEVELS, MARKS, Language, said

_STYLES = ("dim", "blue", "yellow", "dark_orange", "red")


def show_explanation(explanation: Explanation, *, household: str, language: Language) -> None:
    """Print an explanation in full, in one language."""
    console.print(Panel(as_table(explanation, language), title=household, title_align="left", border_style=_STYLES[explanation.level]))


def show_sentences(explanation: Explanation, *, household: str, language: Language) -> None:
    """Print only what a village worker would read aloud."""
    level = f"{MARKS[explanation.level]} {said(LEVELS[explanation.level], language)}"
    words = said(explanation.sentences, language)
    console.print(Panel(words, title=f"{household}  {level}", title_align="left", border_style=_STYLES[explanation.level]))
