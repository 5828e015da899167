import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minsheng.engine.drift.histograms import EVERYWHERE, Distributions, Histogram
from minsheng.engine.drift.stability import LEAST, MONTHS, drift, known_edges, moved, picture, stability_index
from minsheng.kernel.periods import Month

COUNTY = "999001000000"
counts = st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 10_000), min_size=1)


def month(at: int, *histograms: Histogram, persons: int = 10_000) -> Distributions:
    return Distributions(Month(2026, 1).plus(at), {EVERYWHERE: persons, COUNTY: persons // 2}, {one.subject: one for one in histograms})


def levels(**number: int) -> Histogram:
    return Histogram("levels", "", {EVERYWHERE: number})


def test_the_index_is_what_the_textbook_says() -> None:
    before, now = {"a": 5_000_000, "b": 3_000_000, "c": 2_000_000}, {"a": 4_000_000, "b": 3_000_000, "c": 3_000_000}
    by_hand = (0.4 - 0.5) * math.log(0.4 / 0.5) + (0.3 - 0.2) * math.log(0.3 / 0.2)
    assert sum(stability_index(now, before).values()) == pytest.approx(by_hand, abs=1e-6)
    assert by_hand == pytest.approx(0.0629, abs=1e-4)


@given(counts)
def test_nothing_moves_from_itself(some: dict[str, int]) -> None:
    assert sum(stability_index(some, some).values()) == 0


@given(counts, counts)
def test_the_index_is_symmetric_and_never_negative(one: dict[str, int], other: dict[str, int]) -> None:
    there, back = (sum(stability_index(*pair).values()) for pair in ((one, other), (other, one)))
    assert there == pytest.approx(back)
    assert all(part >= 0 for part in stability_index(one, other).values())


def test_an_empty_bin_is_no_error_and_says_little_where_there_are_few() -> None:
    few, many = (sum(stability_index({"a": n}, {"a": n, "b": n // 100}).values()) for n in (600, 600_000))
    assert 0 < few < many < 0.1


@pytest.mark.parametrize(
    ("index", "read_as"), [(0.0, "steady"), (0.0999, "steady"), (0.1, "moved"), (0.25, "moved"), (0.2501, "moved-much")]
)
def test_the_customary_bounds(index: float, read_as: str) -> None:
    assert moved(index) == read_as


def test_the_first_run_has_nothing_to_compare_with() -> None:
    found = drift(month(5, levels(none=900, blue=100)), [])
    assert (found.months, found.shifts) == ((), ())


def test_a_month_is_compared_with_up_to_twelve_before_it_added_up() -> None:
    before = [month(at, levels(none=9_000 + at, blue=1_000)) for at in range(15)]
    found = drift(month(15, levels(none=5_000, blue=5_000)), [*before, month(20, levels(none=1, blue=9_999))])
    assert len(found.months) == MONTHS and found.months[-1] == "2027-03"
    [shift] = found.moved
    assert (shift.kind, shift.moved, shift.bin, shift.now, shift.months) == ("levels", "moved-much", "blue", 0.5, 12)
    assert shift.before == pytest.approx(0.1, abs=0.001)


def test_fewer_cases_than_the_least_say_nothing() -> None:
    few, enough = LEAST - 1, LEAST
    assert not drift(month(1, levels(none=few)), [month(0, levels(blue=10_000))]).shifts
    assert drift(month(1, levels(none=enough)), [month(0, levels(blue=10_000))]).moved


def test_a_county_can_move_alone() -> None:
    before = Histogram("levels", "", {EVERYWHERE: {"none": 90_000, "blue": 10_000}, COUNTY: {"none": 900, "blue": 100}})
    now = Histogram("levels", "", {EVERYWHERE: {"none": 89_600, "blue": 10_400}, COUNTY: {"none": 500, "blue": 500}})
    found = drift(month(1, now), [month(0, before)])
    assert [(shift.place, shift.moved) for shift in found.shifts] == [(COUNTY, "moved-much"), (EVERYWHERE, "steady")]
    assert [shift.place for shift in found.only_moved().shifts] == [COUNTY]


def test_reach_counts_those_without_too() -> None:
    def reach(number: int) -> Histogram:
        return Histogram("reach", "own_cost", {EVERYWHERE: {"with": number}})

    [shift] = drift(month(1, reach(4_000)), [month(0, reach(1_000))]).moved
    assert (shift.now, shift.before, shift.cases, shift.bin) == (0.4, 0.1, 10_000, "with")


def test_rows_are_told_per_person_against_the_usual_month() -> None:
    def rows(number: int) -> Histogram:
        return Histogram("rows", "vehicles", {EVERYWHERE: {"rows": number}})

    before = [month(0, rows(1_000)), month(1, rows(9_000)), month(2, rows(1_100))]
    [shift] = drift(month(3, rows(3_300)), before).moved
    assert (shift.moved, shift.now, shift.before) == ("moved-much", 0.33, 0.11)
    [grown] = drift(month(3, rows(2_200), persons=20_000), before).shifts
    assert grown.moved == "steady"


def test_histograms_with_other_edges_are_not_compared() -> None:
    def values(*edges: int) -> Histogram:
        return Histogram("value", "own_cost", {EVERYWHERE: {"0": 600, "1": 600}}, edges)

    assert not drift(month(1, values(7)), [month(0, values(8))]).shifts
    [shift] = drift(month(2, values(7)), [month(0, values(8)), month(1, values(7))]).shifts
    assert shift.months == 1
    assert known_edges([month(1, values(7)), month(0, values(8))]) == {"value/own_cost": (7,)}


def test_bins_of_numbers_are_told_by_their_edges() -> None:
    def values(first: int, middle: int, last: int) -> Histogram:
        return Histogram("value", "own_cost", {EVERYWHERE: {"0": first, "1": middle, "2": last}}, (10, 20))

    now, before = month(1, values(100, 800, 100)), month(0, values(800, 100, 100))
    [shift] = drift(now, [before]).moved
    assert shift.bin == "10 - 19"
    shown = picture(shift, now, [before])
    assert shown.bins == ("< 10", "10 - 19", ">= 20")
    assert (shown.now, shown.before) == ((0.1, 0.8, 0.1), (0.8, 0.1, 0.1))
