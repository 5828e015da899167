"""The data dictionary, written from the contracts: what each feed holds, in words for departments and analysts."""

import sys
from collections.abc import Iterable, Iterator
from typing import Final

from minsheng.engine.contracts.loading import Catalogue, load_catalogue
from minsheng.engine.contracts.schema import Column, Contract

_TYPES: Final = {
    "text": "text",
    "identity_number": "identity number (GB 11643)",
    "name": "name",
    "date": "date",
    "month": "month",
    "money": "money, kept in fen",
    "integer": "whole number",
    "decimal": "decimal",
    "code": "code",
    "division": "division code, kept with 12 digits",
    "phone": "phone",
    "account": "account",
}
_OPENING: Final = """# Data dictionary 数据字典

Written from the feed contracts in `src/minsheng/engine/contracts/catalogue`; do not edit by hand
(`python -m minsheng.engine.contracts.dictionary > docs/data-dictionary.md` writes it anew).

Required 必填: every row must have a value. Column 应有: the column must be there, a value may be missing.
Optional 可缺: the column may be absent.
Headers are compared without regard to width, case, spaces and underscores; the first is the one of the source system, and the
canonical name and both titles are accepted too. A unit in brackets behind a header is understood: `金额（万元）`.
"""


def dictionary_text(catalogue: Catalogue) -> str:
    """The data dictionary of a catalogue as Markdown."""
    return "\n".join([_OPENING, *_overview(catalogue), *map(contract_page, catalogue.values())])


def _overview(catalogue: Catalogue) -> Iterator[str]:
    rows = (
        (f"[{c.feed}](#{c.feed})", c.title.zh, c.title.en, catalogue.department_of(feed).title.zh, c.kind, f"{c.volume.per_1000_people:g}")
        for feed, c in catalogue.items()
    )
    yield from _table(("Feed", "数据集", "Dataset", "部门 Department", "Kind", "Rows per 1,000 people"), rows)


def contract_page(contract: Contract) -> str:
    """One feed's contract as Markdown: what it holds, when it is due, on what it rests, its columns and codes."""
    return "\n".join(_page(contract)) + "\n"


def _page(contract: Contract) -> Iterator[str]:
    agreement = contract.agreement
    yield f"## {contract.feed}\n"
    yield f"**{contract.title.zh} · {contract.title.en}**, from `{contract.department}`.\n"
    yield f"- Delivered as {contract.kind}; due on day {contract.due_day} of the following month{_only_months(contract)}."
    yield f"- Key: {_names(contract.key)}. Placed in time by: {_names([contract.event_on]) if contract.event_on else 'the month end'}."
    yield f"- Identifies the person by: {_names(contract.person.named().values())}."
    yield f"- Usual volume: {_volume(contract)} rows per 1,000 registered people."
    yield f"- Sensitivity: {contract.sensitivity}. Carried when late: up to {contract.tolerance_months} month(s)."
    yield f"- 用途: {agreement.purpose.zh}。Purpose: {agreement.purpose.en}."
    yield f"- Legal basis: {agreement.legal_basis}. In force {agreement.signed_on} to {agreement.expires_on}.\n"
    header = ("Column", "名称", "Title", "Type", "Presence", "Headers", "Shared", "Sensitivity")
    yield from _table(header, (_column(column, contract) for column in contract.columns))
    yield from _codes(contract)


def _volume(contract: Contract) -> str:
    volume = contract.volume
    return f"{volume.per_1000_people:g} ({volume.per_1000_people * volume.low:g} to {volume.per_1000_people * volume.high:g})"


def _only_months(contract: Contract) -> str:
    return "" if len(contract.due_months) == 12 else f", for month {', '.join(map(str, contract.due_months))} only"


def _column(column: Column, contract: Contract) -> tuple[str, ...]:
    presence = "required 必填" if column.required else "optional 可缺" if column.absent_ok else "column 应有"
    shared = "yes" if column.name in contract.agreement.allowed else "no: dropped on receipt"
    kind = _TYPES[column.type] + (f" ({column.unit})" if column.unit else "")
    return (f"`{column.name}`", column.title.zh, column.title.en, kind, presence, "、".join(column.headers), shared, _sensitivity(column))


def _sensitivity(column: Column) -> str:
    return f"{column.sensitivity}, never in the lake" if column.identifies else column.sensitivity


def _codes(contract: Contract) -> Iterator[str]:
    for column in contract.columns:
        if column.codes:
            yield f"Codes of `{column.name}`:\n"
            rows = ((f"`{code}`", entry.title.zh, entry.title.en, "、".join(entry.aliases)) for code, entry in column.codes.items())
            yield from _table(("Code", "名称", "Title", "Also accepted"), rows)


def _table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield _line(header)
    yield _line(("---",) * len(header))
    yield from (_line(row) for row in rows)
    yield ""


def _line(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    sys.stdout.write(dictionary_text(load_catalogue()))
