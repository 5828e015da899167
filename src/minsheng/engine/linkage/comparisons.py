"""How two records are compared, as data: a closed set of comparisons and blocking rules, and what they mean to the engine.

A comparison is a list of levels of agreement, best first. A model holds for each level how often it is found between two records of one
person (m) and of two people (u), after Fellegi and Sunter (1969).
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

NEITHER = "missing"
OTHERWISE = "different"


class Level(BaseModel, frozen=True):
    """One degree of agreement: its name, its condition on the columns `…_l` and `…_r`, and the column whose rarity weighs in it."""

    title: str
    condition: str
    rarity: str | None = None


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _OfOneColumn(_Data):
    column: str

    @property
    def title(self) -> str:
        """What the comparison is called in a model."""
        return self.column

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it looks at."""
        return (self.column,)


class Exact(_OfOneColumn):
    """The same, or not."""

    kind: Literal["exact"] = "exact"
    rarity: bool = False

    def levels(self) -> list[Level]:
        """The degrees of agreement, best first."""
        return [_missing(self.column), _same(self.column, self.rarity)]


class Nested(_OfOneColumn):
    """A code whose beginnings are larger units: a village within a township within a county."""

    kind: Literal["nested"] = "nested"
    lengths: tuple[int, ...]

    def levels(self) -> list[Level]:
        """The degrees of agreement, best first."""
        shared = [
            Level(title=f"first {n}", condition=f"{_start(f'{self.column}_l', n)} = {_start(f'{self.column}_r', n)}") for n in self.lengths
        ]
        return [_missing(self.column), *shared]


class Edited(_OfOneColumn):
    """A text in which up to so many characters were typed wrong, left out, added or swapped with their neighbour."""

    kind: Literal["edited"] = "edited"
    within: tuple[int, ...]
    rarity: bool = False

    def levels(self) -> list[Level]:
        """The degrees of agreement, best first."""
        near = [Level(title=f"edits {n}", condition=f"{_edits(self.column)} <= {n}") for n in self.within]
        return [_missing(self.column), _same(self.column, self.rarity), *near]


class Alike(_OfOneColumn):
    """A text that resembles the other by so much (Jaro-Winkler, 0 to 1)."""

    kind: Literal["alike"] = "alike"
    at_least: tuple[float, ...]
    rarity: bool = True

    def levels(self) -> list[Level]:
        """The degrees of agreement, best first."""
        near = [Level(title=f"alike {share}", condition=_alike(f"{self.column}_l", f"{self.column}_r", share)) for share in self.at_least]
        return [_missing(self.column), _same(self.column, self.rarity), *near]


class DayOfBirth(_OfOneColumn):
    """A date as text `YYYY-MM-DD`: the same, day and month swapped, one slip, or a few weeks apart (lunar and solar calendar)."""

    kind: Literal["day_of_birth"] = "day_of_birth"
    weeks_apart: int = 8

    def levels(self) -> list[Level]:
        """The degrees of agreement, best first."""
        left, right = f"{self.column}_l", f"{self.column}_r"
        swapped = f"{left}[:4] = {right}[:4] and {left}[6:7] = {right}[9:10] and {left}[9:10] = {right}[6:7]"
        days = f"abs(date_diff('day', try_cast({left} as date), try_cast({right} as date)))"
        return [
            _missing(self.column),
            _same(self.column, rarity=False),
            Level(title="swapped", condition=swapped),
            Level(title="slip", condition=f"{_edits(self.column)} <= 1"),
            Level(title="weeks", condition=f"{days} <= {self.weeks_apart * 7}"),
            Level(title="two slips", condition=f"{_edits(self.column)} <= 2"),
        ]


class ChineseName(_OfOneColumn):
    """A name in characters with its pinyin: the same, sounding the same, one character different, or sounding nearly the same."""

    kind: Literal["chinese_name"] = "chinese_name"
    pinyin: str

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it looks at."""
        return (self.column, self.pinyin)

    def levels(self) -> list[Level]:
        """The degrees of agreement, best first."""
        return [
            _missing(self.column),
            _same(self.column, rarity=True),
            Level(title="same sound", condition=f"{self.pinyin}_l = {self.pinyin}_r", rarity=self.pinyin),
            Level(title="one character", condition=_all_but_one(f"{self.column}_l", f"{self.column}_r")),
            Level(title="near sound", condition=f"{_edits(self.pinyin)} <= 1"),
        ]


class NameInTwoParts(_Data):
    """A given name and a surname, which may have changed places."""

    kind: Literal["name_in_two_parts"] = "name_in_two_parts"
    given: str
    surname: str
    alike: float = 0.85

    @property
    def title(self) -> str:
        """What the comparison is called in a model."""
        return f"{self.given} and {self.surname}"

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it looks at."""
        return (self.given, self.surname)

    def levels(self) -> list[Level]:
        """The degrees of agreement, best first."""
        g_l, g_r, s_l, s_r = (f"{part}_{side}" for part in (self.given, self.surname) for side in "lr")
        near = {(a, b): _alike(a, b, self.alike) for a, b in ((g_l, g_r), (s_l, s_r), (s_l, g_r), (g_l, s_r))}
        return [
            Level(title=NEITHER, condition=f"coalesce({g_l}, {s_l}) is null or coalesce({g_r}, {s_r}) is null"),
            Level(title="same", condition=f"{g_l} = {g_r} and {s_l} = {s_r}"),
            Level(title="swapped", condition=f"{g_l} = {s_r} and {s_l} = {g_r}"),
            Level(title="both alike", condition=f"{near[g_l, g_r]} and {near[s_l, s_r]} or {near[s_l, g_r]} and {near[g_l, s_r]}"),
            Level(title="surname alike", condition=f"{near[s_l, s_r]} or {near[s_l, g_r]}"),
            Level(title="given name alike", condition=f"{near[g_l, g_r]} or {near[g_l, s_r]}"),
        ]


Comparison = Annotated[Exact | Nested | Edited | Alike | DayOfBirth | ChineseName | NameInTwoParts, Field(discriminator="kind")]


class Key(_Data):
    """A column (or its first or last characters) that two records must share to be compared at all.

    `against` names the column of the other record if it is another one.
    """

    column: str
    first: int | None = None
    last: int | None = None
    against: str | None = None

    def condition(self) -> str:
        """The condition on the records `l` and `r`."""
        left, right = f"l.{self.column}", f"r.{self.against or self.column}"
        if self.last is not None:
            return f"right({left}, {self.last}) = right({right}, {self.last})"
        return f"{left} = {right}" if self.first is None else f"{_start(left, self.first)} = {_start(right, self.first)}"


class Block(_Data):
    """One blocking rule: records that share all of its keys are compared."""

    keys: tuple[Key, ...]

    @classmethod
    def on(cls, *columns: str) -> "Block":
        """A rule from texts: `name`, `birth_on:4` (first four characters), `pinyin:-3` (last three), `given=surname` (another column)."""
        return cls(keys=tuple(_key(text) for text in columns))

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it looks at."""
        return tuple(column for key in self.keys for column in (key.column, key.against) if column)

    def condition(self) -> str:
        """The condition on the records `l` and `r`."""
        return " and ".join(key.condition() for key in self.keys)


def _key(text: str) -> Key:
    rest, _, length = text.partition(":")
    column, _, against = rest.partition("=")
    size = int(length or 0)
    return Key(column=column, first=size if size > 0 else None, last=-size if size < 0 else None, against=against or None)


def _missing(column: str) -> Level:
    return Level(title=NEITHER, condition=f"{column}_l is null or {column}_r is null")


def _same(column: str, rarity: bool) -> Level:
    return Level(title="same", condition=f"{column}_l = {column}_r", rarity=column if rarity else None)


def _start(column: str, length: int) -> str:
    return f"substr({column}, 1, {length})"


def _edits(column: str) -> str:
    return f"damerau_levenshtein({column}_l, {column}_r)"


def _all_but_one(left: str, right: str) -> str:
    """Names of three or more characters and equal length that differ in one of the first two places or in the last.

    Not by edit distance, which the engine counts in bytes, three to a Chinese character.
    """
    long = f"length({left}) > 2 and length({left}) = length({right})"
    first = f"substr({left}, 2) = substr({right}, 2)"
    second = f"substr({left}, 1, 1) = substr({right}, 1, 1) and substr({left}, 3) = substr({right}, 3)"
    last = f"substr({left}, 1, length({left}) - 1) = substr({right}, 1, length({right}) - 1)"
    return f"{long} and ({first} or {second} or {last})"


def _alike(left: str, right: str, share: float) -> str:
    return f"coalesce(jaro_winkler_similarity({left}, {right}) >= {share}, false)"
