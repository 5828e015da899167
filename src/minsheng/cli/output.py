"""How commands speak: tables for people, JSON for machines, progress while they work."""

import dataclasses
import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as RichProgress
from rich.table import Table
from rich.text import Text

from minsheng.kernel.progress import Step

_PAPER = None if sys.stdout.isatty() or "COLUMNS" in os.environ else 140
_WHOLE = ("delivery", "household", "level", "status", "model")
console = Console(width=_PAPER)
asides = Console(stderr=True)


def print_json(value: object) -> None:
    """One JSON document on standard output, Chinese as it is."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2, default=_plain)
    sys.stdout.write("\n")


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], *, numbers: Sequence[int] = ()) -> Group:
    """A table for people under its title; the columns whose positions stand in `numbers` are right-aligned, with thousands separators."""
    shown = Table(header_style="bold", pad_edge=False, box=SIMPLE_HEAD)
    for position, name in enumerate(columns):
        whole = position == 0 or position in numbers or name in _WHOLE
        shown.add_column(name, justify="right" if position in numbers else "left", overflow="fold", no_wrap=whole)
    for row in rows:
        shown.add_row(*(_cell(value) for value in row))
    return Group(*([Text(title, style="bold")] if title else []), shown)


class Bars:
    """Progress bars on standard error, so that standard output stays clean; quiet where nobody watches."""

    def __init__(self) -> None:
        self._bars = RichProgress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=28),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("[dim]{task.fields[note]}"),
            console=asides,
            transient=False,
        )

    def __enter__(self) -> "Bars":
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    @contextmanager
    def step(self, name: str, *, total: int | None = None) -> Iterator[Step]:
        """One bar for one named piece of work."""
        task = self._bars.add_task(name, total=total, note="")
        yield _Bar(self._bars, task)
        done = self._bars.tasks[self._bars.task_ids.index(task)].completed
        final = total if total is not None else max(1, done)
        self._bars.update(task, total=final, completed=final, note="")


class _Bar:
    def __init__(self, bars: RichProgress, task: TaskID) -> None:
        self._bars = bars
        self._task = task

    def advance(self, amount: int = 1) -> None:
        self._bars.advance(self._task, amount)

    def note(self, text: str) -> None:
        self._bars.update(self._task, note=escape(text))


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "✓" if value else ""
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.1f}"
    return escape(str(value))


def _plain(value: Any) -> object:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    return str(value)
