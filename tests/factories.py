"""Made-up people and households: identity numbers begin with 999, and everything is registered through the operations."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime

import polars as pl

from minsheng.domain.registry.operations import Applied, apply_households, apply_members
from minsheng.kernel.periods import Month
from minsheng.kernel.sealing import Keys

AT = datetime(2026, 9, 2, 1, 30, tzinfo=UTC)
BY = "tester"
KEYS = Keys(b"k" * 32)
DIVISION = "999001001201"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)

Row = Mapping[str, object]

HOUSEHOLD_COLUMNS = {
    "household_no": pl.String,
    "category": pl.String,
    "category_from": pl.Date,
    "previous_category": pl.String,
    "previous_category_until": pl.Date,
    "division": pl.String,
    "residence": pl.String,
    "monthly_income": pl.Int64,
    "property_value": pl.Int64,
    "housing_area": pl.Int64,
    "phone": pl.String,
    "account": pl.String,
    "address": pl.String,
    "head_number": pl.String,
}
MEMBER_COLUMNS = {
    "household_no": pl.String,
    "number": pl.String,
    "name": pl.String,
    "sex": pl.String,
    "birth_on": pl.Date,
    "relation": pl.String,
    "ethnicity": pl.String,
    "marriage": pl.String,
    "category": pl.String,
    "disability_level": pl.Int64,
    "labour_capacity": pl.String,
    "joined_on": pl.Date,
    "left_on": pl.Date,
    "phone": pl.String,
    "mother_number": pl.String,
    "division": pl.String,
}


def identity_number(serial: int = 1, *, born: date = date(1980, 5, 17), sex: str = "male", area: str = "999001") -> str:
    """A valid number of nobody: the serial (below 500) and the sex make the sequence digits."""
    sequence = serial * 2 + (1 if sex == "male" else 0)
    body = f"{area}{born:%Y%m%d}{sequence:03d}"
    return body + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True)) % 11]


def household(number: str = "H1", **facts: object) -> Row:
    """A row of registry_households."""
    return {"household_no": number, "category": "DIBAO", "division": DIVISION, "residence": "urban", **facts}


def member(household_no: str = "H1", serial: int | None = 1, **facts: object) -> Row:
    """A row of registry_members; `serial` None is a person without a number. Person 1 is the head."""
    born, sex = facts.get("birth_on", date(1980, 5, 17)), facts.get("sex", "male")
    assert isinstance(born, date)
    return {
        "household_no": household_no,
        "number": None if serial is None else identity_number(serial, born=born, sex=str(sex)),
        "name": f"甲{'一二三四五六七八九十'[((serial or 10) - 1) % 10]}",
        "sex": sex,
        "birth_on": born,
        "relation": "self" if serial == 1 else "other",
        "division": DIVISION,
        **facts,
    }


def household_frame(rows: Iterable[Row]) -> pl.DataFrame:
    """Rows as intake hands them over, row numbers from 2."""
    return _frame(rows, HOUSEHOLD_COLUMNS)


def member_frame(rows: Iterable[Row]) -> pl.DataFrame:
    """Rows as intake hands them over, row numbers from 2."""
    return _frame(rows, MEMBER_COLUMNS)


def apply_household_rows(
    month: str, rows: Iterable[Row], *, delivery: str = "", in_doubt: Iterable[str] = (), amends: bool = False
) -> Applied:
    """Apply a household snapshot."""
    return apply_households(
        rows=household_frame(rows),
        month=Month.parse(month),
        delivery=delivery or f"households-{month}",
        keys=KEYS,
        by=BY,
        at=AT,
        in_doubt=list(in_doubt),
        amends=amends,
    )


def apply_member_rows(
    month: str, rows: Iterable[Row], *, delivery: str = "", in_doubt: Iterable[str] = (), amends: bool = False
) -> Applied:
    """Apply a members' snapshot."""
    return apply_members(
        rows=member_frame(rows),
        month=Month.parse(month),
        delivery=delivery or f"members-{month}",
        keys=KEYS,
        by=BY,
        at=AT,
        in_doubt=list(in_doubt),
        amends=amends,
    )


def apply_month(month: str, households: Iterable[Row], members: Iterable[Row]) -> tuple[Applied, Applied]:
    """Apply both snapshots of a month."""
    return apply_household_rows(month, households), apply_member_rows(month, members)


def _frame(rows: Iterable[Row], columns: Mapping[str, type[pl.DataType]]) -> pl.DataFrame:
    filled = [{"row_number": place, **dict.fromkeys(columns), **row} for place, row in enumerate(rows, start=2)]
    return pl.DataFrame(filled, schema={"row_number": pl.Int64, **columns})
