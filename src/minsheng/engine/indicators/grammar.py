"""The grammar of a model: everything its author can say, and nothing else.

Points, caps and thresholds are written in points with at most two decimals and computed as whole hundredths; scores as whole
millionths (hundredths of points × percent × percent). Bounds of bands are in the column's clean unit (money in fen).
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, StringConstraints, model_serializer, model_validator

from minsheng.engine.contracts.schema import SnakeName, Strict, Text, Words

REGISTRY = "registry"
DEFAULT_BANDS = "default"
LEVELS = ("none", "blue", "yellow", "orange", "red")
"""Level names by number: 0 none, 1 blue, 2 yellow, 3 orange, 4 red."""
HUNDREDTHS = 100
MILLIONTHS = 1_000_000

MeasureKind = Literal["exists", "count", "sum", "max", "latest", "months_since", "months_without"]
LevelName = Literal["blue", "yellow", "orange", "red"]
Among = Literal["members", "deceased", "anyone"]
UpperName = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]*$")]
BandsName = Annotated[str, StringConstraints(pattern=r"^(default|[A-Z][A-Z0-9_]*)$")]
Percent = Annotated[int, Field(ge=0, le=1000)]


def _scalar(value: object) -> object:
    if isinstance(value, str):
        if value in ("true", "false"):
            return value == "true"
        if value.lstrip("-").isdigit() and str(int(value)) == value:
            return int(value)
    return value


def _two_decimals(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"))


Scalar = Annotated[bool | int | str, BeforeValidator(_scalar)]
Points = Annotated[Decimal, Field(ge=0, le=10_000, decimal_places=2), AfterValidator(_two_decimals)]


class Condition(Strict):
    """One column compared with fixed values; every comparison given must hold, and a blank satisfies none but `is_null`."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    column: SnakeName
    eq: Scalar | None = None
    ne: Scalar | None = None
    in_: Annotated[tuple[Scalar, ...], Field(alias="in")] = ()
    not_in: tuple[Scalar, ...] = ()
    gte: Scalar | None = None
    lte: Scalar | None = None
    is_null: bool = False
    not_null: bool = False

    def comparisons(self) -> dict[str, Scalar | tuple[Scalar, ...]]:
        """The comparisons given, by name: eq, ne, in, not_in, gte, lte, is_null, not_null."""
        given = {"eq": self.eq, "ne": self.ne, "gte": self.gte, "lte": self.lte}
        found: dict[str, Scalar | tuple[Scalar, ...]] = {name: value for name, value in given.items() if value is not None}
        found |= {name: values for name, values in (("in", self.in_), ("not_in", self.not_in)) if values}
        return found | {name: True for name in ("is_null", "not_null") if getattr(self, name)}


class Measure(Strict):
    """How rows become one whole number per person; written `exists`, `count`, `months_since`, `months_without`, `{sum: column}`…

    exists: 1 if there is a row. count: rows. sum, max, latest: of a column (latest: of the latest day, the largest if several).
    months_since: whole months from the latest event to T. months_without: calendar months of the window, from the feed's first
    delivery on, without a row, for those with at least one. Nobody without a row has a value.
    """

    kind: MeasureKind
    column: SnakeName | None = None

    @model_validator(mode="before")
    @classmethod
    def _short_forms(cls, given: object) -> object:
        if isinstance(given, str):
            return {"kind": given}
        if isinstance(given, Mapping) and len(given) == 1 and "kind" not in given:
            kind, column = next(iter(given.items()))
            return {"kind": kind, "column": column}
        return given

    @model_serializer
    def _short_form(self) -> str | dict[str, str]:
        return {self.kind: self.column} if self.column else self.kind


class Band(Strict):
    """From this bound (included, in the column's clean unit) upward the value is worth so many points."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    bound: Annotated[int, Field(alias="from")]
    points: Points = Decimal(0)

    @property
    def hundredths(self) -> int:
        """The points as the engine counts them."""
        return int(self.points * HUNDREDTHS)


class Indicator(Strict):
    """One thing looked at, for each person: rows of a source in a window, measured, and banded into points.

    `source` is a feed or `registry` (the person's own entry at T). `filter` chooses rows, `who` chooses people by their registry
    entry, `among` says whether the living members, the dead, or both are asked about. `bands` holds `default` and, for categories
    treated differently, their own. A reverse indicator has no dimension and no points: its bands only say when it is reported.
    """

    id: SnakeName
    title: Text
    dimension: SnakeName | None = None
    reverse: bool = False
    source: SnakeName
    filter: tuple[Condition, ...] = ()
    who: tuple[Condition, ...] = ()
    among: Among = "members"
    window_months: Annotated[int, Field(ge=1, le=60)] | None = None
    measure: Measure
    bands: dict[BandsName, tuple[Band, ...]]
    evidence: tuple[SnakeName, ...] = ()
    reason: Text
    basis: Words

    def bands_for(self, category: str | None) -> str:
        """The name of the bands that apply to a person of that category: its own, or `default`."""
        return category if category in self.bands else DEFAULT_BANDS


class Dimension(Strict):
    """A side of life, with the most that one person and one household can have in it."""

    title: Text
    person_cap: Points
    household_cap: Points
    basis: Words

    @property
    def person_cap_hundredths(self) -> int:
        """The cap of one person, as the engine counts it."""
        return int(self.person_cap * HUNDREDTHS)

    @property
    def household_cap_hundredths(self) -> int:
        """The cap of a household, as the engine counts it."""
        return int(self.household_cap * HUNDREDTHS)


class Levels(Strict):
    """The score from which each level is given."""

    blue: Points
    yellow: Points
    orange: Points
    red: Points
    basis: Words


class Overlap(Strict):
    """Percent added when hardship stands in several dimensions: number of dimensions (or more) → percent."""

    percent: dict[Annotated[int, Field(ge=2)], Percent]
    basis: Words

    def for_dimensions(self, count: int) -> int:
        """The percent added for so many dimensions with points."""
        return max(((n, percent) for n, percent in self.percent.items() if n <= count), default=(0, 0))[1]


class Identity(Strict):
    """Percent by which a household's score is multiplied: tag or category → percent; the largest counts, 100 if none."""

    percent: dict[UpperName, Percent]
    basis: Words


class Trigger(Strict):
    """A finding that lifts the household to at least a level, whatever the score.

    Fires from the indicator's `band` (its ordinal, 1 the lowest) upward, for people of the `categories` (none given: of any).
    """

    indicator: SnakeName
    band: Annotated[int, Field(ge=1)] = 1
    level: LevelName
    categories: tuple[UpperName, ...] = ()
    basis: Words

    @property
    def level_number(self) -> int:
        """The level as a number, 1 blue to 4 red."""
        return LEVELS.index(self.level)


class Hysteresis(Strict):
    """How far under a threshold the score must be for the level to fall at once; otherwise it falls in the second month."""

    margin: Points
    basis: Words

    @property
    def margin_millionths(self) -> int:
        """The margin in the unit of scores."""
        return int(self.margin * MILLIONTHS)


class Suppression(Strict):
    """Verdicts that keep a household from being warned of again for so many months, unless something new appears."""

    quiet_months: Annotated[int, Field(ge=0, le=24)]
    verdicts: tuple[UpperName, ...]
    basis: Words


class Model(Strict):
    """A whole model, as published: immutable, versioned, with a source for every number."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    name: Annotated[SnakeName, Field(alias="model")]
    version: Annotated[str, StringConstraints(pattern=r"^\d{4}\.\d+$")]
    title: Text
    note: Text
    dimensions: Annotated[dict[SnakeName, Dimension], Field(min_length=1)]
    indicators: Annotated[tuple[Indicator, ...], Field(min_length=1)]
    overlap: Overlap
    identity: Identity
    levels: Levels
    triggers: tuple[Trigger, ...] = ()
    hysteresis: Hysteresis
    suppression: Suppression

    @property
    def thresholds(self) -> dict[int, int]:
        """Level number (1 blue to 4 red) → least score, in millionths of a point."""
        return {number: int(getattr(self.levels, name) * MILLIONTHS) for number, name in enumerate(LEVELS) if number}

    @property
    def scoring_indicators(self) -> tuple[Indicator, ...]:
        """The indicators that give points."""
        return tuple(indicator for indicator in self.indicators if not indicator.reverse)

    @property
    def reverse_indicators(self) -> tuple[Indicator, ...]:
        """The indicators that only report what speaks against the benefit."""
        return tuple(indicator for indicator in self.indicators if indicator.reverse)

    def indicator(self, indicator_id: str) -> Indicator:
        """The indicator of that id; KeyError if there is none."""
        return {indicator.id: indicator for indicator in self.indicators}[indicator_id]
