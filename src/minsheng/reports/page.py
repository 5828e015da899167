"""One report page: its answer first, then the figures, then what stands behind them; a single file that needs nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from minsheng.engine.contracts.schema import Text
from minsheng.engine.explaining.words import LANGUAGES, Language
from minsheng.reports.markup import Block, both, joined
from minsheng.reports.style import CSS

_NAMES = {"zh": "中文", "en": "English"}
_SHOWN = {"zh": "zh-CN", "en": "en"}


@dataclass(frozen=True)
class Tile:
    """One big figure: what it is, the figure as written, and what to hold beside it."""

    label: Text
    figure: str
    said: Text | None = None

    def html(self) -> str:
        """The tile, to stand among others."""
        said = both(self.said, "div", attributes='class="said"') if self.said else ""
        return f'<div class="tile"><dt>{both(self.label)}</dt><dd><div class="figure">{escape(self.figure)}</div>{said}</dd></div>'


@dataclass(frozen=True)
class Paragraph:
    """Plain sentences."""

    text: Text

    def html(self) -> str:
        """The sentences."""
        return both(self.text, "p")


@dataclass(frozen=True)
class Note:
    """What a reader must know before using a figure: a doubt, a limit, something missing."""

    text: Text

    def html(self) -> str:
        """The note, set apart."""
        return f'<div class="note" role="note">{both(self.text, "p")}</div>'


@dataclass(frozen=True)
class Section:
    """One question of the page, with its answer and what shows it."""

    title: Text
    blocks: Sequence[Block]
    lead: Text | None = None

    def html(self) -> str:
        """The section with its heading."""
        lead = both(self.lead, "p") if self.lead else ""
        return f"<section>{both(self.title, 'h2')}{lead}{joined(self.blocks)}</section>"


@dataclass(frozen=True)
class Page:
    """A report: title, the answer in a sentence or two, big figures, sections, and what it all rests on."""

    title: Text
    answer: Text
    sections: Sequence[Section]
    source: Text
    tiles: Sequence[Tile] = ()


def render_page(page: Page, *, language: Language = "zh") -> str:
    """This will write the page as one HTML file: both languages with a switch, `language` shown first and printed unless switched."""
    tiles = f'<dl class="tiles">{joined(page.tiles)}</dl>' if page.tiles else ""
    return f"""<!doctype html>
<html lang="{_SHOWN[language]}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="minsheng">
<title>{escape(page.title.zh if language == "zh" else page.title.en)}</title>
<style>{CSS}</style>
</head>
<body>
{_choices(language)}
<header>{both(page.title, "h1")}{both(page.answer, "p", attributes='class="answer"')}</header>
<main>
{tiles}
{joined(page.sections)}
</main>
<footer>{both(page.source, "p")}</footer>
</body>
</html>
"""


def _choices(language: Language) -> str:
    """Radio buttons before everything they switch, and their labels: a language without a script."""
    buttons = "".join(
        f'<input class="choice" type="radio" name="show" id="show-{one}" aria-label="{_NAMES[one]}"{" checked" if one == language else ""}>'
        for one in LANGUAGES
    )
    labels = "".join(f'<label for="show-{one}">{_NAMES[one]}</label>' for one in LANGUAGES)
    return f'{buttons}<div class="switch" role="group" aria-label="语言 Language">{labels}</div>'
