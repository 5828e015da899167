import polars as pl
import pytest

from minsheng.engine.linkage.redirects import MergeCycle, MergedTwice, close_redirects


def closed(*pairs: tuple[int, int]) -> dict[int, int]:
    table = close_redirects(pl.DataFrame(pairs, schema={"person_key": pl.Int64, "into_key": pl.Int64}, orient="row"))
    return dict(table.rows())


def test_chains_are_followed_to_their_end() -> None:
    assert closed((1, 2), (2, 3), (3, 4), (9, 2)) == {1: 4, 2: 4, 3: 4, 9: 4}


def test_a_long_chain_is_followed_to_its_end() -> None:
    assert set(closed(*((key, key + 1) for key in range(1000))).values()) == {1000}


def test_nothing_merged_redirects_nobody() -> None:
    assert closed() == {}


def test_the_same_merge_told_twice_is_one_merge() -> None:
    assert closed((1, 2), (1, 2)) == {1: 2}


@pytest.mark.parametrize("pairs", [[(1, 1)], [(1, 2), (2, 1)], [(1, 2), (2, 3), (3, 1), (7, 8)], [(0, 1), (1, 2), (2, 1)]])
def test_a_circle_is_refused(pairs: list[tuple[int, int]]) -> None:
    with pytest.raises(MergeCycle):
        closed(*pairs)


def test_a_person_merged_into_two_is_refused() -> None:
    with pytest.raises(MergedTwice):
        closed((1, 2), (1, 3))
