"""Headers: in which row they stand, and which column each of them means."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from typing import ClassVar

from minsheng.engine.contracts.headers import header_index, plain, split_unit, unit_factor
from minsheng.engine.contracts.schema import Column, Contract
from minsheng.engine.intake.rules import IntakeRules, Unreadable
from minsheng.engine.intake.tables import Frame

RECEIPT_HEADER, ORIGINAL_ROW_HEADER, COLUMN_HEADER, REASON_HEADER = "回执号", "原行号", "问题列", "原因"
MENDING_HEADERS = (RECEIPT_HEADER, ORIGINAL_ROW_HEADER, COLUMN_HEADER, REASON_HEADER)
_LIKE_ENOUGH = 0.6


class NoHeader(Unreadable):
    """None of the first rows holds a column name that is known."""

    code: ClassVar[str] = "no-header"


class AmbiguousHeader(Unreadable):
    """It cannot be told which row, or which column, is meant."""

    code: ClassVar[str] = "ambiguous-header"


class TooManyColumns(Unreadable):
    """The table is far wider than any feed."""

    code: ClassVar[str] = "too-many-columns"


@dataclass(frozen=True)
class Placed:
    """A contract column found in the file: where, under which header, and what its unit multiplies the values by."""

    column: Column
    position: int
    header: str
    factor: Decimal


@dataclass(frozen=True)
class Heading:
    """What the header row says.

    `placed` are the columns to read, in the contract's order; `dropped` the headers whose cells are not read (not allowed by the
    agreement, or unknown); `missing` the allowed columns that are not there; `suggestions` unknown header → missing column.
    """

    frame: Frame
    headers: tuple[str, ...]
    placed: tuple[Placed, ...]
    dropped: tuple[str, ...]
    unknown: tuple[str, ...]
    missing: tuple[str, ...]
    suggestions: Mapping[str, str]
    receipt_at: int | None
    original_row_at: int | None


def known_headers(contracts: Collection[Contract], extra: Mapping[str, str]) -> frozenset[str]:
    """Every plain header that some contract knows."""
    known = {header for contract in contracts for header in header_index(contract)}
    return frozenset(known | {plain(header) for header in extra} | {plain(header) for header in MENDING_HEADERS})


def is_known(header: str, known: Collection[str]) -> bool:
    """Whether a header is known, with or without the unit behind it."""
    return plain(header) in known or split_unit(header).plain in known


def find_frame(rows: Sequence[Sequence[str]], known: Collection[str], rules: IntakeRules) -> Frame:
    """Find the header among the first rows; raises NoHeader, AmbiguousHeader, TooManyColumns."""
    if max((len(row) for row in rows), default=0) > rules.max_columns:
        raise TooManyColumns(f"The table has more than {rules.max_columns} columns.", next_step="Send the columns of the contract only.")
    scores = [sum(is_known(cell, known) for cell in row) for row in rows]
    best = max(scores, default=0)
    if not best:
        raise NoHeader("None of the first ten rows holds column names of this feed.", next_step="Put the column names in the first row.")
    at = scores.index(best)
    if any(score > 1 and _headers(rows[other], known) != _headers(rows[at], known) for other, score in enumerate(scores) if other != at):
        raise AmbiguousHeader(
            "The column names stand in more than one row.", next_step="Undo merged cells and put every column name in one row."
        )
    return Frame(at, len(rows[at]))


def _headers(row: Sequence[str], known: Collection[str]) -> set[str]:
    return {plain(cell) for cell in row if is_known(cell, known)}


def map_headers(headers: Sequence[str], frame: Frame, contract: Contract, extra: Mapping[str, str]) -> Heading:
    """Say which contract column each header means; raises AmbiguousHeader if two headers mean the same one."""
    places = _places(headers, contract, extra)
    allowed = {column.name for column in contract.allowed_columns}
    placed = tuple(places[column.name] for column in contract.allowed_columns if column.name in places)
    named = {place.position for place in places.values()}
    mending = _mending_places(headers)
    unknown = tuple(_shown(header) for at, header in enumerate(headers) if plain(header) and at not in named and at not in mending.values())
    missing = tuple(column.name for column in contract.allowed_columns if column.name not in places)
    return Heading(
        frame=frame,
        headers=tuple(headers),
        placed=placed,
        dropped=tuple(place.header for name, place in places.items() if name not in allowed) + unknown,
        unknown=unknown,
        missing=missing,
        suggestions=suggest(unknown, [contract.column(name) for name in missing]),
        receipt_at=mending.get(RECEIPT_HEADER),
        original_row_at=mending.get(ORIGINAL_ROW_HEADER),
    )


def _places(headers: Sequence[str], contract: Contract, extra: Mapping[str, str]) -> dict[str, Placed]:
    index = header_index(contract) | {plain(header): column for header, column in extra.items()}
    places: dict[str, Placed] = {}
    for at, header in enumerate(headers):
        place = _place(at, header, index, contract)
        if place is None:
            continue
        first = places.setdefault(place.column.name, place)
        if first is not place:
            raise AmbiguousHeader(
                f"The headers {first.header!r} and {header!r} both mean {place.column.title.zh}.", next_step="Leave one of them out."
            )
    return places


def _place(at: int, header: str, index: Mapping[str, str], contract: Contract) -> Placed | None:
    whole = index.get(plain(header))
    if whole:
        return Placed(contract.column(whole), at, header, Decimal(1))
    split = split_unit(header)
    name = index.get(split.plain)
    factor = unit_factor(contract.column(name), split.unit) if name else None
    return Placed(contract.column(name), at, header, factor) if name and factor is not None else None


def _mending_places(headers: Sequence[str]) -> dict[str, int]:
    """Where the four columns stand that we put before refused rows; none unless receipt and row number are both there."""
    found = {header: at for at, header in enumerate(headers) if header in MENDING_HEADERS}
    return found if {RECEIPT_HEADER, ORIGINAL_ROW_HEADER} <= found.keys() else {}


def _shown(header: str) -> str:
    """A header fit for a receipt: one with many digits may be someone's data that slipped into the header row."""
    return "…" if sum(letter.isdigit() for letter in header) > 5 else header


def suggest(unknown: Sequence[str], missing: Sequence[Column]) -> dict[str, str]:
    """For each unknown header the missing column it most resembles, if it resembles one at all."""
    found: dict[str, str] = {}
    for header in unknown:
        likeness, name = max(((_likeness(header, column), column.name) for column in missing), default=(0.0, ""))
        if likeness >= _LIKE_ENOUGH:
            found[header] = name
    return found


def _likeness(header: str, column: Column) -> float:
    written = split_unit(header).plain
    return max(SequenceMatcher(None, written, plain(known), autojunk=False).ratio() for known in column.all_headers)
