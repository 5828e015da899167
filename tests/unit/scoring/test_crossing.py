"""Ranges follow the people as they are registered, and who crosses between them is found wherever they lived."""

from dataclasses import replace
from pathlib import Path

import ibis
import pyarrow as pa
import pytest

from minsheng.engine.backends.duckdb_engine import DuckDB, connect
from minsheng.engine.scoring.ranges import KeyRange, Layout, cut
from tests.spec.world import Outcome, person, run_duckdb
from tests.unit.scoring.small import BILLS, SMALL, Feed, bill


def ranges_of(people: list[tuple[int, int]]) -> list[KeyRange]:
    """The ranges of two households each, of people given as (household, key)."""
    rows = pa.table({"household_key": [one for one, _ in people], "person_key": [key for _, key in people]})
    with DuckDB(connect(threads=1)) as backend:
        backend.table("members", rows)
        members = ibis.table({"household_key": "int64", "person_key": "int64"}, name="members")
        return cut(backend, Layout(2, 1), members, members)


def test_people_registered_with_their_households_are_cut_between_households() -> None:
    people = [(household, 100 * household + member) for household in range(1, 8) for member in range(household)]
    for one in ranges_of(people):
        lows, highs = (low or 0 for low in (one.first_household, one.first_person)), (one.end_household or 99, one.end_person or 9999)
        household_low, person_low = lows
        inside = {key for household, key in people if household_low <= household < highs[0]}
        assert inside == {key for _, key in people if person_low <= key < highs[1]}


@pytest.mark.parametrize("far", [10, 1_000_000])
def test_late_arrivals_move_a_cut_by_no_more_than_their_number(far: int) -> None:
    people = [(household, 10 * household) for household in range(1, 7)] + [(1, 60 + far)]
    first, *_ = ranges_of(people)
    assert (first.end_household, first.end_person) == (2, 30)


def in_two_households(layout: Layout, folder: Path, before: Outcome) -> Outcome:
    """A person with bills for two months, who belonged to household 1 and now belongs to household 9 besides."""
    members = [person(1, 10), person(9, 10), person(2, 12)]
    return run_duckdb(replace(SMALL, members=members, previous=before), folder, layout=layout)


def test_who_now_lives_in_two_ranges_is_known_in_both_from_last_month(tmp_path: Path) -> None:
    bills = Feed([bill("2026-03", 10, 30, 2)], {"2026-03": "present"})
    march = replace(SMALL, month="2026-03", members=[person(1, 10), person(2, 12)], feeds={BILLS: bills}, verdicts=[], verdict_hits=[])
    before = run_duckdb(march, tmp_path / "march")
    whole = in_two_households(Layout(2, None), tmp_path / "whole", before)
    apart = in_two_households(Layout(2, 1), tmp_path / "apart", before)
    assert apart == whole
    assert [(row["household_key"], row["is_new"]) for row in apart.tables["hits"] if row["person_key"] == 10] == [(1, False), (9, False)]
