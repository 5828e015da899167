"""Changes at the edges of single rules, where random worlds seldom stand: each is what a run with the changed model gives."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from minsheng.engine.indicators.grammar import Model
from tests.spec.models import indicator, model
from tests.spec.reference_engine import run_reference
from tests.spec.world import Feed, Row, World, person
from tests.unit.simulation.agreeing import assert_is_a_run

ILL, OLD = "ill", "old"
MARCH, APRIL = "2026-03", "2026-04"


def indicators(points: tuple[int, int] = (10, 30)) -> list[Row]:
    small, large = points
    return [
        indicator(ILL, "medical_settlements", {"sum": "amount"}, [(1, small), (5, large)], window_months=1),
        indicator(OLD, "registry", {"max": "age"}, [(60, small), (70, large)]),
    ]


def bill(key: int, amount: int, month: str) -> Row:
    return {
        "month": month,
        "delivery": month,
        "row_number": key,
        "person_key": key,
        "event_on": date.fromisoformat(f"{month}-05"),
        "amount": amount,
    }


def march(given: Model, *bills: tuple[int, int]) -> World:
    """Two households: two old people (1), and one person of working age (2)."""
    members = [person(1, 10, age=71), person(1, 11, age=65), person(2, 20, age=40)]
    feed = Feed([bill(key, amount, MARCH) for key, amount in bills], {MARCH: "present", APRIL: "present"})
    return World(month=MARCH, model=given, members=members, feeds={"medical_settlements": feed})


def april(before: World, *bills: tuple[int, int], state: str = "present", **facts: object) -> World:
    """The month after; `state` is that of the hospital's delivery."""
    feed = before.feeds["medical_settlements"]
    rows = [*feed.rows, *(bill(key, amount, APRIL) for key, amount in bills)]
    after = replace(
        before,
        month=APRIL,
        previous=run_reference(before),
        feeds={"medical_settlements": replace(feed, rows=rows, months={MARCH: "present", APRIL: state})},
    )
    return replace(after, **facts)  # type: ignore[arg-type]


def warned(rows: list[Row]) -> dict[int, tuple[str, bool]]:
    return {row["household_key"]: (row["cause"], row["suppressed"]) for row in rows}


@pytest.mark.parametrize("cap", [(0, 0), (1, 9), (15, 1000), (35, 1000), (1000, 45)])
def test_carried_and_known_points_of_a_person_share_a_cap(cap: tuple[int, int]) -> None:
    month = april(march(model(indicators()), (10, 9), (11, 9), (20, 9)), state="missing")
    assert any(row["stale_months"] for row in run_reference(month).tables["points"])
    assert_is_a_run(month, model(indicators(), caps={"health": cap}))


@pytest.mark.parametrize("margin", [0, 5, 10])
def test_the_margin_holds_a_level_only_within_it(margin: int) -> None:
    month = april(march(model(indicators(), levels=(30, 50, 90, 95)), (20, 9)), (20, 1))
    assert_is_a_run(month, model(indicators((20, 30)), levels=(30, 50, 90, 95), margin=margin))


@pytest.mark.parametrize(("seen", "suppressed"), [(1, False), (2, True)])
def test_a_verdict_keeps_quiet_what_its_warning_knew_in_that_band(seen: int, suppressed: bool) -> None:
    first = march(model(indicators(), levels=(50, 60, 70, 80)), (20, 9))
    month = april(first, (20, 9), verdicts=[(2, date(2026, 4, 2), "TRUE_HELPED")], verdict_hits=[(2, 20, ILL, seen)])
    lower = model(indicators(), levels=(20, 60, 70, 80))
    assert warned(assert_is_a_run(month, lower))[2] == ("new", suppressed)


@pytest.mark.parametrize(("day", "quiet_months", "suppressed"), [(1, 0, False), (1, 1, True), (0, 1, False), (0, 2, True)])
def test_quiet_months_count_back_from_the_month_s_end(day: int, quiet_months: int, suppressed: bool) -> None:
    first = march(model(indicators(), levels=(50, 60, 70, 80)), (20, 9))
    month = april(first, (20, 9), verdicts=[(2, date(2026, 3, 31) + timedelta(day), "TRUE_HELPED")], verdict_hits=[(2, 20, ILL, 2)])
    assert warned(assert_is_a_run(month, model(indicators(), levels=(20, 60, 70, 80), quiet_months=quiet_months)))[2] == ("new", suppressed)


def test_what_first_counts_under_the_change_is_new_only_if_it_had_no_points_last_month() -> None:
    month = april(march(model(indicators()), (20, 9)), (20, 9), (10, 2))
    lower = model([indicators()[0] | {"bands": {"default": [{"from": 1, "points": 20}]}}, indicators()[1]])
    assert warned(assert_is_a_run(month, lower)) == {1: ("escalated", False)}
    assert warned(assert_is_a_run(month, model(indicators(), levels=(20, 45, 60, 90))))[1] == ("new-indicator", False)


@pytest.mark.parametrize("band", [1, 2])
@pytest.mark.parametrize("categories", [[], ["TEKUN"], ["DIBAO"]])
def test_a_trigger_asks_for_its_band_and_category(band: int, categories: list[str]) -> None:
    month = march(model(indicators()), (20, 2), (10, 9))
    month = replace(month, members=[*month.members, person(3, 30, category="TEKUN", age=71)])
    lifted = model(indicators(), triggers=[{"indicator": OLD, "band": band, "level": "red", "categories": categories}])
    assert_is_a_run(month, lifted)


def test_bands_of_another_category_hold_for_its_people_the_dead_too() -> None:
    asked = [indicator("dead", "registry", {"max": "age"}, [(60, 20)], among="anyone")]
    month = World(
        month=MARCH,
        model=model(asked),
        members=[person(1, 10, age=70, category="TEKUN"), person(2, 20, age=70)],
        deceased=[person(2, 21, age=80, category="TEKUN") | {"died_on": date(2026, 3, 2), "listed": True}],
    )
    by_category = [indicator("dead", "registry", {"max": "age"}, {"default": [(75, 20)], "TEKUN": [(60, 45)]}, among="anyone")]
    assert_is_a_run(month, model(by_category))


def test_a_person_merged_into_another_is_not_new_under_the_other_key() -> None:
    first = march(model(indicators()), (20, 9))
    first = replace(
        first,
        members=[*first.members[:2], person(2, 30, age=40)],
        feeds={"medical_settlements": replace(first.feeds["medical_settlements"], rows=[bill(30, 9, MARCH)])},
    )
    month = april(first, (30, 9))
    month = replace(month, members=[*month.members[:2], person(2, 20, age=40)], redirects={30: 20})
    assert warned(assert_is_a_run(month, model(indicators((12, 30))))) == {}


def test_identity_takes_the_largest_of_household_members_and_tags() -> None:
    month = replace(march(model(indicators()), (20, 9)), tags=[(2, "VETERAN")], household_categories={1: "TEKUN"})
    for identity in ({"VETERAN": 150, "DIBAO": 120}, {"TEKUN": 130}, {"ORPHAN": 200}, {}):
        assert_is_a_run(month, model(indicators(), identity=identity))
