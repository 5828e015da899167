"""Small numbers stay hidden, and nothing that is shown gives one away."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from minsheng.kernel.disclosure import LEAST, protect, protect_within

tables = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(st.integers(0, 40), min_size=width, max_size=width), min_size=1, max_size=4)
)


def lines(cells, shown):
    """Each row and column with its total: (true values, shown values)."""
    rows = [(list(row), list(kept), sum(row), total) for row, kept, total in zip(cells, shown.cells, shown.rows, strict=True)]
    columns = list(zip(*cells, strict=True)), list(zip(*shown.cells, strict=True))
    rows += [(list(c), list(k), sum(c), t) for c, k, t in zip(*columns, shown.columns, strict=True)]
    rows.append(([sum(row) for row in cells], list(shown.rows), sum(map(sum, cells)), shown.total))
    rows.append(([sum(c) for c in columns[0]], list(shown.columns), sum(map(sum, cells)), shown.total))
    return rows


def test_a_table_without_small_numbers_is_shown_whole():
    shown = protect([[10, 20], [0, 30]])
    assert (shown.cells, shown.rows, shown.columns, shown.total) == (((10, 20), (0, 30)), (30, 30), (10, 50), 60)


def test_a_small_number_takes_its_neighbours_with_it():
    shown = protect([[3, 50, 40], [20, 60, 30], [45, 70, 80]])
    assert shown.cells[0][0] is None
    for kept in (*shown.cells, *zip(*shown.cells, strict=True)):
        assert sum(value is None for value in kept) != 1


@given(tables)
def test_no_small_number_is_shown(cells):
    shown = protect(cells)
    told = [*(v for row in shown.cells for v in row), *shown.rows, *shown.columns, shown.total]
    assert not [value for value in told if value is not None and 0 < value < LEAST]


@given(tables)
def test_no_hidden_number_follows_from_a_line(cells):
    for values, kept, total, shown_total in lines(cells, protect(cells)):
        hidden = [value for value, seen in zip(values, kept, strict=True) if seen is None]
        if shown_total is not None and hidden:
            assert len(hidden) > 1 or len(values) == 1
            assert sum(hidden) >= LEAST or len(hidden) == len(values)
        if shown_total is None and total:
            assert hidden


@given(tables)
def test_the_parts_of_a_protected_row_leave_it_as_it_is(cells):
    above = protect([[sum(column) for column in zip(*cells, strict=True)]])
    hidden = {column for column, total in enumerate(above.columns) if total is None}
    shown = protect_within(cells, hidden_columns=hidden, hide_total=above.total is None)
    assert (shown.columns, shown.total) == (above.columns, above.total)
    told = [*(v for row in shown.cells for v in row), *shown.rows]
    assert not [value for value in told if value is not None and 0 < value < LEAST]
    for values, kept, total, shown_total in lines(cells, shown):
        hidden_values = [value for value, seen in zip(values, kept, strict=True) if seen is None]
        if shown_total is not None and hidden_values:
            assert len(hidden_values) > 1
            assert sum(hidden_values) >= LEAST
        if shown_total is None and total:
            assert hidden_values


@given(st.lists(st.integers(0, 40), min_size=1, max_size=5))
def test_a_single_part_is_shown_as_its_whole_is(row):
    above = protect([row])
    hidden = {column for column, total in enumerate(above.columns) if total is None}
    shown = protect_within([row], hidden_columns=hidden, hide_total=above.total is None)
    assert (shown.cells[0], shown.rows[0]) == (above.columns, above.total)


@given(tables)
def test_what_is_shown_is_true(cells):
    shown = protect(cells)
    for row, column in product(range(len(cells)), range(len(cells[0]))):
        assert shown.cells[row][column] in (None, cells[row][column])
    assert shown.total in (None, sum(map(sum, cells)))
