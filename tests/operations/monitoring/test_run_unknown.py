"""Months in which the hospitals' delivery is held, then does not come at all; and what its release changes."""

from datetime import date
from types import SimpleNamespace

import pytest

from minsheng.domain.monitoring.explanations import explain_household
from minsheng.domain.monitoring.models import Evidence, HouseholdLevel, Run
from minsheng.domain.monitoring.operations.planning import months_read
from minsheng.domain.monitoring.queries import current_run, run_named
from minsheng.engine.indicators.loading import load_model
from minsheng.kernel.periods import Month
from tests.operations.monitoring.district import MODEL, household_key, levels, warnings

pytestmark = pytest.mark.django_db

HOMES = {"ill": [1], "ill-in-july": [2], "jobless-in-june": [3], "ill-then-jobless": [4, 5]}
BILLS = "medical_settlements"


@pytest.fixture(scope="module")
def lived(kept_district):
    """June as usual; July's bills held; August's and September's missing, and August's register held; then July's bills released."""
    district = kept_district
    district.publish()
    district.register("2026-06", HOMES)
    june = district.month("2026-06", costs={1: 6000, 4: 3000}, out_of_work=[3])
    first = {"2026-06": district.run("2026-06")}
    july = district.month("2026-07", costs={2: 6000}, out_of_work=[5], late=[BILLS])
    first["2026-07"] = district.run("2026-07")
    district.month("2026-08", without=[BILLS])
    held = district.register("2026-08", {"ill-in-july": [2]}, arrived_on=date(2026, 10, 1))
    first["2026-08"] = district.run("2026-08")
    district.month("2026-09", without=[BILLS])
    first["2026-09"] = district.run("2026-09")
    district.release(july[BILLS].delivery)
    again = {"2026-07": district.run("2026-07"), "2026-08": district.run("2026-08")}
    runs = {month: outcome.run for month, outcome in first.items()}
    return SimpleNamespace(
        district=district, first=first, runs=runs, again=again, june=june[BILLS].delivery, july=july[BILLS].delivery, held=held
    )


def _levels(run):
    return {number: level for number, (level, _) in levels(run).items()}


def test_a_held_delivery_moves_nobody_and_last_months_points_are_carried(lived):
    june, july = _levels(lived.runs["2026-06"]), levels(lived.runs["2026-07"])
    assert (june["ill"], july["ill"]) == (2, (2, "unchanged"))
    assert july["ill-in-july"] == (0, "none")
    assert lived.first["2026-07"].unknown == {
        "own_cost": {"feed": BILLS, "status": "stale", "months": ["2026-07"], "stale_months": 1, "carried": 2}
    }
    assert _standing(lived, "2026-07") == {(1, 4500, 1, False), (4, 2500, 1, False)}


def test_what_other_deliveries_say_counts_as_ever(lived):
    july = levels(lived.runs["2026-07"])
    assert (july["jobless-in-june"], july["ill-then-jobless"]) == ((0, "cleared"), (2, "escalated"))


def test_a_warning_on_carried_points_says_so_and_leads_to_the_records_of_the_month_they_were_known_in(lived):
    run = lived.runs["2026-07"]
    assert list(warnings(run)) == ["ill-then-jobless"]
    warning = warnings(run)["ill-then-jobless"]
    assert "7月" in warning.reason_zh
    assert "July" in warning.reason_en
    found = Evidence.objects.filter(run_id=run, indicator="own_cost").values_list("person_key", "delivery", "event_on")
    assert list(found) == [(lived.district.key(4), lived.june, date(2026, 6, 10))]


def test_a_missing_delivery_is_carried_as_long_as_its_contract_allows(lived):
    assert lived.first["2026-08"].unknown["own_cost"] | {"months": []} == {
        "feed": BILLS,
        "status": "stale",
        "months": [],
        "stale_months": 2,
        "carried": 2,
    }
    assert _levels(lived.runs["2026-08"])["ill"] == 2


def test_beyond_that_points_are_dropped_and_kept_as_unknown(lived):
    september = levels(lived.runs["2026-09"])
    assert september["ill"] == (0, "cleared")
    assert lived.first["2026-09"].unknown["own_cost"]["status"] == "unknown"
    assert _standing(lived, "2026-09") == {(1, 0, 3, True), (4, 0, 3, True)}
    explained = explain_household(household_key("ill"), run=run_named(lived.runs["2026-09"]), installation=lived.district.installation)
    assert [absence.indicator for absence in explained.absences] == ["own_cost"]
    assert [line.standing for line in explained.lines] == ["unknown"]


def _standing(lived, month):
    points = lived.district.table(lived.runs[month], "points").filter(indicator="own_cost")
    serials = {lived.district.key(serial): serial for serial in range(1, 6)}
    rows = points.select("person_key", "points", "stale_months", "unknown").rows()
    return {(serials[person], *rest) for person, *rest in rows}


def test_a_held_register_leaves_everybody_where_they_were(lived):
    assert {receipt.status for receipt in lived.held.values()} == {"held"}
    assert [outcome.persons for outcome in lived.first.values()] == [5, 5, 5, 5]


def test_after_release_a_new_run_takes_the_months_place_and_the_old_one_is_kept(lived):
    before, after = lived.runs["2026-07"], lived.again["2026-07"].run
    assert before != after
    assert current_run("tiny", Month(2026, 7)).id == after
    assert Run.objects.filter(month="2026-07").count() == 2
    assert HouseholdLevel.objects.filter(run_id=before).count() == HouseholdLevel.objects.filter(run_id=after).count() == 4
    assert lived.again["2026-07"].unknown == {}
    assert levels(after) == {
        "ill": (0, "cleared"),
        "ill-in-july": (2, "new"),
        "jobless-in-june": (0, "cleared"),
        "ill-then-jobless": (1, "unchanged"),
    }


def test_the_month_after_is_computed_from_the_new_run_when_it_is_run_again(lived):
    after = lived.again["2026-08"].run
    assert after != lived.runs["2026-08"]
    assert levels(after)["ill-in-july"] == (2, "unchanged")
    assert warnings(after) == {}


def test_deliveries_are_read_as_far_back_as_the_records_of_carried_points_can_lie(lived):
    catalogue = lived.district.installation.catalogue
    model = load_model(MODEL.replace("window_months: 1", "window_months: 24", 1), catalogue=catalogue)
    longest_carried = catalogue["vehicles"].tolerance_months
    months = months_read(model, Month(2026, 10), catalogue)
    assert (months[0], months[-1]) == (Month(2026, 10).plus(1 - 24 - longest_carried), Month(2026, 10))
