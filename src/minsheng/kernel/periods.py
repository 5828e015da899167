"""Calendar months, the unit in which departments deliver and levels are given."""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import total_ordering
from typing import ClassVar

from minsheng.kernel.errors import Refusal

_MONTH = re.compile(r"(\d{4})-?(\d{2})")


class NotAMonth(Refusal):
    """The text does not name a calendar month."""

    code: ClassVar[str] = "not-a-month"


@total_ordering
@dataclass(frozen=True)
class Month:
    """A calendar month, ordered, written `2026-10`."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not (1900 <= self.year <= 2999 and 1 <= self.number <= 12):
            raise NotAMonth(f"There is no month {self.number} of {self.year}.", next_step="Write it like 2026-10.")

    @classmethod
    def parse(cls, text: str) -> "Month":
        """Read `2026-10` or `202610`; raises NotAMonth."""
        found = _MONTH.fullmatch(text.strip())
        if not found:
            raise NotAMonth(f"{text!r} is not a month.", next_step="Write it like 2026-10.")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, day: date) -> "Month":
        """The month that holds a day."""
        return cls(day.year, day.month)

    @property
    def first_day(self) -> date:
        """The first day of the month."""
        return date(self.year, self.number, 1)

    @property
    def last_day(self) -> date:
        """T, the day at whose end the month is frozen."""
        return date(self.year, self.number, calendar.monthrange(self.year, self.number)[1])

    @property
    def ordinal(self) -> int:
        """Months since year 0, so that differences count months."""
        return self.year * 12 + self.number - 1

    def plus(self, months: int) -> "Month":
        """The month so many months later (or earlier, if negative)."""
        year, number = divmod(self.ordinal + months, 12)
        return Month(year, number + 1)

    def __sub__(self, other: "Month") -> int:
        return self.ordinal - other.ordinal

    def __lt__(self, other: "Month") -> bool:
        return self.ordinal < other.ordinal

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"


def month_range(first: Month, last: Month) -> Iterator[Month]:
    """Every month from first to last, both included; nothing if last is before first."""
    for step in range(last - first + 1):
        yield first.plus(step)


def window(end: Month, months: int) -> list[Month]:
    """The `months` calendar months that end with `end`, oldest first: (T - months, T]."""
    return list(month_range(end.plus(1 - months), end))
