"""Tables of a report: headings in both languages, figures to the right."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from minsheng.engine.contracts.schema import Text
from minsheng.engine.explaining.words import LEVELS, MARKS
from minsheng.reports.markup import both

Cell = str | Text


@dataclass(frozen=True)
class Heading:
    """A column: what it holds, and whether these are figures."""

    text: Text
    number: bool = True


@dataclass(frozen=True)
class Table:
    """Rows under headings; the first cell of a row names it. A caption says what the table shows where no heading does."""

    headings: Sequence[Heading]
    rows: Sequence[Sequence[Cell]]
    caption: Text | None = None

    def html(self) -> str:
        """The table, in a box that scrolls where the screen is narrow."""
        caption = both(self.caption, "h3") if self.caption else ""
        heads = "".join(f'<th scope="col"{_kind(heading)}>{both(heading.text)}</th>' for heading in self.headings)
        rows = "".join(f"<tr>{self._row(row)}</tr>" for row in self.rows)
        return f'{caption}<div class="scroll"><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'

    def _row(self, row: Sequence[Cell]) -> str:
        first, *rest = zip(self.headings, row, strict=True)
        cells = "".join(f"<td{_kind(heading)}>{_cell(cell)}</td>" for heading, cell in rest)
        return f'<th scope="row"{_kind(first[0])}>{_cell(first[1])}</th>{cells}'


def level_name(level: int) -> Text:
    """A level with its shape and word: ▲ 黄色, ▲ yellow."""
    return Text(zh=f"{MARKS[level]} {LEVELS[level].zh}", en=f"{MARKS[level]} {LEVELS[level].en}")


def _cell(cell: Cell) -> str:
    return both(cell) if isinstance(cell, Text) else escape(cell)


def _kind(heading: Heading) -> str:
    return ' class="number"' if heading.number else ""
