"""Reading places."""

from datetime import date

import pytest

from minsheng.domain.places.operations import open_division
from minsheng.domain.places.queries import (
    UnknownDivision,
    at_level,
    children,
    counts_by_level,
    current_code,
    division,
    find,
    full_name,
    full_names,
    path,
    roll_up,
)
from minsheng.kernel.divisions import Level, NotADivisionCode
from tests.operations.places.conftest import OPENED, WHO

TODAY = date(2026, 11, 21)

pytestmark = pytest.mark.usefixtures("corner")


def test_a_division_is_found_under_every_written_form_of_its_code() -> None:
    assert {division(code).name for code in ("990101", "990101000", "990101000000")} == {"武昌区"}


@pytest.mark.parametrize(
    "read", [division, path, full_name, find, lambda code: children(code, on=TODAY), lambda code: current_code(code, on=TODAY)]
)
def test_a_code_without_a_division_is_refused(read: object) -> None:
    assert callable(read)
    with pytest.raises(UnknownDivision, match="990199000000"):
        read("990199")


def test_children_are_those_directly_below_in_order() -> None:
    assert [child.code for child in children("990101", on=TODAY)] == ["990101001000", "990101002000"]


def test_children_not_yet_opened_are_left_out() -> None:
    open_division(code="990101003", name="明街街道", on=date(2027, 1, 1), **WHO)
    assert "990101003000" not in [child.code for child in children("990101", on=TODAY)]
    assert "990101003000" in [child.code for child in children("990101", on=date(2027, 1, 1))]


def test_a_level_is_listed_within_a_place() -> None:
    assert [one.code for one in at_level(Level.TOWNSHIP, on=TODAY, within="990101")] == ["990101001000", "990101002000"]
    assert at_level(Level.TOWNSHIP, on=date(2019, 12, 31), within="990101") == []


def test_a_place_that_fills_two_levels_is_listed_and_counted_at_both() -> None:
    place = division("9901")
    place.lowest_level = Level.COUNTY
    place.save()
    assert "990100000000" in [one.code for one in at_level(Level.COUNTY, on=OPENED, within="99")]
    assert counts_by_level("9901") == {Level.PROVINCE: 0, Level.PREFECTURE: 1, Level.COUNTY: 3, Level.TOWNSHIP: 3, Level.VILLAGE: 3}


def test_the_path_names_every_level_as_published() -> None:
    assert path("990101001001") == ["假省", "市辖区", "武昌区", "长街街道", "一社区"]


def test_the_full_name_leaves_out_levels_that_only_fill_the_code() -> None:
    assert full_name("990101001001") == "假省武昌区长街街道一社区"
    assert full_name("9901") == "假省市辖区"


def test_many_full_names_come_under_the_codes_they_were_asked_by() -> None:
    assert full_names(["990101", "990102001000", "990199"]) == {"990101": "假省武昌区", "990102001000": "假省新武昌区长街街道"}


def test_finding_by_name_puts_the_exact_name_and_the_higher_level_first() -> None:
    assert [one.code for one in find("武昌区")] == ["990101000000", "990102000000"]
    assert [one.name for one in find("街")] == ["长街街道", "短街街道", "长街街道"]


@pytest.mark.parametrize("text", ["wuchang", "Wu Chang", "wuchangqu", " wu'chang "])
def test_finding_by_pinyin_takes_it_together_or_apart(text: str) -> None:
    assert [one.code for one in find(text)] == ["990101000000"]


def test_finding_by_code_gives_that_division() -> None:
    assert [one.name for one in find("990101")] == ["武昌区"]


def test_finding_gives_no_more_than_asked_and_nothing_for_nothing() -> None:
    assert len(find("街", limit=2)) == 2
    assert find(" ") == []


def test_counts_roll_up_to_the_sum_of_the_children_and_their_own() -> None:
    counts = {"990101001001": 2, "990101001002": 3, "990101001": 5, "990102001": 7, "99": 11, "441900003": 13}
    assert roll_up(counts) == {
        "440000000000": 13,
        "990000000000": 28,
        "441900000000": 13,
        "990100000000": 17,
        "990101000000": 10,
        "990102000000": 7,
        "441900003000": 13,
        "990101001000": 10,
        "990102001000": 7,
        "990101001001": 2,
        "990101001002": 3,
    }


def test_counts_under_two_written_forms_of_one_code_are_added() -> None:
    assert roll_up({"99": 1, "990000": 2}) == {"990000000000": 3}


def test_a_count_under_no_code_is_refused() -> None:
    with pytest.raises(NotADivisionCode):
        roll_up({"武昌区": 1})
