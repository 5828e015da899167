"""Small numbers in tables of counts: who may not see households must not find one in a statistic.

Counts from 1 to just below the least are hidden, and then as many more as are needed so that no hidden one can be worked out from a
total: in every line of cells and their total at least two stay hidden, and those hidden among the cells are together not small
themselves (primary and complementary cell suppression; Hundepool et al., Statistical Disclosure Control, 2012, chapter 4).
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

LEAST = 10
Place = tuple[int, int]


@dataclass(frozen=True)
class Protected:
    """A table with its margins: None stands for a hidden number. `rows` and `columns` are the totals of each, `total` that of all."""

    cells: tuple[tuple[int | None, ...], ...]
    rows: tuple[int | None, ...]
    columns: tuple[int | None, ...]
    total: int | None


def protect(
    cells: Sequence[Sequence[int]],
    *,
    least: int = LEAST,
    hidden_columns: Collection[int] = (),
    hidden_rows: Collection[int] = (),
    hide_total: bool = False,
) -> Protected:
    """Hide what is small, and what would give it away, in a table of counts that is shown with its totals.

    `hidden_columns` and `hidden_rows` are those whose total, and `hide_total` says that the grand total, is hidden where else it is shown:
    the table of the places within one place has as totals what that place is in the table above. The table may be empty; its rows are
    equally long.
    """
    table = _Table.of(cells)
    if table.width == 0:
        return Protected((), (), (), None if hide_total else 0)
    table.hidden |= {place for place, value in table.values.items() if 0 < value < least}
    table.hidden |= {(table.height, column) for column in hidden_columns} | {(row, table.width) for row in hidden_rows}
    table.hidden |= {(table.height, table.width)} if hide_total else set()
    return table.covered(least)


def protect_within(cells: Sequence[Sequence[int]], *, hidden_columns: Collection[int], hide_total: bool, least: int = LEAST) -> Protected:
    """The same for the parts of what is one row in a table above, where it stands protected: its numbers are the totals here.

    These totals stay as they are there: no more of them is hidden, which would say something else of one number in two places. That can
    always be done: a total that is shown is nothing or not small, so that hiding all its parts is enough.
    """
    table = _Table.of(cells)
    table.hidden |= {place for place, value in table.values.items() if 0 < value < least and place[0] < table.height}
    totals = {(table.height, column) for column in range(table.width + 1)}
    hidden = {(table.height, column) for column in hidden_columns} | ({(table.height, table.width)} if hide_total else set())
    table.hidden |= hidden
    table.settled |= totals
    for _, column in totals - hidden:
        if table.height == 1 or not table.values[table.height, column]:
            table.settled |= {(row, column) for row in range(table.height)}
    return table.covered(least)


@dataclass
class _Table:
    """The counts with their margins: row `height` holds the columns' totals, column `width` the rows'.

    What is `settled` is not hidden any more: it is shown elsewhere, or follows from a total that is.
    """

    height: int
    width: int
    values: dict[Place, int]
    hidden: set[Place] = field(default_factory=set)
    settled: set[Place] = field(default_factory=set)

    @classmethod
    def of(cls, cells: Sequence[Sequence[int]]) -> "_Table":
        height, width = len(cells), len(cells[0]) if cells else 0
        values = {(row, column): cells[row][column] for row in range(height) for column in range(width)}
        values |= {(row, width): sum(cells[row]) for row in range(height)}
        values |= {(height, column): sum(line[column] for line in cells) for column in range(width)}
        return cls(height, width, values | {(height, width): sum(map(sum, cells))})

    def covered(self, least: int) -> Protected:
        """The table once every line is covered."""
        while any(self.cover(line, least) for line in self.lines()):
            pass
        return self.protected()

    def lines(self) -> Iterator[list[Place]]:
        """Every row and column, margins included, each ending with its total."""
        for row in range(self.height + 1):
            yield [(row, column) for column in range(self.width + 1)]
        for column in range(self.width + 1):
            yield [(row, column) for row in range(self.height + 1)]

    def cover(self, line: list[Place], least: int) -> bool:
        """Hide one more number of a line if those hidden in it could be worked out; says whether it did."""
        parts = line[:-1]
        hidden = [place for place in line if place in self.hidden]
        inside = sum(self.values[place] for place in parts if place in self.hidden)
        safe = not hidden or (len(hidden) > 1 and (line[-1] in self.hidden or inside >= least))
        open_still = (place for place in line if place not in self.hidden and place not in self.settled)
        shown = sorted(open_still, key=lambda place: self._cost(place, line[-1]))
        if safe or not shown:
            return False
        self.hidden.add(shown[0])
        return True

    def _cost(self, place: Place, total: Place) -> tuple[bool, bool, int, Place]:
        """What is lost by hiding a number: totals last, then zeros (which hide nothing), the smallest first."""
        return place == total, self.values[place] == 0, self.values[place], place

    def protected(self) -> Protected:
        def at(row: int, column: int) -> int | None:
            return None if (row, column) in self.hidden else self.values[row, column]

        return Protected(
            tuple(tuple(at(row, column) for column in range(self.width)) for row in range(self.height)),
            tuple(at(row, self.width) for row in range(self.height)),
            tuple(at(self.height, column) for column in range(self.width)),
            at(self.height, self.width),
        )
