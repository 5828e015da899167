"""The situation of a place equals the households themselves, and protected it tells nothing small."""

from collections import Counter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from minsheng.domain.monitoring.models import HouseholdLevel, LevelTally, Run
from minsheng.domain.monitoring.queries import run_named
from minsheng.domain.monitoring.situation import path_to, situation, where_it_begins
from minsheng.kernel.disclosure import LEAST
from minsheng.kernel.periods import Month
from tests.operations.monitoring.published import published_run

HERE, THERE = "999001001201", "999002003202"
TOP = "999000000000"


@pytest.fixture(scope="module")
def run(kept_district):
    kept_district.publish()
    homes = {"h1": [1], "h2": [2], "h3": [3]}
    for month, costs in (("2026-05", {1: 2100}), ("2026-06", {1: 12000, 3: 5500})):
        kept_district.register(month, homes, divisions={"h1": HERE, "h2": HERE, "h3": THERE})
        kept_district.month(month, costs=costs)
        last = kept_district.run(month).run
    return last


@pytest.mark.django_db
def test_a_place_counts_its_households_by_level_change_and_what_they_were_found_by(run):
    found = situation(run_named(run), path_to(TOP, TOP), protected=False)
    levels = Counter(HouseholdLevel.objects.filter(run_id=run).values_list("level", flat=True))
    assert found.counts.levels == tuple(levels.get(level, 0) for level in range(5))
    assert found.counts.total == 3
    assert sum(count or 0 for row in found.changes.values() for count in row) == 3
    assert [topic.value for topic in found.dimensions] == ["health"]
    assert [place.division for place in found.below] == ["999001000000", "999002000000"]


@pytest.mark.django_db
def test_earlier_months_stand_beside_it(run):
    found = situation(run_named(run), path_to(HERE, HERE), protected=False)
    assert [str(month) for month, _ in found.trend] == ["2026-05", "2026-06"]
    assert found.before is not None
    assert found.before.counts.levels[1:] == (1, 0, 0, 0)
    assert found.last_year is None


@pytest.mark.django_db
def test_what_stands_beside_it_is_what_the_earlier_month_says_itself(run):
    earlier = run_named(Run.objects.get(month="2026-05").pk)
    for place in (TOP, "999001000000", HERE):
        for protected in (False, True):
            then = situation(run_named(run), path_to(place, TOP), protected=protected).before
            itself = situation(earlier, path_to(place, TOP), protected=protected)
            assert (then.month, then.counts, then.changes) == (Month(2026, 5), itself.counts, itself.changes)
            assert then.below == {one.division: one.counts for one in itself.below}
            told = {topic: levels for topic, levels in then.topics.items() if topic[0] != "warning"}
            assert told == {
                **{("dimension", one.value): one.levels for one in itself.dimensions},
                **{("indicator", one.value): one.levels for one in itself.indicators},
            }


@pytest.mark.django_db
def test_the_queries_are_as_many_wherever_one_looks(run, django_assert_num_queries):
    finished = run_named(run)
    for place in (TOP, "999001000000", HERE):
        with django_assert_num_queries(5):
            situation(finished, path_to(place, TOP), protected=False)


@pytest.mark.django_db
def test_one_begins_where_there_is_something_to_compare(run):
    assert where_it_begins(run_named(run), "99") == TOP
    assert where_it_begins(run_named(run), "999001") == HERE


places = st.dictionaries(
    st.sampled_from([f"9990{county:02d}{township:03d}{village:03d}" for county in (1, 2) for township in (1, 2) for village in (201, 202)]),
    st.lists(st.integers(0, 30), min_size=5, max_size=5),
    min_size=1,
)


@pytest.mark.django_db
@settings(max_examples=40, deadline=None)
@given(places)
@example({"999001001201": [0, 0, 0, 0, 1], "999001001202": [0, 0, 10, 10, 10]})
def test_nothing_small_is_told_nor_follows_from_going_down(villages):
    tallied(villages)
    shown = dict(tables("zzz", TOP))
    for counts, below in shown.values():
        told = [*counts.levels, counts.total, *(value for one in below.values() for value in (*one.levels, one.total))]
        assert not [value for value in told if value is not None and 0 < value < LEAST]
        for level in range(5):
            parts = [one.levels[level] for one in below.values()]
            hidden = sum(part is None for part in parts)
            assert hidden != 1 or counts.levels[level] is None or len(parts) == 1
    for _, below in shown.values():
        for division, one in below.items():
            if division in shown:
                assert shown[division][0] == one, "what is hidden above is hidden below, and the other way round"


def tables(run, division):
    """Place → (its counts, the places below), from a place down."""
    found = situation(run_named(run), path_to(division, TOP), protected=True)
    yield division, (found.counts, {one.division: one.counts for one in found.below})
    for one in found.below:
        yield from tables(run, one.division)


def tallied(villages):
    """A run of which only these tallies are known."""
    if not Run.objects.filter(pk="zzz").exists():
        published_run("zzz", month="2027-01", model="other@2026.1")
    LevelTally.objects.filter(run_id="zzz").delete()
    sums = Counter()
    for village, levels in villages.items():
        for digits, above in ((4, 2), (6, 4), (9, 6), (12, 9)):
            for level, number in enumerate(levels):
                sums[village[:digits].ljust(12, "0"), village[:above].ljust(12, "0"), level] += number
    LevelTally.objects.bulk_create(
        LevelTally(run_id="zzz", division=division, parent=parent, level=level, households=number, change="none")
        for (division, parent, level), number in sums.items()
    )
