"""From points to a score: caps, overlap, identity, all in whole numbers."""

from datetime import date
from typing import Any

from tests.spec.conftest import Compute
from tests.spec.models import indicator, model
from tests.spec.world import Feed, Row, World, person

FEEDS = ("medical_settlements", "disability_certificates", "registered_unemployment", "student_aid")


def found(feed: str, *people: int) -> dict[str, Feed]:
    """A feed in which each of these people has a row in April."""
    rows: list[Row] = [
        {"month": "2026-04", "delivery": "d", "row_number": at, "person_key": key, "event_on": date(2026, 4, 1)}
        for at, key in enumerate(people)
    ]
    return {feed: Feed(rows, {"2026-04": "present"})}


def exists(name: str, feed: str, points: Any, dimension: str = "health") -> dict[str, Any]:
    return indicator(name, feed, "exists", [(1, points)], window_months=1, dimension=dimension)


def test_person_cap_when_indicators_of_a_dimension_exceed_it_then_the_person_has_the_cap(compute: Compute) -> None:
    tried = model([exists("a", FEEDS[0], 30), exists("b", FEEDS[1], 20.5)], caps={"health": (45, 1000)})
    score = compute(World("2026-04", tried, [person(1, 10)], feeds=found(FEEDS[0], 10) | found(FEEDS[1], 10))).score(1)
    assert score["raw"] == 4500


def test_household_cap_when_members_together_exceed_it_then_the_household_has_the_cap(compute: Compute) -> None:
    tried = model([exists("a", FEEDS[0], 30)], caps={"health": (1000, 50)})
    outcome = compute(World("2026-04", tried, [person(1, 10), person(1, 11)], feeds=found(FEEDS[0], 10, 11)))
    assert outcome.tables["household_dimensions"] == [{"household_key": 1, "dimension": "health", "members_points": 6000, "points": 5000}]
    assert outcome.score(1)["raw"] == 5000


def test_overlap_percent_comes_from_the_largest_number_reached(compute: Compute) -> None:
    names = ("a", "b", "c", "d")
    indicators = [exists(name, feed, 10, dimension=name) for name, feed in zip(names, FEEDS, strict=True)]
    tried = model(indicators, caps=dict.fromkeys(names, (100, 100)), overlap={2: 10, 4: 30})
    feeds: dict[str, Feed] = {}
    for at, feed in enumerate(FEEDS, start=1):
        feeds |= found(feed, *range(at, 5))
    outcome = compute(World("2026-04", tried, [person(key, key) for key in range(1, 5)], feeds=feeds))
    rows = [(row["dimensions"], row["overlap_percent"], row["score"]) for row in outcome.tables["scores"]]
    assert rows == [(count, percent, 1000 * count * (100 + percent) * 100) for count, percent in ((1, 0), (2, 10), (3, 10), (4, 30))]


def test_overlap_when_two_members_share_the_dimensions_then_counts_the_households_dimensions(compute: Compute) -> None:
    tried = model([exists("a", FEEDS[0], 10, "a"), exists("b", FEEDS[1], 10, "b")], caps={"a": (99, 99), "b": (99, 99)}, overlap={2: 10})
    world = World("2026-04", tried, [person(1, 10), person(1, 11)], feeds=found(FEEDS[0], 10) | found(FEEDS[1], 11))
    assert compute(world).score(1)["overlap_percent"] == 10


def test_overlap_when_a_dimension_is_capped_to_nothing_then_it_does_not_count(compute: Compute) -> None:
    tried = model([exists("a", FEEDS[0], 10, "a"), exists("b", FEEDS[1], 10, "b")], caps={"a": (99, 99), "b": (0, 99)}, overlap={2: 10})
    world = World("2026-04", tried, [person(1, 10)], feeds=found(FEEDS[0], 10) | found(FEEDS[1], 10))
    assert compute(world).score(1)["overlap_percent"] == 0


def test_identity_when_several_tags_apply_then_the_largest_counts(compute: Compute) -> None:
    tried = model([exists("a", FEEDS[0], 10)], identity={"DIBAO": 120, "ORPHAN": 130, "VETERAN": 105})
    members = [
        person(1, 10, category="DIBAO"),
        person(1, 11, category="ORPHAN"),
        person(2, 12, category="OTHER"),
        person(3, 13, category="OTHER"),
    ]
    outcome = compute(World("2026-04", tried, members, feeds=found(FEEDS[0], 10, 12), tags=[(2, "VETERAN"), (2, "UNHEARD_OF")]))
    multipliers = [(row["identity_percent"], row["identity_tag"]) for row in outcome.tables["scores"]]
    assert multipliers == [(130, "ORPHAN"), (105, "VETERAN"), (100, None)]
    assert outcome.score(2)["score"] == 1000 * 100 * 105


def test_score_is_exact_in_millionths_of_a_point(compute: Compute) -> None:
    tried = model(
        [exists("a", FEEDS[0], 12.25, "a"), exists("b", FEEDS[1], 0.01, "b")],
        caps={"a": (99, 99), "b": (99, 99)},
        overlap={2: 7},
        identity={"DIBAO": 113},
    )
    score = compute(World("2026-04", tried, [person(1, 10)], feeds=found(FEEDS[0], 10) | found(FEEDS[1], 10))).score(1)
    assert score["score"] == (1225 + 1) * 107 * 113


def test_households_without_any_points_have_a_row_and_no_level(compute: Compute) -> None:
    outcome = compute(
        World("2026-04", model([exists("a", FEEDS[0], 10)]), [person(1, 10)], feeds=found(FEEDS[0]), household_categories={7: "OTHER"})
    )
    assert [(row["household_key"], row["score"], row["level"], row["change"]) for row in outcome.tables["scores"]] == [
        (1, 0, 0, "none"),
        (7, 0, 0, "none"),
    ]


def test_dead_when_somebody_died_then_only_indicators_about_the_dead_count(compute: Compute) -> None:
    tried = model([exists("ill", FEEDS[0], 30), exists("died", FEEDS[1], 5) | {"among": "anyone"}])
    dead = [person(1, 11, died_on=date(2026, 4, 1))]
    outcome = compute(World("2026-04", tried, [person(1, 10)], deceased=dead, feeds=found(FEEDS[0], 11) | found(FEEDS[1], 11)))
    assert outcome.score(1)["raw"] == 500


def test_merged_when_one_person_became_another_then_rows_of_both_count_together(compute: Compute) -> None:
    tried = model([indicator("bills", FEEDS[0], "count", [(2, 30)], window_months=1)])
    outcome = compute(World("2026-04", tried, [person(1, 10)], feeds=found(FEEDS[0], 10, 30), redirects={30: 31, 31: 10}))
    assert outcome.score(1)["raw"] == 3000
