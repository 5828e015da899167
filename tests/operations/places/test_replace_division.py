"""Closing a code for another."""

from datetime import date

import pytest

from minsheng.domain.places.operations import (
    DivisionAlreadyClosed,
    DivisionReplaced,
    DivisionStillHoldsOthers,
    UnfitSuccessor,
    open_division,
    replace_division,
)
from minsheng.domain.places.queries import UnknownDivision, children, current_code, division
from tests.operations.places.conftest import WHO

pytestmark = pytest.mark.usefixtures("corner")

ON = date(2026, 7, 1)
BEFORE = date(2026, 6, 30)


def test_a_replaced_code_is_closed_on_the_day_its_successor_stands_for_it() -> None:
    done = replace_division(code="990101001001", successor="990102001001", on=ON, **WHO)
    assert done == DivisionReplaced(code="990101001001", successor="990102001001", on=ON, **WHO)
    assert (division("990101001001").valid_to, division("990101001001").successor_id) == (ON, "990102001001")
    assert current_code("990101001001", on=BEFORE) == "990101001001"
    assert current_code("990101001001", on=ON) == "990102001001"
    assert [child.code for child in children("990101001", on=BEFORE)] == ["990101001001", "990101001002"]
    assert [child.code for child in children("990101001", on=ON)] == ["990101001002"]


def test_successors_are_followed_to_the_one_that_stands_on_the_day() -> None:
    replace_division(code="990101001001", successor="990101001002", on=ON, **WHO)
    replace_division(code="990101001002", successor="990102001001", on=date(2027, 1, 1), **WHO)
    assert current_code("990101001001", on=date(2026, 12, 31)) == "990101001002"
    assert current_code("990101001001", on=date(2027, 1, 1)) == "990102001001"


def test_the_same_again_changes_nothing() -> None:
    first = replace_division(code="990101001001", successor="990102001001", on=ON, **WHO)
    assert replace_division(code="990101001001", successor="990102001001", on=ON, **WHO) == first


def test_a_closing_is_not_rewritten() -> None:
    replace_division(code="990101001001", successor="990102001001", on=ON, **WHO)
    with pytest.raises(DivisionAlreadyClosed):
        replace_division(code="990101001001", successor="990101001002", on=ON, **WHO)


def test_a_division_is_not_closed_over_those_still_open_in_it() -> None:
    with pytest.raises(DivisionStillHoldsOthers, match="2 divisions"):
        replace_division(code="990101001", successor="990102001", on=ON, **WHO)
    for village in ("990101001001", "990101001002"):
        replace_division(code=village, successor="990102001001", on=ON, **WHO)
    replace_division(code="990101001", successor="990102001", on=ON, **WHO)
    assert current_code("990101001", on=ON) == "990102001000"


def test_a_successor_of_another_level_is_refused() -> None:
    with pytest.raises(UnfitSuccessor, match="level"):
        replace_division(code="990101001001", successor="990102001", on=ON, **WHO)


def test_a_code_cannot_follow_itself() -> None:
    with pytest.raises(UnfitSuccessor, match="itself"):
        replace_division(code="990101001001", successor="990101001001", on=ON, **WHO)


def test_a_successor_that_closes_itself_is_refused_so_that_no_circle_can_arise() -> None:
    replace_division(code="990101001001", successor="990101001002", on=ON, **WHO)
    with pytest.raises(UnfitSuccessor, match="closes on 2026-07-01"):
        replace_division(code="990101001002", successor="990101001001", on=BEFORE, **WHO)


def test_a_successor_not_yet_valid_is_refused() -> None:
    open_division(code="990102001002", name="新社区", on=date(2026, 8, 1), **WHO)
    with pytest.raises(UnfitSuccessor, match="2026-08-01"):
        replace_division(code="990101001001", successor="990102001002", on=ON, **WHO)


def test_an_unknown_code_or_successor_is_refused() -> None:
    for code, successor in (("990101001009", "990101001001"), ("990101001001", "990101001009")):
        with pytest.raises(UnknownDivision, match="990101001009"):
            replace_division(code=code, successor=successor, on=ON, **WHO)
