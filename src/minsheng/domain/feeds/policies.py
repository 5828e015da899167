"""When a delivery is held: pure rules over what was read and what was usual."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import sqrt
from statistics import median
from types import MappingProxyType
from typing import NamedTuple

from minsheng.engine.contracts.schema import Contract
from minsheng.engine.intake.reading import Figures
from minsheng.kernel.periods import Month

FEWEST_EXPECTED = 100
CHANCE_LOW, CHANCE_HIGH = 2.0, 3.0
"""How many times the square root of the usual rows a handful may swing by chance: too few matter more than too many."""


class Finding(NamedTuple):
    """Why a delivery is held, for a person to read; `detail` holds the figures it rests on."""

    kind: str
    zh: str
    en: str
    detail: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True)
class Surroundings:
    """What is known around a delivery when it arrives."""

    month: Month
    arrived_on: date | None
    month_closed: bool
    first_of_month: bool
    earlier_volumes: Sequence[int] = ()
    people: int = 0
    previous_content: str = ""
    previous_columns: Sequence[str] = field(default_factory=tuple)
    amends: bool = False
    amends_held: bool = False


def findings(intake: Figures, contract: Contract, around: Surroundings) -> list[Finding]:
    """Everything that holds this delivery until a person releases it; empty when nothing does."""
    found = [*_columns(intake, contract, around)]
    if around.amends:
        return found + _mending(around)
    found += _late(contract, around)
    found += _volume(intake, contract, around)
    if around.previous_content and around.previous_content == intake.content_digest and intake.read:
        previous = around.month.plus(-1)
        found.append(
            Finding(
                "same-as-last-month",
                f"内容与 {previous} 完全相同，可能误报了上月数据",
                f"The content is {previous}'s, to the letter: was last month's file sent again?",
                {"previous": str(previous)},
            )
        )
    return found


def usual_volume(contract: Contract, around: Surroundings) -> float | None:
    """Rows a month usually has: the median of earlier months, else the contract's figure for so many registered people; None if unknown."""
    if around.earlier_volumes:
        return float(median(around.earlier_volumes))
    expected = contract.volume.usual(around.people)
    return expected if expected >= FEWEST_EXPECTED else None


def _mending(around: Surroundings) -> list[Finding]:
    if not around.amends_held:
        return []
    return [Finding("mends-a-held-delivery", "所补正的报送尚未放行", "The delivery that these rows mend is itself held")]


def _late(contract: Contract, around: Surroundings) -> list[Finding]:
    due = contract.due_on(around.month)
    if not around.first_of_month:
        return []
    if around.month_closed:
        return [
            Finding(
                "late",
                f"{around.month} 的等级已发布，此件迟到",
                f"The levels of {around.month} are already out: this delivery is late",
                {"due": str(due)},
            )
        ]
    if around.arrived_on and around.arrived_on > due:
        days = (around.arrived_on - due).days
        said = {"due": str(due), "days": days}
        return [Finding("late", f"应于 {due} 前送达，迟到 {days} 天", f"Due on {due}, arrived {days} days late", said)]
    return []


def _volume(intake: Figures, contract: Contract, around: Surroundings) -> list[Finding]:
    if intake.read == 0:
        return [Finding("empty", "文件没有数据行", "The file has no rows")]
    usual = usual_volume(contract, around)
    if usual is None:
        return []
    compared = {"read": intake.read, "usual": round(usual)}
    if intake.read < usual * contract.volume.low and usual - intake.read > CHANCE_LOW * sqrt(usual):
        return [
            Finding(
                "volume-low",
                f"仅 {intake.read:,} 行，通常约 {usual:,.0f} 行",
                f"Only {intake.read:,} rows; usually about {usual:,.0f}",
                compared,
            )
        ]
    if intake.read > usual * contract.volume.high and intake.read - usual > CHANCE_HIGH * sqrt(usual):
        many = f"As many as {intake.read:,} rows; usually about {usual:,.0f}"
        return [Finding("volume-high", f"多达 {intake.read:,} 行，通常约 {usual:,.0f} 行", many, compared)]
    return []


def _columns(intake: Figures, contract: Contract, around: Surroundings) -> list[Finding]:
    """Renamed: a missing column has a likely new name. Missing: a required one, or one that came last month."""
    renamed = {column: header for header, column in intake.suggestions.items() if column in intake.missing_columns}
    required = {column.name for column in contract.columns if column.required}
    gone = [name for name in intake.missing_columns if name not in renamed and (name in required or name in around.previous_columns)]
    found = []
    if renamed:
        pairs = "、".join(f"{column} ← {header}" for column, header in renamed.items())
        found.append(Finding("columns-renamed", f"列名似有更改：{pairs}", f"Columns seem renamed: {pairs}", {"renamed": renamed}))
    if gone:
        missing = f"Columns missing: {', '.join(gone)}"
        found.append(Finding("columns-missing", f"缺少列：{'、'.join(gone)}", missing, {"missing": gone}))
    return found
