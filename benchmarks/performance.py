"""`docs/performance.md`, written from the kept results and the words of `performance.template.md`."""

import json
from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import Any

from benchmarks.measuring import ROOT
from benchmarks.suite import HERE, RESULTS, entries, prediction

PAGE = ROOT / "docs" / "performance.md"
_NONE = "–"


def write_page() -> Path:
    """Write the page and return its path."""
    PAGE.write_text(page(kept_results()))
    return PAGE


def kept_results() -> dict[str, dict[str, Any]]:
    """The results kept in the repository, by benchmark."""
    return {path.stem: json.loads(path.read_text()) for path in sorted(RESULTS.glob("*.json"))}


def page(results: Mapping[str, Mapping[str, Any]]) -> str:
    """The page's text for these results; a benchmark without one is shown as not measured yet."""
    rows = [row for name in entries() for row in _rows(name, results.get(name))]
    head = "| Work | Reference | Figure | Bar | Predicted | Measured | Met |\n|---|---|---|---|---|---|---|\n"
    details = {name: _details(name, results.get(name)) for name in entries()}
    return Template((HERE / "performance.template.md").read_text()).substitute(details, table=head + "\n".join(rows))


def _rows(name: str, result: Mapping[str, Any] | None) -> list[str]:
    """A line of the table for each figure that has a bar or was predicted."""
    entry, predicted = entries()[name], prediction(name, result["date"] if result else None)["figures"]
    figures = list(dict.fromkeys([*entry["bars"], *predicted]))
    first = [entry["work"], entry["reference"]]
    lines = []
    for figure in figures:
        bar = entry["bars"].get(figure)
        measured = result["measured"].get(figure) if result else None
        met = _NONE if bar is None or measured is None else "✓" if measured <= bar else f"✗ {measured / bar - 1:+.0%}" if bar else "✗"
        cells = [*first, figure, _NONE if bar is None else f"≤ {_plain(bar)}", _plain(predicted.get(figure)), _plain(measured), met]
        lines.append(f"| {' | '.join(cells)} |")
        first = ["", ""]
    return lines


def _details(name: str, result: Mapping[str, Any] | None) -> str:
    """Command, day, machine, versions and every figure of one benchmark."""
    predicted = prediction(name, result["date"] if result else None)
    why = f"Predicted on {predicted['on']}: {predicted['why']}"
    if result is None:
        return f"{why}\n\nNot measured yet: `{entries()[name]['command']}`."
    machine = result["machine"]
    where = f"{machine['cores']} cores ({machine['processor']}), {machine['memory_gb']} GB"
    versions = ", ".join(f"{package} {number}" for package, number in result["versions"].items())
    alone = {figure: value for figure, value in result["measured"].items() if not _is_table(value)}
    figures = "\n".join(f"| {figure} | {_plain(value)} |" for figure, value in alone.items())
    tables = "".join(f"\n\n{_table(figure, value)}" for figure, value in result["measured"].items() if _is_table(value))
    why += "".join(
        f"\n\nBefore, on {one['date']}: {_plain(one['measured'])} (predicted: {_plain(one['predicted'])})."
        for one in result.get("earlier", [])
    )
    return f"`{result['command']}` on {result['date']}; {where}; {versions}.\n\n{why}\n\n| Figure | Value |\n|---|---|\n{figures}{tables}"


def _is_table(value: Any) -> bool:
    return isinstance(value, Mapping) and any(isinstance(row, Mapping) for row in value.values())


def _table(title: str, rows: Mapping[str, Mapping[str, Any]]) -> str:
    """Figures that are told of many things, a line each."""
    columns = list(next(iter(rows.values())))
    lines = [f"| {name} | {' | '.join(_plain(row[column]) for column in columns)} |" for name, row in rows.items()]
    return "\n".join([f"| {title} | {' | '.join(columns)} |", "|---" * (len(columns) + 1) + "|", *lines])


def _plain(value: Any) -> str:
    if value is None:
        return _NONE
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_plain(one)}" for key, one in value.items())
    if isinstance(value, list):
        return "; ".join(_plain(one) for one in value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:,}"
    return f"`{value[:16]}`" if isinstance(value, str) and len(value) == 64 else str(value)
