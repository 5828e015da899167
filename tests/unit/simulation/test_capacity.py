from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minsheng.engine.simulation.capacity import NEVER_DEFERRED, QUEUED, Capacity, NegativeCapacity, queue, workload
from minsheng.engine.simulation.capacity_file import CapacityFaults, read_capacity

EAST, WEST = "999001001000", "999001002000"


def warnings(*rows: tuple[int, str, int, int, int]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=QUEUED, orient="row")


def many() -> st.SearchStrategy[pl.DataFrame]:
    row = st.tuples(st.sampled_from([EAST, WEST, ""]), st.integers(1, 4), st.integers(0, 5), st.integers(0, 3))
    return st.lists(row, max_size=30).map(lambda rows: warnings(*((key, *row) for key, row in enumerate(rows, start=1))))


def capacities() -> st.SearchStrategy[Capacity]:
    return st.builds(Capacity, st.dictionaries(st.sampled_from([EAST, WEST]), st.integers(0, 12)), st.none() | st.integers(0, 12))


def test_the_more_urgent_come_first_then_the_higher_score_then_what_is_newer() -> None:
    found = queue(
        warnings((1, EAST, 1, 50, 0), (2, EAST, 2, 10, 0), (3, EAST, 2, 30, 0), (4, EAST, 2, 30, 500), (5, EAST, 2, 30, 0)), Capacity()
    )
    assert found["household_key"].to_list() == [4, 3, 5, 2, 1]
    assert found["place"].to_list() == [1, 2, 3, 4, 5]
    assert not found["deferred"].any()


def test_beyond_the_capacity_households_wait_with_their_place_and_the_reason() -> None:
    found = queue(warnings((1, EAST, 2, 9, 0), (2, EAST, 2, 8, 0), (3, EAST, 1, 7, 0), (4, WEST, 1, 6, 0)), Capacity({EAST: 1}))
    waiting = found.filter("deferred").select("household_key", "place", "capacity", "reason").rows()
    assert waiting == [(2, 2, 1, "beyond-capacity"), (3, 3, 1, "beyond-capacity")]
    assert found.filter(pl.col("township") == WEST)["reason"].to_list() == ["within-capacity"]


def test_orange_and_red_are_visited_whatever_the_capacity() -> None:
    found = queue(warnings((1, EAST, 4, 1, 0), (2, EAST, 3, 1, 0), (3, EAST, 2, 99, 0)), Capacity(otherwise=1))
    assert found.select("household_key", "deferred", "reason").rows() == [
        (1, False, "urgent"),
        (2, False, "urgent"),
        (3, True, "beyond-capacity"),
    ]
    assert workload(found).to_dicts() == [{"township": EAST, "warnings": 3, "urgent": 2, "capacity": 1, "deferred": 1, "over": 1}]


def test_no_warnings_are_no_work() -> None:
    assert queue(warnings(), Capacity({EAST: 3})).is_empty()
    assert workload(queue(warnings(), Capacity())).is_empty()


def test_less_than_nothing_is_refused() -> None:
    with pytest.raises(NegativeCapacity, match=EAST):
        Capacity({EAST: -1})


@given(many(), capacities())
def test_orange_and_red_are_never_deferred_and_others_never_exceed_the_capacity(frame: pl.DataFrame, capacity: Capacity) -> None:
    found = queue(frame, capacity)
    assert found.filter(pl.col("level") >= NEVER_DEFERRED)["deferred"].sum() == 0
    assert sorted(found["household_key"]) == sorted(frame["household_key"])
    for (township,), own in found.group_by("township"):
        limit = capacity.of(str(township))
        urgent = own.filter(pl.col("level") >= NEVER_DEFERRED).height
        visited = own.filter(~pl.col("deferred")).height
        assert visited == own.height if limit is None else visited == max(urgent, min(limit, own.height))
        assert own["place"].to_list() == list(range(1, own.height + 1))


@given(many(), capacities(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(frame: pl.DataFrame, capacity: Capacity, chance: object) -> None:
    shuffled = frame.sample(fraction=1, shuffle=True, seed=chance.randrange(1000))  # type: ignore[attr-defined]
    assert queue(shuffled, capacity).equals(queue(frame, capacity))


@given(many(), st.integers(0, 12), st.integers(0, 5))
def test_more_capacity_defers_nobody_who_was_not(frame: pl.DataFrame, limit: int, more: int) -> None:
    fewer, greater = queue(frame, Capacity(otherwise=limit)), queue(frame, Capacity(otherwise=limit + more))
    assert set(greater.filter("deferred")["household_key"]) <= set(fewer.filter("deferred")["household_key"])


def test_a_number_counts_everywhere() -> None:
    assert read_capacity("40") == Capacity({}, 40)


def test_a_file_gives_each_township_its_own(tmp_path: Path) -> None:
    path = tmp_path / "capacity.csv"
    path.write_text("\ufefftownship,capacity\n999001001,30\n999001002000, 5\n*,10\n", encoding="utf-8")
    assert read_capacity(str(path)) == Capacity({EAST: 30, WEST: 5}, 10)


def test_every_fault_of_a_file_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "capacity.csv"
    path.write_text("township,capacity\n999001001,30\n999001001,x\n999001,5\n1,2,3\n", encoding="utf-8")
    with pytest.raises(CapacityFaults) as refused:
        read_capacity(str(path))
    assert [str(fault) for fault in refused.value.faults] == [
        "capacity.csv:3 999001001 is given twice",
        "capacity.csv:3 'x' is not a number of households",
        "capacity.csv:4 '999001' is not the code of a township",
        "capacity.csv:5 has 3 cells instead of 2",
    ]


@pytest.mark.parametrize("written", ["", "place,number\n"])
def test_other_columns_are_refused(tmp_path: Path, written: str) -> None:
    path = tmp_path / "capacity.csv"
    path.write_text(written, encoding="utf-8")
    with pytest.raises(CapacityFaults, match="must begin with"):
        read_capacity(str(path))


def test_neither_a_number_nor_a_file_is_refused() -> None:
    with pytest.raises(CapacityFaults, match="neither"):
        read_capacity("many")
