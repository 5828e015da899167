"""A delivery comes to the same, whatever the batches in which it is read."""

import io
from collections.abc import Callable
from dataclasses import fields

import polars as pl
import pytest

from minsheng.engine.intake.reading import Intake, take_in
from tests.contract.deliveries import CHEN, LI, MEDICAL, RULES, WANG, changed, csv_bytes, parquet_bytes, xlsx_bytes

ROWS = [
    *(changed(LI, settlement_no=f"A{at}") for at in range(40)),
    changed(LI, settlement_no="A3"),
    changed(WANG, settlement_no="B1", own_share="-1"),
    changed(LI, settlement_no="A7", own_share="1.00"),
    changed(CHEN, settlement_no="B2", settled_on="2026-13-01", kind="?"),
    changed(LI, settlement_no="A3"),
    [""] * len(LI),
    changed(CHEN, settlement_no="B3"),
    changed(LI, settlement_no="A7", own_share="2.00"),
]


def taken(content: bytes, batch_rows: int) -> Intake:
    return take_in(io.BytesIO(content), filename="a.csv", contract=MEDICAL, rules=RULES, batch_rows=batch_rows)


def assert_same(one: Intake, other: Intake) -> None:
    for field in fields(Intake):
        left, right = getattr(one, field.name), getattr(other, field.name)
        assert left.equals(right) if isinstance(left, pl.DataFrame) else left == right, field.name


@pytest.mark.parametrize("batch_rows", [1, 7, 1000])
@pytest.mark.parametrize("make", [csv_bytes, xlsx_bytes, parquet_bytes])
def test_batches_of_any_size_come_to_the_same(make: Callable[[list[list[str]]], bytes], batch_rows: int) -> None:
    content = make(ROWS)
    whole = taken(content, 1_000_000)
    assert (whole.read, whole.duplicates, whole.rejected.height) == (47, 2, 5)
    assert_same(taken(content, batch_rows), whole)


def test_broken_rows_between_batches_keep_their_numbers() -> None:
    lines = csv_bytes(ROWS).splitlines(keepends=True)
    content = b"".join([*lines[:8], b"short,row\r\n", *lines[8:20], b"\r\n", *lines[20:], b"the,end"])
    whole = taken(content, 1_000_000)
    assert whole.rejected.filter(reason="cell-count")["row_number"].to_list() == [9, len(lines) + 3]
    for batch_rows in (1, 3, 7):
        assert_same(taken(content, batch_rows), whole)
