"""What pages count is counted once: every place and the places above it, equal to the households themselves."""

from collections import Counter

import pytest

from minsheng.domain.monitoring.models import Hit, HouseholdLevel, LevelTally, Run, TopicTally, Warning
from minsheng.domain.monitoring.operations import tally_missing
from minsheng.domain.monitoring.operations.tallying import tally_run
from tests.operations.monitoring.district import household_key

HERE, THERE = "999001001201", "999002003202"
HOMES = {"h1": [1], "h2": [2], "h3": [3], "h4": [4]}


@pytest.fixture(scope="module")
def run(kept_district):
    kept_district.publish()
    kept_district.register("2026-06", HOMES, divisions={"h1": HERE, "h2": HERE, "h3": THERE, "h4": THERE})
    kept_district.month("2026-06", costs={1: 12000, 3: 5500, 4: 12000}, out_of_work=(1,))
    return kept_district.run("2026-06").run


def counted(run: str, division: str) -> dict[int, int]:
    totals: Counter[int] = Counter()
    for tally in LevelTally.objects.filter(run_id=run, division=division):
        totals[tally.level] += tally.households
    return dict(totals)


@pytest.mark.django_db
def test_each_place_counts_the_households_in_it(run):
    expected = {
        place: dict(
            Counter(HouseholdLevel.objects.filter(run_id=run, division__startswith=place.rstrip("0")).values_list("level", flat=True))
        )
        for place in (HERE, "999001001000", "999001000000", "999000000000", "990000000000", THERE)
    }
    assert {place: counted(run, place) for place in expected} == expected
    assert sum(counted(run, "990000000000").values()) == 4


@pytest.mark.django_db
def test_households_without_a_place_are_counted_apart(run):
    [level] = HouseholdLevel.objects.filter(run_id=run, household_key=household_key("h4")).values_list("level", flat=True)
    HouseholdLevel.objects.filter(run_id=run, household_key=household_key("h4")).update(division="")
    tally_run(Run.objects.get(pk=run))
    assert counted(run, "") == {level: 1}
    assert sum(counted(run, "990000000000").values()) == 3


@pytest.mark.django_db
def test_the_places_below_one_add_up_to_it(run):
    below = LevelTally.objects.filter(run_id=run, parent="999000000000")
    assert {tally.division for tally in below} == {"999001000000", "999002000000"}
    assert sum(tally.households for tally in below) == sum(counted(run, "999000000000").values())


@pytest.mark.django_db
def test_a_household_counts_once_for_each_indicator_and_dimension_it_was_found_by(run):
    spoken = Hit.objects.filter(run_id=run, points__gt=0).values_list("indicator", flat=True)
    found = TopicTally.objects.filter(run_id=run, division="990000000000", kind="indicator")
    assert {tally.value for tally in found} <= set(spoken)
    placed = {tally.value: tally.households for tally in TopicTally.objects.filter(run_id=run, division=HERE, kind="dimension")}
    assert placed == {"health": 1, "work": 1}


@pytest.mark.django_db
def test_warnings_are_counted_by_whether_they_go_out(run):
    out = Warning.objects.filter(run_id=run, suppressed=False, division=HERE).count()
    assert sum(tally.households for tally in TopicTally.objects.filter(run_id=run, division=HERE, kind="warning", value="out")) == out


@pytest.mark.django_db
def test_runs_of_before_are_counted_when_they_are_missing(run):
    before = set(LevelTally.objects.values_list("division", "level", "change", "households"))
    LevelTally.objects.all().delete()
    assert tally_missing() == [run]
    assert set(LevelTally.objects.values_list("division", "level", "change", "households")) == before
    assert tally_missing() == []
