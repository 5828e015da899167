"""The pictures of a household's file, as coordinates that templates draw: its levels month by month, and its members' lines."""

from collections.abc import Sequence
from dataclasses import dataclass

from minsheng.domain.monitoring.queries import LevelPoint
from minsheng.domain.registry.queries import HouseholdFile, MemberFile
from minsheng.engine.contracts.schema import Text
from minsheng.engine.explaining.words import LEVELS
from minsheng.kernel.periods import Month, month_range

LEFT, TOP, ROW, MOST_MONTHS = 76, 14, 34, 36
_WIDE, _NARROWEST, _WIDEST = 980, 46, 120


@dataclass(frozen=True)
class Spot:
    """A month on the levels' picture."""

    month: str
    x: int
    y: int
    level: int
    score: int
    chosen: bool

    @property
    def label(self) -> str:
        """The month as it is written under the picture: the year with January and the first."""
        return self.month[2:]


@dataclass(frozen=True)
class LevelsPicture:
    """Levels as steps: rows for red to none, a spot for each month, broken where the household was not looked at."""

    spots: Sequence[Spot]
    paths: Sequence[str]
    rows: Sequence[tuple[int, int, Text]]
    width: int
    height: int

    @property
    def floor(self) -> int:
        """Where the months are written."""
        return self.height - 8


def levels_picture(course: Sequence[LevelPoint], *, chosen: str) -> LevelsPicture:
    """Draw the last three years of a course."""
    shown = course[-MOST_MONTHS:]
    first = Month.parse(shown[0].month)
    months = Month.parse(shown[-1].month) - first + 1
    wide = _month_width(months)
    spots = [_spot(point, first, wide, chosen) for point in shown]
    rows = [(level, _height(level), LEVELS[level]) for level in range(4, -1, -1)]
    return LevelsPicture(spots, _steps(spots, wide), rows, LEFT + wide * months + 8, TOP + ROW * 5 + 26)


def _month_width(months: int) -> int:
    """How wide a month is drawn: the picture fills its panel, and rather scrolls than crowds."""
    return min(_WIDEST, max(_NARROWEST, _WIDE // max(1, months)))


def _spot(point: LevelPoint, first: Month, wide: int, chosen: str) -> Spot:
    x = LEFT + wide * (Month.parse(point.month) - first) + wide // 2
    return Spot(point.month, x, _height(point.level), point.level, point.score, point.month == chosen)


def _height(level: int) -> int:
    return TOP + ROW * (4 - level) + ROW // 2


def _steps(spots: Sequence[Spot], wide: int) -> list[str]:
    """A path for each stretch of months without a gap; a level holds for its month, and changes between two."""
    paths: list[str] = []
    before: Spot | None = None
    for spot in spots:
        start, end = spot.x - wide // 2, spot.x + wide // 2
        if before is not None and spot.x - before.x == wide:
            paths[-1] += f" V{spot.y} H{end}"
        else:
            paths.append(f"M{start} {spot.y} H{end}")
        before = spot
    return paths


@dataclass(frozen=True)
class Bar:
    """A stretch of a member's line."""

    x: int
    width: int
    title: str


@dataclass(frozen=True)
class Life:
    """One member's row: where they were listed, and when they died."""

    person: MemberFile
    y: int
    bars: Sequence[Bar]
    died_x: int | None


@dataclass(frozen=True)
class LivesPicture:
    """Members as lines over months."""

    lives: Sequence[Life]
    months: Sequence[tuple[int, str]]
    width: int
    height: int

    @property
    def floor(self) -> int:
        """Where the months are written."""
        return self.height - 8


def lives_picture(household: HouseholdFile, *, last: Month) -> LivesPicture:
    """Draw who was listed when, in the last three years."""
    begun = [Month.of(spell.listed_from) for member in household.members for spell in member.spells]
    first = max(min(begun, default=last), last.plus(1 - MOST_MONTHS))
    wide = _month_width(last - first + 1)
    lives = [_life(member, place, first, last, wide) for place, member in enumerate(household.members)]
    months = [(LEFT + wide * at + wide // 2, str(month)[2:]) for at, month in enumerate(month_range(first, last))]
    return LivesPicture(lives, months, LEFT + wide * (last - first + 1) + 8, TOP + ROW * max(1, len(lives)) + 26)


def _life(member: MemberFile, place: int, first: Month, last: Month, wide: int) -> Life:
    bars = []
    for spell in member.spells:
        begins, ends = Month.of(spell.listed_from), Month.of(spell.listed_until).plus(-1) if spell.listed_until else last
        begins, ends = max(begins, first), min(ends, last)
        if begins <= ends:
            title = f"{begins} – {ends if spell.listed_until else ''}"
            bars.append(Bar(LEFT + wide * (begins - first), wide * (ends - begins + 1), title))
    died = Month.of(member.died_on) if member.died_on else None
    died_x = LEFT + wide * (died - first) + wide // 2 if died and first <= died <= last else None
    return Life(member, TOP + ROW * place + ROW // 2, bars, died_x)
