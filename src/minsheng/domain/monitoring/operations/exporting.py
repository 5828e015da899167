"""Writing the desk's list to a file, masked as the reader's roles ask, and recording that it was."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ClassVar, Final

import polars as pl

from minsheng.domain.access.masking import masked_name
from minsheng.domain.audit.operations import record
from minsheng.domain.monitoring import states
from minsheng.domain.monitoring.exports import shown_points, write_list
from minsheng.domain.monitoring.queries import DeskFilter, DeskRow, DeskWatch, OfARun, desk_first
from minsheng.domain.places.queries import full_names
from minsheng.domain.registry.queries import HouseholdName, household_names
from minsheng.engine.contracts.schema import Text
from minsheng.engine.explaining.words import Language, named, said
from minsheng.engine.indicators.grammar import Model
from minsheng.kernel.errors import Refusal

MOST: Final = {".csv": 50_000, ".xlsx": 20_000}
"""Rows that one file of an ending takes."""
_HEADS: Final[Mapping[str, Text]] = {
    "household": Text(zh="户编号", en="Household"),
    "head": Text(zh="户主", en="Head"),
    "division": Text(zh="区划代码", en="Division code"),
    "place": Text(zh="地点", en="Place"),
    "level": Text(zh="预警等级", en="Level"),
    "points": Text(zh="分数", en="Points"),
    "change": Text(zh="较上月", en="Since last month"),
    "since": Text(zh="预警起始月", en="Warned since"),
    "age": Text(zh="等待月数", en="Months waiting"),
    "status": Text(zh="处理状态", en="Status"),
    "verdict": Text(zh="核查结论", en="Verdict"),
    "noted": Text(zh="已阅", en="Noted by"),
    "indicators": Text(zh="监测指标", en="Indicators"),
    "reason": Text(zh="预警原因", en="Reason"),
}


class TooManyToExport(Refusal):
    """One file does not hold so many rows."""

    code: ClassVar[str] = "too-many-to-export"


@dataclass(frozen=True)
class Unmasking:
    """Names written in full: at which places, and for what purpose."""

    places: Sequence[str] = ()
    purpose: str = ""

    def covers(self, division: str) -> bool:
        """Whether names of this division are written in full."""
        return bool(self.purpose) and bool(division) and any(division.startswith(place) for place in self.places)


@dataclass(frozen=True)
class Exported:
    """What a file holds: how many warnings, and of which households."""

    number: int
    household_keys: Sequence[int]


def export_desk(
    run: OfARun,
    *,
    asked: DeskFilter,
    watch: DeskWatch,
    model: Model,
    out: Path,
    language: Language,
    unmasking: Unmasking,
    by: str,
    at: datetime,
) -> Exported:
    """Write what a filter finds on a run's desk to a .csv or .xlsx file, whole or not at all, in the reader's language.

    Names of heads are masked unless `unmasking` covers their place; identity numbers are never written. Cells that a spreadsheet would take
    for a formula are neutralised. Raises TooManyToExport, UnknownFormat or NoSuchFolder.
    """
    most = MOST.get(out.suffix.lower(), 0)
    rows = desk_first(run, asked, watch, most=most + 1)
    if len(rows) > most:
        raise TooManyToExport(f"One {out.suffix} file holds {most:,} warnings at most.", next_step="Narrow the filter, then export again.")
    write_list(_frame(rows, model, language, unmasking), out)
    detail = {"warnings": len(rows), "format": out.suffix, "filter": _described(asked), "full_names_for": unmasking.purpose}
    record("warnings.exported", by=by, at=at, subject=f"run:{run.id}", detail=detail)
    return Exported(len(rows), [row.household_key for row in rows])


def _frame(rows: Sequence[DeskRow], model: Model, language: Language, unmasking: Unmasking) -> pl.DataFrame:
    names = household_names([row.household_key for row in rows])
    places = full_names({row.division for row in rows if row.division})
    titles = {indicator.id: said(indicator.title, language) for indicator in model.indicators}
    lines = [_line(row, names.get(row.household_key), places.get(row.division, ""), titles, language, unmasking) for row in rows]
    schema = {said(head, language): pl.Int64 if name == "age" else pl.String for name, head in _HEADS.items()}
    return pl.DataFrame(lines, schema=schema, orient="row")


def _line(
    row: DeskRow, name: HouseholdName | None, place: str, titles: Mapping[str, str], language: Language, unmasking: Unmasking
) -> tuple[object, ...]:
    head = name.head if name else ""
    return (
        name.number if name else "",
        head if unmasking.covers(row.division) else masked_name(head),
        row.division,
        place,
        said(states.LEVELS[row.level], language),
        shown_points(row.score),
        said(named(states.CHANGES, row.change), language),
        row.since,
        row.age,
        said(states.DESK[row.status].title, language),
        said(named(states.VERDICTS, row.verdict), language) if row.verdict else "",
        row.noted_by.partition(":")[2],
        ("；" if language == "zh" else "; ").join(titles.get(indicator, indicator) for indicator in row.indicators),
        row.reason_zh if language == "zh" else row.reason_en,
    )


def _described(asked: DeskFilter) -> dict[str, object]:
    """The filter for the record: of what was searched for only its kind, since it may name somebody."""
    plain = {name: value for name, value in vars(asked).items() if name != "sought" and value not in ((), "", None, 0)}
    return plain | ({"searched_by": asked.sought.kind} if asked.sought.kind != "nothing" else {})
