"""The small rules that the slow reference is made of: comparing, banding, placing in a window, naming a change."""

from datetime import date
from typing import Any

from minsheng.engine.indicators.grammar import Condition, Indicator
from minsheng.engine.scoring.tables import TABLES
from minsheng.kernel.periods import Month
from tests.spec.world import Row

Key = tuple[int, int, str]


def world_tables(tables: dict[str, list[Row]]) -> dict[str, list[Row]]:
    """The tables with the columns and order that a run writes."""
    return {
        name: sorted(
            ({column: row[column] for column in TABLES[name].schema.names} for row in rows),
            key=lambda row: [row[column] for column in TABLES[name].key if row[column] is not None],
        )
        for name, rows in tables.items()
    }


def key_of(person: Row, indicator: Indicator) -> Row:
    return {"household_key": person["household_key"], "person_key": person["person_key"], "indicator": indicator.id}


def pair_of(row: Row) -> tuple[int, str]:
    return row["person_key"], row["indicator"]


def is_among(person: Row, indicator: Indicator) -> bool:
    return {"members": not person["deceased"], "deceased": person["deceased"], "anyone": True}[indicator.among]


def in_window(day: date, month: Month, months: int | None) -> bool:
    return day <= month.last_day and (months is None or day > month.plus(-months).last_day)


def holds(condition: Condition, row: Row) -> bool:
    held = row.get(condition.column)
    for name, given in condition.comparisons().items():
        if name == "is_null":
            if held is not None:
                return False
        elif held is None or not compares(name, held, given):
            return False
    return True


def compares(name: str, held: Any, given: Any) -> bool:
    def as_held(value: Any) -> Any:
        return date.fromisoformat(str(value)) if isinstance(held, date) else str(value) if isinstance(held, str) else value

    if name == "not_null":
        return True
    if name in ("in", "not_in"):
        return (held in [as_held(value) for value in given]) == (name == "in")
    wanted = as_held(given)
    return {"eq": held == wanted, "ne": held != wanted, "gte": held >= wanted, "lte": held <= wanted}[name]


def band_of(indicator: Indicator, row: Row) -> int:
    """The ordinal of the highest band whose bound the value reaches, 0 if it reaches none."""
    return sum(1 for band in indicator.bands[row["bands"]] if row["value"] >= band.bound)


def keep_larger(best: dict[Key, Row], row: Row) -> None:
    key = (row["household_key"], *pair_of(row))
    if key not in best:
        best[key] = dict(row)
        return
    other = best[key]
    best[key] = (
        row | {name: max(row[name], other[name]) for name in ("value", "band", "points")} | {"bands": min(row["bands"], other["bands"])}
    )


def change_of(before: int, now: int) -> str:
    if before == now:
        return "none" if now == 0 else "unchanged"
    if before == 0:
        return "new"
    if now == 0:
        return "cleared"
    return "escalated" if now > before else "eased"


def plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
