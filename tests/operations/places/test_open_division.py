"""Adding a division to the list."""

from datetime import date

import pytest
from django.db import IntegrityError

from minsheng.domain.places.models import Division
from minsheng.domain.places.operations import DivisionExists, DivisionOpened, open_division
from minsheng.domain.places.queries import UnknownDivision, division
from tests.operations.places.conftest import OPENED, WHO

pytestmark = pytest.mark.usefixtures("corner")


def test_an_opened_division_has_what_its_code_and_name_say() -> None:
    done = open_division(code="990171", name="长江新区", on=date(2026, 7, 1), **WHO)
    opened = division("990171")
    assert done == DivisionOpened(code="990171000000", on=date(2026, 7, 1), **WHO)
    assert (opened.level, opened.parent_id, opened.functional_zone, opened.pinyin) == (3, "990100000000", True, "chang jiang xin qu")
    assert opened.valid_from == date(2026, 7, 1)


def test_the_same_again_changes_nothing() -> None:
    before = Division.objects.count()
    open_division(code="990101001001", name="一社区", on=OPENED, **WHO)
    assert Division.objects.count() == before


def test_a_code_is_never_given_to_another_place() -> None:
    with pytest.raises(DivisionExists, match="一社区"):
        open_division(code="990101001001", name="别社区", on=OPENED, **WHO)


def test_a_division_that_lies_nowhere_is_refused() -> None:
    with pytest.raises(UnknownDivision, match="990103000000"):
        open_division(code="990103001", name="街道", on=OPENED, **WHO)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"level": 4}, "division_level_and_parent_follow_code"),
        ({"parent_id": "990102000000"}, "division_level_and_parent_follow_code"),
        ({"parent_id": None}, "division_level_and_parent_follow_code"),
        ({"lowest_level": 4}, "division_lowest_level_is_not_above"),
        ({"functional_zone": True}, "division_functional_zone_is_county"),
        ({"pseudo_county": True}, "division_pseudo_county_is_county"),
        ({"valid_to": OPENED}, "division_valid_from_before_to"),
        ({"successor_id": "990101001002"}, "division_successor_follows_closed"),
    ],
)
def test_the_database_itself_refuses_what_contradicts_the_code(change: dict[str, object], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        Division.objects.filter(code="990101001001").update(**change)
