"""Which rows count, and the value they make."""

from datetime import date
from typing import Any

from tests.spec.conftest import Compute
from tests.spec.models import indicator, model
from tests.spec.world import Feed, Row, World, person

BILLS = "medical_settlements"
ALL_PRESENT = {"2026-01": "present", "2026-02": "present", "2026-03": "present", "2026-04": "present"}


def bill(day: str, amount: int | None, who: int = 10, **rest: Any) -> Row:
    return {
        "month": day[:7],
        "delivery": "d",
        "row_number": rest.pop("row_number", 2),
        "person_key": who,
        "event_on": date.fromisoformat(day),
        "amount": amount,
    } | rest


def values(
    compute: Compute, rows: list[Row], measure: Any, *, months: dict[str, Any] | None = None, kind: str = "events", **rest: Any
) -> Any:
    """The values of persons 10 and 11 in April for one indicator over these rows, by person."""
    rest = {"window_months": 2} | rest
    world = World(
        month="2026-04",
        model=model([indicator("tried", BILLS, measure, [(0, 5)], **rest)]),
        members=[person(1, 10), person(2, 11, category="TEKUN", age=70)],
        feeds={BILLS: Feed(rows, months or ALL_PRESENT, kind)},
    )
    return {row["person_key"]: row["value"] for row in compute(world).tables["values"]}


def test_window_when_two_months_end_in_april_then_holds_march_first_to_april_last(compute: Compute) -> None:
    after_the_end = bill("2026-05-01", 1000) | {"month": "2026-04"}
    rows = [bill("2026-02-28", 1), bill("2026-03-01", 10), bill("2026-04-30", 100), after_the_end]
    assert values(compute, rows, {"sum": "amount"}) == {10: 110}


def test_measures_over_four_rows_of_two_months(compute: Compute) -> None:
    rows = [bill("2026-03-05", 50), bill("2026-04-02", 10), bill("2026-04-02", 30), bill("2026-04-03", None)]
    measures: dict[str, Any] = {
        "exists": "exists",
        "count": "count",
        "sum": {"sum": "amount"},
        "max": {"max": "amount"},
        "latest": {"latest": "amount"},
        "since": "months_since",
        "without": "months_without",
    }
    world = World(
        month="2026-04",
        model=model([indicator(name, BILLS, measure, [(0, 5)], window_months=2) for name, measure in measures.items()]),
        members=[person(1, 10)],
        feeds={BILLS: Feed(rows, ALL_PRESENT)},
    )
    found = {row["indicator"]: row["value"] for row in compute(world).tables["values"]}
    assert found == {"exists": 1, "count": 4, "sum": 90, "max": 50, "latest": 30, "since": 0, "without": 0}


def test_latest_when_the_last_day_has_two_rows_then_takes_the_larger(compute: Compute) -> None:
    rows = [bill("2026-04-09", 3), bill("2026-04-09", 8), bill("2026-04-01", 99)]
    assert values(compute, rows, {"latest": "amount"}) == {10: 8}


def test_measure_when_its_column_is_blank_or_not_delivered_then_there_is_no_value(compute: Compute) -> None:
    assert values(compute, [bill("2026-04-09", None, who=10), bill("2026-04-09", 4, who=11)], {"sum": "amount"}) == {11: 4}
    assert values(compute, [bill("2026-04-09", 1)], {"sum": "never_delivered"}) == {}


def test_months_since_counts_whole_months_to_the_month_end(compute: Compute) -> None:
    rows = [bill("2026-02-28", 1, who=10), bill("2026-03-01", 1, who=11)]
    assert values(compute, rows, "months_since", window_months=3) == {10: 2, 11: 1}


def test_months_without_counts_only_people_with_a_row_in_the_window(compute: Compute) -> None:
    assert values(compute, [bill("2026-01-31", 1, who=10), bill("2026-02-01", 1, who=11)], "months_without", window_months=3) == {11: 2}


def test_months_without_when_the_feed_began_inside_the_window_then_months_before_do_not_count(compute: Compute) -> None:
    months = ALL_PRESENT | {"2026-01": "before", "2026-02": "before"}
    rows = [bill("2026-03-31", 1, who=10), bill("2026-02-10", 1, who=11) | {"month": "2026-03"}]
    assert values(compute, rows, "months_without", window_months=4, months=months) == {10: 1}


def test_filter_keeps_rows_and_a_blank_satisfies_only_is_null(compute: Compute) -> None:
    rows = [
        bill("2026-04-01", 1, who=10, kind="inpatient"),
        bill("2026-04-02", 5, who=11, kind="outpatient"),
        bill("2026-04-01", None, who=12, kind=None),
    ]
    kept: list[tuple[dict[str, Any], set[int]]] = [
        ({"column": "kind", "eq": "inpatient"}, {10}),
        ({"column": "kind", "in": ["inpatient"]}, {10}),
        ({"column": "kind", "not_in": ["inpatient"]}, {11}),
        ({"column": "kind", "ne": "inpatient"}, {11}),
        ({"column": "kind", "not_null": True}, {10, 11}),
        ({"column": "kind", "is_null": True}, {12}),
        ({"column": "amount", "gte": 5}, {11}),
        ({"column": "amount", "lte": 5}, {10, 11}),
        ({"column": "amount", "gte": 1, "lte": 4}, {10}),
        ({"column": "event_on", "gte": "2026-04-02"}, {11}),
        ({"column": "never_delivered", "ne": "x"}, set()),
        ({"column": "never_delivered", "is_null": True}, {10, 11, 12}),
    ]
    indicators = [indicator(f"i{at}", BILLS, "exists", [(1, 5)], window_months=1, filter=[one]) for at, (one, _) in enumerate(kept)]
    members = [person(1, key) for key in (10, 11, 12)]
    outcome = compute(World("2026-04", model(indicators), members, feeds={BILLS: Feed(rows, ALL_PRESENT)}))
    found = [{row["person_key"] for row in outcome.tables["values"] if row["indicator"] == f"i{at}"} for at in range(len(kept))]
    assert found == [people for _, people in kept]


def test_people_when_not_asked_about_or_not_registered_then_have_no_value(compute: Compute) -> None:
    rows = [bill("2026-04-01", 1, who=10), bill("2026-04-01", 1, who=11), bill("2026-04-01", 1, who=99)]
    assert values(compute, rows, "exists", who=[{"column": "age", "gte": 60}]) == {11: 1}


def test_snapshot_when_there_are_several_then_only_the_last_one_counts(compute: Compute) -> None:
    rows = [bill("2026-03-15", 1, who=10) | {"month": "2026-03"}, bill("2026-03-15", 1, who=11) | {"month": "2026-04"}]
    assert values(compute, rows, "count", kind="snapshot", window_months=None) == {11: 1}


def test_snapshot_when_due_once_a_year_then_the_last_one_expected_counts(compute: Compute) -> None:
    months = {"2026-02": "present", "2026-03": "not_due", "2026-04": "not_due"}
    rows = [bill("2026-02-15", 1, who=10)]
    assert values(compute, rows, "count", kind="snapshot", window_months=None, months=months) == {10: 1}


def test_snapshot_when_its_rows_have_dates_and_a_window_then_old_rows_do_not_count(compute: Compute) -> None:
    rows = [bill("2019-04-01", 1, who=10) | {"month": "2026-04"}, bill("2026-03-02", 1, who=11) | {"month": "2026-04"}]
    assert values(compute, rows, "exists", kind="snapshot", window_months=2) == {11: 1}


def test_snapshot_when_its_rows_have_no_date_then_they_stand_at_the_month_end(compute: Compute) -> None:
    undated = {name: value for name, value in bill("2026-04-01", 1).items() if name != "event_on"}
    assert values(compute, [undated], "months_since", kind="snapshot", window_months=1) == {10: 0}


def test_registry_when_an_indicator_reads_it_then_the_entry_itself_is_measured(compute: Compute) -> None:
    world = World(
        month="2026-04",
        model=model([indicator("old_alone", "registry", {"max": "age"}, [(70, 5)], filter=[{"column": "lives_alone", "eq": True}])]),
        members=[person(1, 10, age=71), person(2, 11, age=80, lives_alone=False), person(3, 12, age=69)],
    )
    outcome = compute(world)
    assert {row["person_key"]: row["value"] for row in outcome.tables["values"]} == {10: 71, 12: 69}
    assert [row["person_key"] for row in outcome.tables["points"]] == [10]


def test_bands_when_a_category_has_its_own_then_they_replace_the_default(compute: Compute) -> None:
    bands = {"default": [(1500, 30)], "TEKUN": [(100, 10), (500, 30)]}
    rows = [bill("2026-04-01", 1499, who=10), bill("2026-04-01", 499, who=11), bill("2026-04-01", 1500, who=12)]
    world = World(
        month="2026-04",
        model=model([indicator("cost", BILLS, {"sum": "amount"}, bands, window_months=1)]),
        members=[person(1, 10), person(2, 11, category="TEKUN"), person(3, 12, category="OTHER")],
        feeds={BILLS: Feed(rows, ALL_PRESENT)},
    )
    points = {row["person_key"]: (row["bands"], row["band"], row["points"]) for row in compute(world).tables["points"]}
    assert points == {11: ("TEKUN", 1, 1000), 12: ("default", 1, 3000)}
