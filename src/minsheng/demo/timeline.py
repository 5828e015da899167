"""The months of the world, as positions: burn-in, then history, then the full months in which every feed is delivered."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from minsheng.kernel.periods import Month

BURN_IN: Final = 12
EPOCH: Final = date(1970, 1, 1).toordinal()


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - EPOCH


@dataclass(frozen=True)
class Timeline:
    """`full` months end with `last`; `history` months stand before them, and a burn-in that nobody sees before those."""

    last: Month
    full: int
    history: int

    @property
    def length(self) -> int:
        """All months, the burn-in included."""
        return BURN_IN + self.history + self.full

    @property
    def first_full(self) -> int:
        """The position of the first full month."""
        return BURN_IN + self.history

    def month(self, position: int) -> Month:
        """The calendar month at a position."""
        return self.last.plus(position + 1 - self.length)

    def first_day(self, position: int) -> int:
        """The month's first day, in days since 1970."""
        return day_number(self.month(position).first_day)

    def days(self, position: int) -> int:
        """How many days the month has."""
        month = self.month(position)
        return month.last_day.day

    def last_day(self, position: int) -> int:
        """The month's last day, in days since 1970."""
        return self.first_day(position) + self.days(position) - 1

    @property
    def full_positions(self) -> range:
        """Positions of the full months."""
        return range(self.first_full, self.length)

    @property
    def delivered_positions(self) -> range:
        """Positions of history and full months."""
        return range(BURN_IN, self.length)
