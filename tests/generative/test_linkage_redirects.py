"""Merging and unmerging people."""

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from minsheng.engine.linkage.redirects import close_redirects

Merges = dict[int, int]
PEOPLE = st.integers(1, 25)


@st.composite
def merges(draw: st.DrawFn) -> Merges:
    """Merges in the order made: each person into one with a greater key, so that there is no circle."""
    return {person: draw(st.integers(person + 1, 30)) for person in draw(st.sets(PEOPLE, max_size=12))}


def closed(made: Merges) -> Merges:
    table = close_redirects(pl.DataFrame([*made.items()], schema={"person_key": pl.Int64, "into_key": pl.Int64}, orient="row"))
    return dict(table.rows())


def followed(made: Merges, person: int) -> int:
    while person in made:
        person = made[person]
    return person


@settings(deadline=None)
@given(made=merges())
def test_everybody_is_led_to_the_end_of_their_chain(made: Merges) -> None:
    assert closed(made) == {person: followed(made, person) for person in made}


@settings(deadline=None)
@given(made=merges(), person=PEOPLE, into=st.integers(26, 30))
def test_unmerging_undoes_merging(made: Merges, person: int, into: int) -> None:
    before = {key: target for key, target in made.items() if key != person}
    merged = before | {person: into}
    closed(merged)
    merged.pop(person)
    assert closed(merged) == closed(before)


@settings(deadline=None)
@given(made=merges())
def test_closing_what_is_closed_changes_nothing(made: Merges) -> None:
    assert closed(closed(made)) == closed(made)
