"""Division codes: what twelve digits say about a place, without looking anything up.

Structure after the statistics bureau's coding rules: 2 digits province, 2 prefecture, 2 county (together GB/T 2260), 3 township,
3 village. A code of a higher level is padded with zeros, so `62` and `620000000000` are the same code.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import ClassVar

from minsheng.kernel.errors import Refusal

CODE_DIGITS = 12
MADE_UP_PREFIX = "999"
"""No division has ever had a code beginning so: it is free for made-up places and people."""

_FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")
_WRITTEN = re.compile(r"[1-9][0-9](?:[0-9]{2}|[0-9]{4}|[0-9]{7}|[0-9]{10})?")


class NotADivisionCode(Refusal):
    """The text cannot be a division code."""

    code: ClassVar[str] = "not-a-division-code"


class Level(IntEnum):
    """The five levels, the province first."""

    PROVINCE = 1
    PREFECTURE = 2
    COUNTY = 3
    TOWNSHIP = 4
    VILLAGE = 5

    @property
    def digits(self) -> int:
        """How many of the twelve digits say something at this level."""
        return _DIGITS[self]


_DIGITS = {Level.PROVINCE: 2, Level.PREFECTURE: 4, Level.COUNTY: 6, Level.TOWNSHIP: 9, Level.VILLAGE: 12}


class TownshipKind(StrEnum):
    """What the third block of a township's code says it is."""

    STREET = "street"  # 街道
    TOWN = "town"  # 镇
    TOWNSHIP = "township"  # 乡
    SPECIAL_UNIT = "special_unit"  # 政企合一单位: development zones, farms, forests that act as a township


_KINDS = (
    (range(1, 100), TownshipKind.STREET),
    (range(100, 200), TownshipKind.TOWN),
    (range(200, 400), TownshipKind.TOWNSHIP),
    (range(400, 600), TownshipKind.SPECIAL_UNIT),
)


@dataclass(frozen=True, order=True)
class DivisionCode:
    """A well-formed code, always twelve digits; whether such a place exists is not asked."""

    text: str

    @classmethod
    def parse(cls, text: str) -> "DivisionCode":
        """Read 2, 4, 6, 9 or 12 digits, full-width ones and outer spaces included; raises NotADivisionCode."""
        written = text.translate(_FULL_WIDTH).strip()
        if not _WRITTEN.fullmatch(written):
            raise NotADivisionCode(f"{text!r} is not a division code.", next_step="Write 2, 4, 6, 9 or 12 digits, for example 420106.")
        return cls(written.ljust(CODE_DIGITS, "0"))

    @property
    def level(self) -> Level:
        """The level of the last block that is not all zeros.

        Where a place is its own only child (Dongguan is prefecture and county under 441900), this is the higher of its levels.
        """
        for level in reversed(Level):
            if level > Level.PROVINCE and self.text[Level(level - 1).digits : level.digits].strip("0"):
                return level
        return Level.PROVINCE

    @property
    def prefix(self) -> str:
        """The digits that say something: every code within this place begins with them."""
        return self.text[: self.level.digits]

    def at(self, level: Level) -> "DivisionCode":
        """The place at that level which this one is, or lies in."""
        return DivisionCode(self.text[: level.digits].ljust(CODE_DIGITS, "0"))

    @property
    def parent(self) -> "DivisionCode | None":
        """The place this one lies in; None for a province."""
        return None if self.level is Level.PROVINCE else self.at(Level(self.level - 1))

    @property
    def ancestors(self) -> tuple["DivisionCode", ...]:
        """The places this one lies in, the province first; each once, even where one place fills two levels."""
        parent = self.parent
        return () if parent is None else (*parent.ancestors, parent)

    @property
    def is_functional_zone(self) -> bool:
        """Whether it is a county-level code of the pattern xxxx7x: a development zone that only statistics count as a county."""
        return self.level is Level.COUNTY and self.text[4] == "7"

    @property
    def township_kind(self) -> TownshipKind | None:
        """What kind of township it is, or lies in; None above townships and where the rules say nothing."""
        number = int(self.text[Level.COUNTY.digits : Level.TOWNSHIP.digits])
        return next((kind for numbers, kind in _KINDS if number in numbers), None)

    @property
    def is_made_up(self) -> bool:
        """Whether the code was never assigned and is free for made-up places."""
        return self.text.startswith(MADE_UP_PREFIX)

    def __str__(self) -> str:
        return self.text


def common_place(codes: Iterable[str]) -> str:
    """The smallest place that holds all of these (any written form), as twelve digits; blank for none, or for several provinces.

    Raises NotADivisionCode.
    """
    places = {DivisionCode.parse(code) for code in codes}
    for level in reversed(Level):
        holding = {place.at(level) for place in places if place.level >= level}
        if len(holding) == 1 and all(place.level >= level for place in places):
            return holding.pop().text
    return ""


def is_within(code: str, prefix: str) -> bool:
    """Whether the place `code` is, or lies in, the place `prefix`; both in any written form; raises NotADivisionCode."""
    return DivisionCode.parse(code).text.startswith(DivisionCode.parse(prefix).prefix)
