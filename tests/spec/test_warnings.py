"""Who is warned of, and which warnings stay quiet after a verdict."""

from datetime import date
from typing import Any

from tests.spec.conftest import Compute
from tests.spec.models import indicator, model
from tests.spec.world import Feed, Outcome, Row, World, person

BILLS, ACCIDENTS = "medical_settlements", "disaster_victims"
MODEL_PARTS: dict[str, Any] = {"quiet_months": 2, "verdicts": ("TRUE_HELPED",)}


def town(month: str, bills: dict[int, int], accidents: tuple[int, ...] = (), **rest: Any) -> World:
    """Six households of one person each; bills band at 1, 2 and 3, worth 22, 24 and 50 points; an accident is worth 5."""
    tried = model(
        [
            indicator("cost", BILLS, {"sum": "amount"}, [(1, 22), (2, 24), (3, 50)], window_months=1),
            indicator("accident", ACCIDENTS, "exists", [(1, 5)], window_months=1),
        ],
        **MODEL_PARTS,
    )
    feeds = {
        BILLS: Feed([row(month, key) | {"amount": amount} for key, amount in bills.items()], {month: "present"}),
        ACCIDENTS: Feed([row(month, key) for key in accidents], {month: "present"}),
    }
    return World(month, tried, [person(key, key, category="OTHER") for key in range(1, 7)], feeds=feeds, **rest)


def row(month: str, key: int) -> Row:
    return {"month": month, "delivery": "d", "row_number": key, "person_key": key, "event_on": date.fromisoformat(f"{month}-05")}


def causes(outcome: Outcome) -> dict[int, str]:
    return {warning["household_key"]: warning["cause"] for warning in outcome.tables["warnings"]}


def quiet(outcome: Outcome) -> dict[int, bool]:
    return {warning["household_key"]: warning["suppressed"] for warning in outcome.tables["warnings"]}


def test_warnings_go_out_for_new_escalated_and_unchanged_with_a_new_indicator(compute: Compute) -> None:
    before = compute(town("2026-03", {2: 1, 3: 1, 4: 1, 5: 3, 6: 1}))
    assert causes(before) == {2: "new", 3: "new", 4: "new", 5: "new", 6: "new"}
    now = compute(town("2026-04", {1: 1, 2: 3, 3: 1, 4: 2, 5: 1}, accidents=(3,), previous=before))
    assert causes(now) == {1: "new", 2: "escalated", 3: "new-indicator"}


def test_hits_say_what_is_new_and_what_rose(compute: Compute) -> None:
    before = compute(town("2026-03", {1: 1, 2: 1}))
    now = compute(town("2026-04", {1: 2, 2: 1}, accidents=(2,), previous=before))
    flags = [(hit["household_key"], hit["indicator"], hit["is_new"], hit["band_rose"]) for hit in now.tables["hits"]]
    assert flags == [(1, "cost", False, True), (2, "accident", True, False), (2, "cost", False, False)]


def test_hits_when_a_household_has_points_but_no_level_then_they_are_left_out(compute: Compute) -> None:
    assert compute(town("2026-04", {1: 1}, accidents=(2,))).tables["hits"][-1]["household_key"] == 1


def test_hits_when_a_household_is_cleared_then_what_is_left_is_kept(compute: Compute) -> None:
    before = compute(town("2026-03", {1: 1}, accidents=(1,)))
    now = compute(town("2026-04", {}, accidents=(1,), previous=before))
    assert now.score(1)["change"] == "cleared"
    assert [hit["indicator"] for hit in now.tables["hits"]] == ["accident"]


def test_suppression_lasts_the_quiet_months_after_a_verdict_that_quiets(compute: Compute) -> None:
    outcome = compute(
        town(
            "2026-04",
            dict.fromkeys(range(1, 7), 1),
            verdicts=[
                (1, date(2026, 3, 1), "TRUE_HELPED"),
                (2, date(2026, 2, 28), "TRUE_HELPED"),
                (3, date(2026, 4, 30), "TRUE_HELPED"),
                (4, date(2026, 5, 1), "TRUE_HELPED"),
                (5, date(2026, 4, 2), "UNREACHABLE"),
            ],
            verdict_hits=[(key, key, "cost", 1) for key in range(1, 7)],
        )
    )
    assert quiet(outcome) == {1: True, 2: False, 3: True, 4: False, 5: False, 6: False}
    first = outcome.warning(1)
    assert first is not None
    assert (first["suppressed_by"], first["suppressed_by_on"]) == ("TRUE_HELPED", date(2026, 3, 1))


def test_suppression_ends_when_something_new_or_higher_appears(compute: Compute) -> None:
    outcome = compute(
        town(
            "2026-04",
            {1: 1, 2: 2, 3: 1, 4: 1},
            accidents=(3,),
            verdicts=[(key, date(2026, 4, 1), "TRUE_HELPED") for key in range(1, 5)],
            verdict_hits=[(1, 1, "cost", 2), (2, 2, "cost", 1), (3, 3, "cost", 1)],
        )
    )
    assert quiet(outcome) == {1: True, 2: False, 3: False, 4: False}


def test_suppression_when_the_person_was_merged_since_then_still_holds(compute: Compute) -> None:
    world = town("2026-04", {1: 1}, verdicts=[(1, date(2026, 4, 1), "TRUE_HELPED")], verdict_hits=[(1, 77, "cost", 1)], redirects={77: 1})
    assert quiet(compute(world)) == {1: True}
