"""From a score to a level: thresholds, hysteresis, triggers, change."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from tests.spec.conftest import Compute
from tests.spec.models import indicator, model
from tests.spec.world import Feed, Outcome, World, person

BILLS = "medical_settlements"
CATEGORIES = {4: "TEKUN"}


def in_points(scores: Sequence[int], *, before: Outcome | None = None, month: str = "2026-04", **model_parts: Any) -> World:
    """Households 1, 2, 3… whose scores are exactly so many points; household 4 is extremely poor."""
    rows = [
        {
            "month": month,
            "delivery": "d",
            "row_number": key,
            "person_key": key,
            "event_on": date.fromisoformat(f"{month}-01"),
            "amount": points,
        }
        for key, points in enumerate(scores, start=1)
    ]
    bands = [(points, points) for points in sorted(set(range(15, 90, 5)) | set(scores) - {0})]
    tried = model([indicator("cost", BILLS, {"sum": "amount"}, bands, window_months=1)], **model_parts)
    members = [person(key, key, category=CATEGORIES.get(key, "OTHER")) for key in range(1, len(scores) + 1)]
    return World(month, tried, members, feeds={BILLS: Feed(rows, {month: "present"})}, previous=before)


def levels(outcome: Outcome) -> list[int]:
    return [row["level"] for row in outcome.tables["scores"]]


def test_level_is_the_highest_threshold_reached(compute: Compute) -> None:
    assert levels(compute(in_points([0, 19, 20, 39, 40, 60, 79, 80, 100]))) == [0, 0, 1, 1, 2, 3, 3, 4, 4]


def test_hysteresis_up_at_once_down_with_a_margin_or_in_the_second_month(compute: Compute) -> None:
    histories = {
        (20, 45, 45, 45): [1, 2, 2, 2],
        (45, 37, 37, 37): [2, 1, 1, 1],
        (45, 38, 38, 38): [2, 2, 1, 1],
        (40, 38, 38, 40): [2, 2, 1, 2],
        (45, 38, 41, 38): [2, 2, 2, 2],
        (85, 78, 62, 58): [4, 4, 3, 3],
        (85, 18, 18, 20): [4, 1, 0, 1],
        (85, 17, 19, 38): [4, 0, 0, 1],
    }
    found, before = [], None
    for month, scores in enumerate(zip(*histories, strict=True), start=1):
        before = compute(in_points(scores, before=before, month=f"2026-{month:02d}"))
        found.append(levels(before))
    assert [list(history) for history in zip(*found, strict=True)] == list(histories.values())


def test_hysteresis_says_when_it_holds_a_level(compute: Compute) -> None:
    before = compute(in_points([45], month="2026-03"))
    score = compute(in_points([38], before=before)).score(1)
    assert (score["score_level"], score["held_by_hysteresis"], score["previous_score"]) == (2, True, before.score(1)["score"])


def test_trigger_lifts_to_its_level_from_its_band_for_its_categories(compute: Compute) -> None:
    bands_to_30 = 4
    triggers = [
        {"indicator": "cost", "band": bands_to_30, "level": "orange"},
        {"indicator": "cost", "level": "yellow", "categories": ["TEKUN"]},
    ]
    scores = compute(in_points([25, 30, 85, 25], triggers=triggers)).tables["scores"]
    found = [(row["score_level"], row["trigger_level"], row["trigger"], row["level"]) for row in scores]
    assert found == [(1, 0, None, 1), (1, 3, "cost", 3), (4, 3, "cost", 4), (1, 2, "cost", 2)]


def test_trigger_when_it_ends_then_the_level_falls_at_once(compute: Compute) -> None:
    trigger = [{"indicator": "cost", "band": 3, "level": "red"}]
    before = compute(in_points([25], month="2026-03", triggers=trigger))
    score = compute(in_points([20], before=before, triggers=trigger)).score(1)
    assert (score["previous_level"], score["level"], score["change"]) == (4, 1, "eased")


def test_change_compares_with_last_month(compute: Compute) -> None:
    before = compute(in_points([0, 0, 25, 45, 85, 45], month="2026-03"))
    now = compute(in_points([0, 25, 45, 45, 25, 0], before=before))
    assert [row["change"] for row in now.tables["scores"]] == ["none", "new", "escalated", "unchanged", "eased", "cleared"]
