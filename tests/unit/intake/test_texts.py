"""Columns are made tidy as if every cell were looked at, whether few cells need it or the same few texts stand again and again."""

import polars as pl
import pyarrow as pa
import pytest

from minsheng.engine.intake.content import text_hashes
from minsheng.engine.intake.texts import NOTHING, as_hashes, as_texts, odd_cells, read_cells, tidy
from minsheng.kernel.hashing import hashed

PLAIN = ["9870.00", "李秀兰", "420106001002", "S1", "x"]
ODD = [
    *NOTHING,
    " a",
    "a ",
    "\u3000李",
    "李\u3000",
    "'1",
    "''",
    "' a",
    "a\u200b",
    "\ufeffa",
    "\t",
    "a'",
    "N",
    "NUL",
    "-1",
    "（空",
    "a\u00a0",
    None,
]


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()])
@pytest.mark.parametrize("times", [1, 4000])
def test_read_cells_are_tidy_row_by_row(kind: pa.DataType, times: int) -> None:
    cells = [*PLAIN, *ODD] * times
    column = pa.chunked_array([pa.array(cells[:7], kind), pa.array(cells[7:], kind)])
    found = read_cells(column)
    expected = tidy(pl.Series(cells, dtype=pl.String))
    assert (found.codes is not None) == (times > 1)
    assert found.spread(found.texts).to_list() == expected.to_list()
    assert found.spread(found.hashes).to_list() == text_hashes(pa.array(expected.fill_null("").to_list(), pa.string())).tolist()


def test_cells_that_are_not_odd_are_tidy_already() -> None:
    cells = pa.array([*PLAIN, *(cell for cell in ODD if cell is not None)], pa.string())
    even = pl.Series(cells).filter(~pl.Series(odd_cells(cells)))
    assert tidy(even).to_list() == even.to_list()
    assert set(PLAIN) <= set(even)


@pytest.mark.parametrize("cells", [[], [""], ["", "a", "李秀兰", ""]])
def test_texts_go_to_be_hashed_and_come_back_as_a_column(cells: list[str]) -> None:
    hashes = as_hashes(hashed(as_texts(pl.Series(cells, dtype=pl.String)), b"k" * 32))
    singly = [hashed(as_texts(pl.Series([cell])), b"k" * 32) for cell in cells]
    assert hashes.to_list() == singly
