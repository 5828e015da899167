"""The department rows behind a warning, and the queue of reverse findings."""

from datetime import date
from typing import Any

from tests.spec.conftest import Compute
from tests.spec.models import indicator, model
from tests.spec.world import Feed, Row, World, person

BILLS, CARS = "medical_settlements", "vehicles"


def bill(day: str, number: int, delivery: str = "d1", **rest: Any) -> Row:
    return {
        "month": "2026-04",
        "delivery": delivery,
        "row_number": number,
        "person_key": 10,
        "event_on": date.fromisoformat(day),
        "amount": 30,
        "kind": "inpatient",
    } | rest


def world(rows: list[Row], month: str = "2026-04", **rest: Any) -> World:
    tried = model(
        [
            indicator(
                "cost",
                BILLS,
                {"sum": "amount"},
                [(20, 25)],
                window_months=1,
                filter=[{"column": "kind", "in": ["inpatient"]}],
                evidence=["event_on", "hospital", "amount", "absent"],
            ),
            indicator("old", "registry", {"max": "age"}, [(70, 2)], evidence=["age", "category", "lives_alone"]),
            indicator("car", CARS, "count", [(1, 0)], reverse=True, evidence=["kind"], who=[{"column": "category", "in": ["DIBAO"]}]),
        ]
    )
    return World(
        month,
        tried,
        [person(1, 10, age=70), person(2, 11, category="OTHER")],
        feeds={BILLS: Feed(rows, {month: "present"})} | rest.pop("feeds", {}),
        **rest,
    )


def test_evidence_names_feed_delivery_row_and_day_of_every_row_that_counted(compute: Compute) -> None:
    rows = [
        bill("2026-04-02", 7, "d2", hospital='He said "no"\\\n', amount=None),
        bill("2026-04-02", 5),
        bill("2026-04-01", 9, hospital="武昌医院"),
        bill("2026-04-03", 8, kind="outpatient"),
        bill("2026-03-31", 6),
        bill("2026-04-03", 3, person_key=11, amount=1),
    ]
    found = [row for row in compute(world(rows)).tables["evidence"] if row["indicator"] == "cost"]
    assert [(row["household_key"], row["feed"], row["delivery"], row["row_number"], row["event_on"]) for row in found] == [
        (1, BILLS, "d1", 9, date(2026, 4, 1)),
        (1, BILLS, "d1", 5, date(2026, 4, 2)),
        (1, BILLS, "d2", 7, date(2026, 4, 2)),
    ]
    assert found[0]["detail"] == '{"event_on": "2026-04-01", "hospital": "武昌医院", "amount": 30, "absent": null}'
    assert found[2]["detail"] == '{"event_on": "2026-04-02", "hospital": "He said \\"no\\"\\\\\\n", "amount": null, "absent": null}'


def test_evidence_of_the_registry_has_no_row_number(compute: Compute) -> None:
    found = [row for row in compute(world([bill("2026-04-02", 5)])).tables["evidence"] if row["indicator"] == "old"]
    assert [(row["feed"], row["delivery"], row["row_number"], row["event_on"]) for row in found] == [
        ("registry", "registry", None, date(2026, 4, 30))
    ]
    assert found[0]["detail"] == '{"age": 70, "category": "DIBAO", "lives_alone": true}'


def test_evidence_when_nothing_changed_then_there_is_none(compute: Compute) -> None:
    before = compute(world([bill("2026-03-02", 5) | {"month": "2026-03"}], month="2026-03"))
    now = compute(world([bill("2026-04-02", 5)], previous=before))
    assert (now.score(1)["change"], now.tables["evidence"]) == ("unchanged", [])


def test_reverse_findings_never_touch_the_score_and_say_whether_they_are_new(compute: Compute) -> None:
    def cars(month: str, *people: int) -> dict[str, Feed]:
        rows: list[Row] = [
            {"month": month, "delivery": "c", "row_number": at, "person_key": key, "kind": "car"} for at, key in enumerate(people, 2)
        ]
        return {CARS: Feed(rows, {month: "present"}, "snapshot")}

    march = compute(world([], "2026-03", feeds=cars("2026-03", 10, 11)))
    april = compute(world([], feeds=cars("2026-04", 10, 10), previous=march))
    assert march.score(1)["raw"] == 200
    assert [(row["person_key"], row["value"], row["is_new"]) for row in march.tables["reverse"]] == [(10, 1, True)]
    assert [(row["person_key"], row["value"], row["is_new"]) for row in april.tables["reverse"]] == [(10, 2, False)]
    assert [(row["feed"], row["row_number"], row["detail"]) for row in april.tables["evidence"]] == [
        (CARS, at, '{"kind": "car"}') for at in (2, 3)
    ]
