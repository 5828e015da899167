"""Hashes of content are the same everywhere and for ever, and see every difference."""

import random

import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from minsheng.engine.intake.content import Content, row_content, text_hashes

TEXTS = ["", "a", "b", "ab", "1234567", "12345678", "123456789", "李秀兰", "x" * 40, "\0", "\0\0"]
MASK = (1 << 64) - 1


def spelled_out(text: str) -> int:
    """The definition, a byte at a time."""
    content = text.encode()
    value = len(content) * 0x9E3779B97F4A7C15 & MASK
    for at in range(0, len(content), 8):
        value ^= int.from_bytes(content[at : at + 8], "little")
        value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9 & MASK
        value = (value ^ value >> 27) * 0x94D049BB133111EB & MASK
        value ^= value >> 31
    return value


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()])
def test_texts_are_hashed_as_defined_wherever_they_stand_in_their_array(kind: pa.DataType) -> None:
    cells = pa.array(TEXTS, kind)
    assert text_hashes(cells).tolist() == [spelled_out(text) for text in TEXTS]
    assert text_hashes(cells.slice(4, 4)).tolist() == [spelled_out(text) for text in TEXTS[4:8]]
    assert len(set(text_hashes(cells).tolist())) == len(TEXTS)


def test_blank_and_no_cells_have_hashes_too() -> None:
    assert text_hashes(pa.array(["", None], pa.string())).tolist() == [0, 0]
    assert text_hashes(pa.array([], pa.string())).tolist() == []


def test_the_order_of_rows_does_not_matter_but_that_of_columns_and_every_row_does() -> None:
    rows = [("a", "b"), ("b", "a"), ("", "ab"), ("a", "b")]

    def content(some: list[tuple[str, str]]) -> Content:
        columns = [text_hashes(pa.array([row[at] for row in some], pa.string())) for at in (0, 1)]
        return row_content(columns, len(some))

    shuffled = random.Random(1).sample(rows, 4)
    assert content(shuffled) == content(rows)
    assert content(rows[:2]) + content(rows[2:]) == content(rows)
    others = [rows[:3], [*rows[:3], ("b", "a")], [("a", "a"), ("b", "b"), *rows[2:]]]
    assert len({content(some) for some in (rows, *others)}) == 4


def test_what_is_stored_today_can_be_compared_for_ever() -> None:
    columns = [text_hashes(pa.array(["李秀兰", ""])), text_hashes(pa.array(["9870.00", "S1"]))]
    assert row_content(columns, 2) == Content(2, 6764641154105460193, 10630409153635964339)


def test_a_million_texts_do_not_collide() -> None:
    texts = pl.Series(np.arange(1_000_000)).cast(pl.String).to_arrow(compat_level=pl.CompatLevel.oldest())
    assert len(np.unique(text_hashes(texts))) == 1_000_000
