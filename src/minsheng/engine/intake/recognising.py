"""Which feed and month a file is, before it is read: by its name, and by its headers."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import PurePosixPath
from typing import BinaryIO, ClassVar

from minsheng.engine.contracts.headers import header_index, plain, split_unit
from minsheng.engine.contracts.loading import Catalogue
from minsheng.engine.contracts.schema import Contract
from minsheng.engine.intake.heading import find_frame, known_headers, map_headers
from minsheng.engine.intake.opening import open_table
from minsheng.engine.intake.rules import IntakeRules
from minsheng.engine.intake.tables import Table
from minsheng.kernel.errors import Refusal
from minsheng.kernel.periods import Month

_MONTH = re.compile(r"(?<!\d)(20\d{2})(?:[-_.年 ]?(0[1-9]|1[0-2])|[-_.年 ]([1-9])(?!\d))")
_CLEARLY_BETTER = 0.2


class UnknownFeed(Refusal):
    """Neither name nor headers belong to a feed that we know."""

    code: ClassVar[str] = "unknown-feed"


class LooksLikeAnotherFeed(Refusal):
    """The headers fit another feed than the one named; `better` names it."""

    code: ClassVar[str] = "another-feed"

    def __init__(self, named: Contract, better: Contract) -> None:
        super().__init__(
            f"The file is named as {named.feed} ({named.title.zh}), but its columns are those of {better.feed} ({better.title.zh}).",
            next_step=f"Rename it, or send it with --feed {better.feed}.",
        )
        self.named, self.better = named.feed, better.feed


@dataclass(frozen=True)
class Recognition:
    """What a file is: its feed, the month in its name or folder, and the receipt it mends, if its rows say so."""

    feed: str
    month: Month | None
    amends: str | None
    headers: tuple[str, ...]


def recognise(source: BinaryIO, filename: str, catalogue: Catalogue, *, rules: IntakeRules, feed: str | None = None) -> Recognition:
    """Say which feed and month a file is; `filename` may have its folder before it, `feed` is what the sender says it is.

    Raises UnknownFeed, LooksLikeAnotherFeed, and every Unreadable of opening the file.
    """
    named = _stated(feed, catalogue) if feed else _named(filename, catalogue)
    known = known_headers(list(catalogue.values()), rules.header_map)
    table = open_table(source, filename=filename, known=known, rules=rules)
    rows = table.first_rows()
    headers = tuple(rows[find_frame(rows, known, rules).header_at])
    contract = _agreed(named, headers, catalogue, rules.header_map)
    return Recognition(contract.feed, _month(filename), _amends(table, headers, contract, rules), headers)


def _stated(feed: str, catalogue: Catalogue) -> Contract:
    if feed in catalogue:
        return catalogue[feed]
    close = get_close_matches(feed, list(catalogue), n=3) or sorted(catalogue)
    raise UnknownFeed(f"There is no feed {feed!r}.", next_step=f"Known feeds: {', '.join(close)}.")


def _named(filename: str, catalogue: Catalogue) -> Contract | None:
    """The feed whose longest name stands in the file's name."""
    stem = plain(PurePosixPath(filename.replace("\\", "/")).name)
    names = [
        (plain(name), contract) for contract in catalogue.values() for name in (contract.feed, contract.title.zh, *contract.file_names)
    ]
    found = [(len(name), contract) for name, contract in names if name in stem]
    return max(found, key=lambda match: match[0])[1] if found else None


def _agreed(named: Contract | None, headers: Sequence[str], catalogue: Catalogue, extra: Mapping[str, str]) -> Contract:
    fits = {feed: _fit(headers, contract, extra) for feed, contract in catalogue.items()}
    best, second = sorted(fits, key=lambda feed: -fits[feed])[:2]
    if named is None:
        if fits[best] > fits[second] and _has_required(headers, catalogue[best], extra):
            return catalogue[best]
        raise UnknownFeed(
            "Neither the file's name nor its columns belong to a feed that we know.",
            next_step=f"Closest are {best} and {second}; say which with --feed.",
        )
    better = catalogue[best]
    if fits[best] > fits[named.feed] + _CLEARLY_BETTER and _has_required(headers, better, extra):
        raise LooksLikeAnotherFeed(named, better)
    return named


def _found(headers: Sequence[str], contract: Contract, extra: Mapping[str, str]) -> set[str]:
    index = header_index(contract) | {plain(header): column for header, column in extra.items()}
    either = [index.get(plain(header)) or index.get(split_unit(header).plain) for header in headers]
    return {name for name in either if name}


def _fit(headers: Sequence[str], contract: Contract, extra: Mapping[str, str]) -> float:
    """The share of the headers and columns that belong together."""
    found = len(_found(headers, contract, extra))
    written = sum(1 for header in headers if plain(header))
    expected = sum(1 for column in contract.columns if not column.absent_ok)
    return found / max(written + expected - min(found, expected), 1)


def _has_required(headers: Sequence[str], contract: Contract, extra: Mapping[str, str]) -> bool:
    return {column.name for column in contract.columns if column.required} <= _found(headers, contract, extra)


def _month(filename: str) -> Month | None:
    """The month in the file's name, or else in its folder's."""
    parts = PurePosixPath(filename.replace("\\", "/")).parts
    for part in reversed(parts[-2:]):
        if found := _MONTH.search(part):
            return Month(int(found[1]), int(found[2] or found[3]))
    return None


def _amends(table: Table, headers: Sequence[str], contract: Contract, rules: IntakeRules) -> str | None:
    """The receipt in the first row of a file that mends refused rows."""
    rows = table.first_rows()
    frame = find_frame(rows, known_headers([contract], rules.header_map), rules)
    at = map_headers(headers, frame, contract, rules.header_map).receipt_at
    below = rows[frame.header_at + 1 :] if at is not None else []
    return next((row[at].strip().removeprefix("'") for row in below if at is not None and len(row) > at and row[at].strip()), None)
