"""Figures of a simulation for those who see no households: nothing small, and nothing that a small number follows from."""

import random
from itertools import product

import pytest

from minsheng.domain.modelling import small_numbers
from minsheng.engine.indicators.grammar import LEVELS


def counted(name: str, matrix: list[list[int]]) -> dict[str, object]:
    """A group as a simulation counts it, from its households by level before and after."""
    sizes = range(len(LEVELS))
    return {
        "group": name,
        "households": sum(map(sum, matrix)),
        "before": {LEVELS[at]: sum(matrix[at]) for at in sizes},
        "after": {LEVELS[at]: sum(row[at] for row in matrix) for at in sizes},
        "up": sum(matrix[one][other] for one, other in product(sizes, sizes) if one < other),
        "down": sum(matrix[one][other] for one, other in product(sizes, sizes) if one > other),
    }


def some(chance: random.Random, most: int) -> list[list[int]]:
    def cell(one: int, other: int) -> int:
        return chance.randrange(most * 9) if one == other else chance.choice((0, 0, 1, 3, chance.randrange(most)))

    return [[cell(one, other) for other in range(5)] for one in range(5)]


def together(matrices: list[list[list[int]]]) -> list[list[int]]:
    return [[sum(matrix[one][other] for matrix in matrices) for other in range(5)] for one in range(5)]


@pytest.mark.parametrize("seed", range(40))
def test_nothing_small_is_shown_and_sums_hide_as_their_parts_do(seed: int) -> None:
    chance = random.Random(seed)
    matrices = [some(chance, chance.choice((4, 40, 4000))) for _ in range(chance.randrange(2, 7))]
    rows = [counted(str(at), matrix) for at, matrix in enumerate(matrices)]
    total = small_numbers.whole(counted("all", together(matrices)), protected=True)
    shown = small_numbers.groups(rows, total)
    for one in (total, *shown):
        for count in (one.households, one.down, one.same, one.up, one.level_before, one.level_after):
            assert count is None or count == 0 or count >= 10
    for part in ("households", "down", "same", "up", "level_before", "level_after"):
        hidden = [one for one in shown if getattr(one, part) is None]
        if getattr(total, part) is not None:
            assert len(hidden) != 1, part


@pytest.mark.parametrize("seed", range(40))
def test_within_a_group_no_lone_number_is_hidden(seed: int) -> None:
    chance = random.Random(seed)
    matrices = [some(chance, 60) for _ in range(4)]
    total = small_numbers.whole(counted("all", together(matrices)), protected=True)
    for one in small_numbers.groups([counted(str(at), matrix) for at, matrix in enumerate(matrices)], total):
        moves = [count for count in (one.down, one.same, one.up) if count is None]
        assert one.households is None or len(moves) != 1


def test_townships_hide_what_their_county_hides() -> None:
    quiet = [[100 if one == other else 0 for other in range(5)] for one in range(5)]
    moving = [[100 if one == other else 4 if (one, other) == (0, 1) else 0 for other in range(5)] for one in range(5)]
    rows = [counted("999001001000", moving), counted("999001002000", quiet), counted("999002001000", quiet)]
    county = [counted("999001000000", together([moving, quiet])), counted("999002000000", quiet)]
    total = small_numbers.whole(counted("all", together([moving, quiet, quiet])), protected=True)
    counties = small_numbers.groups(county, total)
    townships = small_numbers.townships(rows, counties)
    assert [one.group for one in townships] == [str(row["group"]) for row in rows]
    assert townships[0].up is None
    assert counties[0].up is None


def test_levels_before_and_how_they_move_agree_with_the_whole() -> None:
    matrix = [[500, 12, 3, 0, 0], [0, 60, 11, 0, 0], [0, 2, 40, 0, 0], [0, 0, 0, 30, 0], [0, 0, 0, 0, 20]]
    whole = small_numbers.whole(counted("all", matrix), protected=True)
    movements = {LEVELS[one]: dict(zip(LEVELS, row, strict=True)) for one, row in enumerate(matrix)}
    for total, parts in small_numbers.flows(movements, whole):
        assert all(count is None or count == 0 or count >= 10 for count in (total, *parts))
    after = small_numbers.levels_after({name: sum(row[at] for row in matrix) for at, name in enumerate(LEVELS)}, whole)
    assert sum(count or 0 for count in after.values()) == 678


def test_urgent_warnings_of_townships_hide_with_the_sums_of_levels() -> None:
    rows = [{"warnings": 40, "urgent": 12}, {"warnings": 30, "urgent": 3}, {"warnings": 50, "urgent": 20}]
    for closed in (False, True):
        found = small_numbers.urgent(rows, closed=closed)
        assert found[1][1] is None
        assert all(count is None or count >= 10 for pair in found for count in pair)
