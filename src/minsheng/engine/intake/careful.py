"""Splitting records by hand, where quotes have gone wrong: a stray quote may cost its own line, never the lines behind it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

_LINES_TO_JOIN = 20
_LONGEST_RECORD = 1 << 16
_LINE_END = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True)
class Record:
    """One record as it stands in the file: its cells, or none if it cannot be split, and its text."""

    cells: tuple[str, ...] | None
    text: str
    open_ended: bool = False


def split_record(text: str, separator: str) -> Record:
    """Split one record; a cell that opens a quote must close it right before the next separator."""
    if '"' not in text:
        return Record(tuple(text.split(separator)), text)
    cells: list[str] = []
    at = 0
    while True:
        cell, at, sound = _cell(text, at, separator)
        if not sound:
            return Record(None, text, open_ended=at > len(text))
        cells.append(cell)
        if at >= len(text):
            return Record(tuple(cells), text)
        at += 1
        if at == len(text):
            return Record((*cells, ""), text)


def _cell(text: str, at: int, separator: str) -> tuple[str, int, bool]:
    """The cell that begins at a place, the place of its end, and whether it is sound; an end behind the text means a quote left open."""
    if not text.startswith('"', at):
        end = text.find(separator, at)
        end = len(text) if end < 0 else end
        return text[at:end], end, True
    end = _closing_quote(text, at + 1)
    if end < 0:
        return "", len(text) + 1, False
    sound = end + 1 == len(text) or text[end + 1] == separator
    return text[at + 1 : end].replace('""', '"'), end + 1, sound


def _closing_quote(text: str, at: int) -> int:
    end = text.find('"', at)
    while end >= 0 and text.startswith('"', end + 1):
        end = text.find('"', end + 2)
    return end


def records(lines: Iterator[str], separator: str, width: int | None) -> Iterator[Record]:
    """Split lines into records; one over several lines must close its quote within them and have the width, if one is given."""
    waiting: list[str] = []
    while True:
        waiting += islice(lines, _LINES_TO_JOIN - len(waiting))
        if not waiting:
            return
        record, used = _next_record(waiting, separator, width)
        yield record
        del waiting[:used]


def _next_record(lines: Sequence[str], separator: str, width: int | None) -> tuple[Record, int]:
    first = record = split_record(lines[0], separator)
    used = 1
    while record.open_ended and used < len(lines) and len(record.text) < _LONGEST_RECORD:
        record = split_record(f"{record.text}\n{lines[used]}", separator)
        used += 1
    if used == 1 or (record.cells is not None and width in (None, len(record.cells))):
        return record, used
    return first, 1


def split_lines(chunks: Iterator[str]) -> Iterator[str]:
    """Cut a text that comes in chunks into its lines, whatever the line ends."""
    rest = ""
    for chunk in chunks:
        text = rest + chunk
        held = len(text) - 1 if text.endswith("\r") else len(text)
        *lines, rest = _LINE_END.split(text[:held])
        rest += text[held:]
        yield from lines
    if rest:
        yield from _LINE_END.split(rest)[: -1 if rest.endswith(("\r", "\n")) else None]
