"""Unknown is not zero: what happens when a feed is missing or held."""

from datetime import date
from typing import Any

from tests.spec.conftest import Compute
from tests.spec.models import indicator, model
from tests.spec.world import Feed, Outcome, Row, World, person

BILLS = "medical_settlements"
MONTHS = ("2026-01", "2026-02", "2026-03", "2026-04", "2026-05")
MODEL = model([indicator("cost", BILLS, {"sum": "amount"}, [(1, 25)], window_months=2)], triggers=[{"indicator": "cost", "level": "blue"}])


def bill(month: str, who: int = 10) -> Row:
    return {
        "month": month,
        "delivery": month,
        "row_number": 2,
        "person_key": who,
        "event_on": date.fromisoformat(f"{month}-05"),
        "amount": 9,
    }


def run(compute: Compute, month: str, states: dict[str, Any], rows: list[Row], before: Outcome | None = None, **rest: Any) -> Outcome:
    return compute(World(month, MODEL, rest.pop("members", [person(1, 10)]), feeds={BILLS: Feed(rows, states, **rest)}, previous=before))


def points(outcome: Outcome) -> list[tuple[int, int, int, bool]]:
    """household, points, stale months, unknown."""
    return [(row["household_key"], row["points"], row["stale_months"], row["unknown"]) for row in outcome.tables["points"]]


def test_missing_month_when_within_tolerance_then_points_are_carried_and_then_dropped(compute: Compute) -> None:
    states = {"2026-01": "present", "2026-02": "present", "2026-03": "missing", "2026-04": "held", "2026-05": "missing"}
    rows = [bill("2026-01"), bill("2026-02")]
    history, before = [], None
    for month in MONTHS[1:]:
        known_by_then = {name: state for name, state in states.items() if name <= month}
        before = run(compute, month, known_by_then, rows, before, tolerance_months=2)
        history.append((points(before), before.unknown["cost"], before.level(1)))
    assert history == [
        ([(1, 2500, 0, False)], 0, 1),
        ([(1, 2500, 1, False)], 1, 1),
        ([(1, 2500, 2, False)], 2, 1),
        ([(1, 0, 3, True)], 3, 0),
    ]


def test_missing_month_when_still_in_the_window_then_the_value_is_unknown_though_this_month_is_there(compute: Compute) -> None:
    before = run(compute, "2026-02", {"2026-01": "present", "2026-02": "present"}, [bill("2026-02")])
    states = {"2026-01": "present", "2026-02": "held", "2026-03": "present"}
    now = run(compute, "2026-03", states, [bill("2026-03")], before)
    assert points(now) == [(1, 2500, 1, False)]
    assert now.tables["values"] == []


def test_months_before_the_first_delivery_are_not_expected(compute: Compute) -> None:
    now = run(compute, "2026-02", {"2026-01": "before", "2026-02": "present"}, [bill("2026-02")])
    assert (points(now), now.unknown["cost"]) == ([(1, 2500, 0, False)], 0)


def test_feed_that_never_came_is_unknown_and_nothing_is_carried(compute: Compute) -> None:
    before = run(compute, "2026-02", {}, [])
    now = run(compute, "2026-03", {"2026-03": "missing"}, [], before, tolerance_months=9)
    assert (points(now), before.unknown["cost"], now.unknown["cost"]) == ([], None, None)


def test_stale_points_are_no_new_indicator_and_give_no_warning(compute: Compute) -> None:
    before = run(compute, "2026-02", {"2026-01": "present", "2026-02": "present"}, [bill("2026-02")])
    now = run(compute, "2026-03", {"2026-01": "present", "2026-02": "present", "2026-03": "missing"}, [bill("2026-02")], before)
    assert now.tables["warnings"] == []
    assert [(hit["stale_months"], hit["is_new"], hit["band_rose"]) for hit in now.tables["hits"]] == [(1, False, False)]


def test_points_that_come_back_after_being_dropped_are_new(compute: Compute) -> None:
    states = {"2026-01": "present", "2026-02": "missing"}
    first = run(compute, "2026-01", states, [bill("2026-01")])
    dropped = run(compute, "2026-02", states, [bill("2026-01")], first, tolerance_months=0)
    assert dropped.score(1)["change"] == "cleared"
    back = run(compute, "2026-03", {"2026-03": "present"}, [bill("2026-03")], dropped)
    assert [hit["is_new"] for hit in back.tables["hits"]] == [True]


def test_carried_points_follow_the_person_to_another_household_and_end_with_membership(compute: Compute) -> None:
    before = run(
        compute, "2026-02", {"2026-02": "present"}, [bill("2026-02", 10), bill("2026-02", 11)], members=[person(1, 10), person(1, 11)]
    )
    now = run(compute, "2026-03", {"2026-02": "present", "2026-03": "missing"}, [], before, members=[person(7, 10), person(1, 12)])
    assert points(now) == [(7, 2500, 1, False)]


def test_evidence_of_stale_points_is_that_of_the_window_last_known(compute: Compute) -> None:
    rows = [bill("2026-01"), bill("2026-02"), bill("2026-03", 10)]
    states = {"2026-01": "present", "2026-02": "present", "2026-03": "held"}
    before = run(compute, "2026-02", {"2026-01": "present", "2026-02": "present"}, rows)
    quiet_before = Outcome(before.tables | {"scores": []}, before.unknown)
    now = run(compute, "2026-03", states, rows, quiet_before)
    assert [row["delivery"] for row in now.tables["evidence"]] == ["2026-01", "2026-02"]
