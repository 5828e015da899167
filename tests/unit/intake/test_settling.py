"""Duplicates and contradictions come out as an obvious reckoning over all rows says, also settled by ranges from disk."""

from collections import defaultdict
from pathlib import Path
from random import Random

import polars as pl
import pytest

from minsheng.engine.intake.settling import Settled, Settlement, without

Row = tuple[str | None, str | None, int | None]


def made(random: Random, rows: int) -> list[Row]:
    keys = [None, *(f"k{at}" for at in range(rows // 2))]
    return [(random.choice(keys), random.choice(["a", "b", None]), random.choice([1, 1, 1, 1, 2, None])) for _ in range(rows)]


def obvious(rows: list[Row]) -> tuple[list[int], list[int]]:
    """The numbers of rows sent again, and of those whose key contradicts another's."""
    contents = defaultdict(set)
    for row in rows:
        contents[row[:2]].add(row)
    conflicts = [at for at, row in enumerate(rows) if None not in row[:2] and len(contents[row[:2]]) > 1]
    seen: set[Row] = set()
    again = [at for at, row in enumerate(rows) if row in seen or seen.add(row)]  # type: ignore[func-returns-value]
    return [at for at in again if at not in set(conflicts)], conflicts


def settled(rows: list[Row], folder: Path, *, batch: int, held_rows: int) -> Settled:
    settlement = Settlement(["key", "key_part"], folder, held_rows=held_rows)
    frame = pl.DataFrame(rows, schema={"key": pl.String, "key_part": pl.String, "value": pl.Int64}, orient="row")
    numbered = frame.with_row_index("row_number").cast({"row_number": pl.Int64})
    for part in numbered.iter_slices(batch):
        settlement.see(part)
    return settlement.settled()


@pytest.mark.parametrize(("batch", "held_rows"), [(1000, 10_000), (1, 50), (37, 100), (400, 10)])
def test_settled_like_an_obvious_reckoning_whatever_is_held(tmp_path: Path, batch: int, held_rows: int) -> None:
    rows = made(Random(batch), 400)
    found = settled(rows, tmp_path, batch=batch, held_rows=held_rows)
    again, conflicts = obvious(rows)
    assert len(again) > 10 and len(conflicts) > 10
    assert found.duplicates.to_list() == again
    assert found.conflicts.rows() == [(at, "key", "conflicting-key") for at in conflicts]
    assert found.dropped.to_list() == sorted(again + conflicts)


def test_no_rows_are_settled_too(tmp_path: Path) -> None:
    found = settled([], tmp_path, batch=1, held_rows=1)
    assert found.dropped.is_empty() and found.conflicts.is_empty()


def test_dropped_rows_are_left_out_of_any_part() -> None:
    rows = pl.DataFrame({"row_number": [5, 6, 9]})
    for dropped, stay in (([], [5, 6, 9]), ([1, 6, 12], [5, 9]), ([5, 6, 9], []), ([7, 8], [5, 6, 9])):
        assert without(rows, pl.Series(dropped, dtype=pl.Int64))["row_number"].to_list() == stay
