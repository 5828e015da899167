"""A simulation's figures for those who see no households: no count below ten, nor one that would give such a count away.

What is shown twice is hidden twice: a group's households stand in the table of movements and in those of levels, a county is the total of
its townships. Where a table could not keep to that, none of its numbers is shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from minsheng.engine.indicators.grammar import LEVELS
from minsheng.kernel.disclosure import LEAST, Protected, protect
from minsheng.kernel.divisions import Level

Count = int | None
"""A number, or None where it is hidden."""
Counts = Mapping[str, Any]
NO_LEVEL = LEVELS[0]


@dataclass(frozen=True)
class Group:
    """One group of households: how many move down, stay and move up, and how many have a level before and after."""

    group: str
    households: Count
    down: Count
    same: Count
    up: Count
    level_before: Count
    level_after: Count

    @classmethod
    def open(cls, counts: Counts) -> "Group":
        """The group as it was counted."""
        [down, same, up], [_, before], [_, after] = (row for row in _parts(counts))
        return cls(counts["group"], down + same + up, down, same, up, before, after)

    @property
    def hidden(self) -> "_Hidden":
        """Which of its numbers are hidden, as the totals of a table below it."""
        moves = [at for at, count in enumerate((self.down, self.same, self.up)) if count is None]
        levels = [[0, 1] if count is None else [] for count in (self.level_before, self.level_after)]
        return _Hidden([moves, *levels], self.households is None)


@dataclass(frozen=True)
class _Hidden:
    """For each of the three tables the columns whose total is hidden; and whether the number of households is."""

    columns: Sequence[Sequence[int]]
    total: bool


def whole(counts: Counts, *, protected: bool) -> Group:
    """Everybody as one group, which is the total of every split."""
    if not protected:
        return Group.open(counts)
    tables = [protect([part]) for part in _parts(counts)]
    if any(table.total is None for table in tables):
        tables = [protect([part], hide_total=True) for part in _parts(counts)]
    return _group(counts["group"], 0, tables)


def groups(rows: Sequence[Counts], parent: Group) -> list[Group]:
    """The groups of a split, protected together; `parent` is what they add up to."""
    above = parent.hidden
    hidden: set[int] = set()
    while True:
        tables = [
            protect(
                [_parts(row)[at] for row in rows],
                hidden_columns=above.columns[at],
                hidden_rows=hidden,
                hide_total=above.total,
            )
            for at in range(3)
        ]
        found = {row for table in tables for row, total in enumerate(table.rows) if total is None}
        if found == hidden:
            break
        hidden = found
    kept = all(_keeps(table, columns, above.total) for table, columns in zip(tables, above.columns, strict=True))
    return [_group(row["group"], at, tables if kept else None) for at, row in enumerate(rows)]


def townships(rows: Sequence[Counts], counties: Sequence[Group]) -> list[Group]:
    """The townships of every county, protected with the county as their total."""
    found: list[Group] = []
    for county in counties:
        prefix = county.group[: Level.COUNTY.digits]
        found += groups([row for row in rows if row["group"][: Level.COUNTY.digits] == prefix], county)
    return found


def flows(movements: Mapping[str, Mapping[str, int]], parent: Group) -> list[tuple[Count, tuple[Count, Count, Count]]]:
    """For every level before: its households, and how many of them move down, stay and move up."""
    cells = [_split(list(row.values()), at) for at, row in enumerate(movements.values())]
    lone = [0] if parent.level_before is None else []
    table = protect(cells, hidden_columns=parent.hidden.columns[0], hidden_rows=lone, hide_total=parent.hidden.total)
    told = table.rows[0] is not None or parent.level_before is None
    if told and _keeps(table, parent.hidden.columns[0], parent.hidden.total):
        return [(table.rows[at], (down, same, up)) for at, (down, same, up) in enumerate(table.cells)]
    return [(None, (None, None, None))] * len(cells)


def levels_after(counts: Mapping[str, int], parent: Group) -> dict[str, Count]:
    """Households by level afterwards."""
    found = line(counts, list(counts), hide_total=parent.households is None)
    told = found[NO_LEVEL] is not None or parent.level_after is None
    return found if told else dict.fromkeys(counts)


def line(counts: Counts, names: Sequence[str], *, hide_total: bool = False) -> dict[str, Count]:
    """One row of counts that is shown with its total."""
    return dict(zip(names, protect([[counts[name] for name in names]], hide_total=hide_total).cells[0], strict=True))


def alone(count: int, *, protected: bool) -> Count:
    """A count that stands by itself."""
    return None if protected and 0 < count < LEAST else count


def urgent(rows: Sequence[Counts], *, closed: bool) -> list[tuple[Count, Count]]:
    """The warnings of every township, and those of them that are urgent; `closed`: the sums are hidden elsewhere."""
    cells = [[row["urgent"], row["warnings"] - row["urgent"]] for row in rows]
    hidden = [0, 1] if closed else []
    table = protect(cells, hidden_columns=hidden)
    kept = closed or all(count is not None for count in table.columns)
    kept = kept and table.total == sum(map(sum, cells))
    return [(table.rows[at], table.cells[at][0]) if kept else (None, None) for at in range(len(rows))]


def _parts(counts: Counts) -> tuple[list[int], list[int], list[int]]:
    households, without_before, without_after = counts["households"], counts["before"][NO_LEVEL], counts["after"][NO_LEVEL]
    moves = [counts["down"], households - counts["down"] - counts["up"], counts["up"]]
    return moves, [without_before, households - without_before], [without_after, households - without_after]


def _split(row: Sequence[int], at: int) -> list[int]:
    return [sum(row[:at]), row[at], sum(row[at + 1 :])]


def _keeps(table: Protected, hidden: Sequence[int], total: bool) -> bool:
    """Whether a table hides no total that is shown elsewhere."""
    return all(count is not None or column in hidden for column, count in enumerate(table.columns)) and (total or table.total is not None)


def _group(name: str, at: int, tables: Sequence[Protected] | None) -> Group:
    if tables is None:
        return Group(name, None, None, None, None, None, None)
    moves, before, after = tables
    down, same, up = moves.cells[at]
    return Group(name, moves.rows[at], down, same, up, before.cells[at][1], after.cells[at][1])
