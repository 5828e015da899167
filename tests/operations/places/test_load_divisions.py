"""Putting the whole list into the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from django.db import connection

from minsheng.domain.places import operations
from minsheng.domain.places.models import Division
from minsheng.domain.places.operations import load_divisions, replace_division
from minsheng.domain.places.queries import at_level, counts_by_level, division, find, full_name, roll_up
from minsheng.domain.places.source import read_villages
from minsheng.kernel.divisions import DivisionCode, Level
from minsheng.kernel.progress import SILENT
from tests.operations.places.conftest import WHO

TODAY = date(2026, 11, 21)


class KilledAfter:
    """A listener that ends the work after so many messages."""

    def __init__(self, messages: int) -> None:
        self.left = messages

    @contextmanager
    def step(self, name: str, *, total: int | None = None) -> Iterator["KilledAfter"]:
        yield self

    def advance(self, amount: int = 1) -> None:
        self.left -= 1
        if not self.left:
            raise KeyboardInterrupt

    def note(self, text: str) -> None:
        raise AssertionError(text)


@pytest.fixture
def one_district(db: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The villages of one district only, so that the list is short."""
    monkeypatch.setattr(operations, "read_villages", lambda: read_villages("420106"))


@pytest.mark.django_db
def test_the_whole_list_is_there_after_loading_and_a_place_that_fills_two_levels_counts_in_both() -> None:
    loaded = load_divisions(progress=SILENT, **WHO)
    assert list(counts_by_level().values()) == [31, 342, 2_978, 41_352, 620_573]
    assert list(counts_by_level("62").values()) == [1, 14, 88, 1_403, 17_718]
    assert loaded.added == loaded.total == 665_276
    assert Division.objects.filter(functional_zone=True).count() == 124
    assert Division.objects.filter(pseudo_county=True).count() == 4
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert load_divisions(progress=SILENT, **WHO).added == 0
    _check_reading_the_whole_list()


def _check_reading_the_whole_list() -> None:
    assert [one.code for one in find("wuchang")][:2] == ["230184000000", "420106000000"]
    assert full_name("441900003000") == "广东省东莞市东城街道"
    assert full_name("620201001000") == "甘肃省嘉峪关市雄关街道"
    assert [one.name for one in at_level(Level.COUNTY, on=TODAY, within="4419")] == ["东莞市"]
    sums = roll_up(dict.fromkeys(Division.objects.filter(code__startswith="44", level=Level.VILLAGE).values_list("code", flat=True), 1))
    assert sums["440000000000"] == counts_by_level("44")[Level.VILLAGE]
    for county in [*at_level(Level.COUNTY, on=TODAY, within="4401"), division("4419")]:
        assert sums[county.code] == counts_by_level(DivisionCode(county.code).prefix)[Level.VILLAGE]


@pytest.mark.usefixtures("one_district")
def test_loading_again_completes_what_is_missing_and_doubles_nothing() -> None:
    first = load_divisions(progress=SILENT, **WHO)
    Division.objects.filter(code__startswith="420106005", level=Level.VILLAGE).delete()
    gone = first.total - sum(counts_by_level().values())
    again = load_divisions(progress=SILENT, **WHO)
    assert gone > 1
    assert (again.added, again.total) == (gone, first.total)


@pytest.mark.usefixtures("one_district")
def test_loading_killed_halfway_leaves_nothing_and_running_again_completes() -> None:
    with pytest.raises(KeyboardInterrupt):
        load_divisions(progress=KilledAfter(2), **WHO)
    assert Division.objects.count() == 0
    load_divisions(progress=SILENT, **WHO)
    assert counts_by_level()[Level.TOWNSHIP] == 41_352


@pytest.mark.usefixtures("one_district")
def test_loading_again_leaves_a_closed_code_closed() -> None:
    load_divisions(progress=SILENT, **WHO)
    one, other = read_villages("420106005")["code"][:2]
    replace_division(code=one, successor=other, on=TODAY, **WHO)
    load_divisions(progress=SILENT, **WHO)
    assert division(one).valid_to == TODAY
