"""Five months of a small district: each household is called after what happens to it."""

import csv
import io
import json
from datetime import date
from types import SimpleNamespace

import pytest

from minsheng.domain.audit.models import Event
from minsheng.domain.feeds.lake import original_path
from minsheng.domain.feeds.models import ClosedMonth, Delivery
from minsheng.domain.monitoring.explanations import explain_household
from minsheng.domain.monitoring.models import Evidence, Hit, HouseholdLevel, Run, Warning
from minsheng.domain.monitoring.operations import Visit, record_verdicts
from minsheng.domain.monitoring.queries import NoSuchModel, run_named
from minsheng.domain.registry.operations import merge_people, unmerge_people
from minsheng.domain.registry.queries import NothingRegistered
from minsheng.engine.indicators.grammar import LEVELS
from tests.factories import identity_number
from tests.operations.monitoring.district import AT, BY, death, household_key, household_numbers, levels, warnings

pytestmark = pytest.mark.django_db

MONTHS = ("2026-06", "2026-07", "2026-08", "2026-09", "2026-10")
HOMES = {
    "rises-and-falls": [1],
    "lingers-a-month": [2],
    "dibao-of-two-hardships": [3, 4],
    "with-a-car": [5],
    "without-a-car": [6],
    "one-man-listed-twice": [7, 8],
    "two-die": [9, 10],
    "two-come": [11],
    "two-go": [14, 15, 16],
    "helped": [17],
    "helped-then-worse": [18],
    "helped-then-out-of-work": [19],
    "not-reached": [20],
    "helped-then-not-reached": [21],
    "something-new": [22, 23],
    "well": [24],
}
IN_JULY = HOMES | {"two-come": [11, 12, 13]}
JULY_FACTS = {
    12: {"joined_on": "2026-07-31"},
    13: {"joined_on": "2026-08-01"},
    15: {"left_on": "2026-07-31"},
    16: {"left_on": "2026-08-01"},
}
SEEN = {17: 3000, 18: 3000, 19: 3000, 20: 3000, 21: 3000}
COSTS = {
    "2026-06": {1: 3000, 2: 3000, 3: 6000, 5: 3000, 6: 3000, 10: 6000, 12: 3000, 22: 3000} | SEEN,
    "2026-07": {1: 6000, 2: 1500, 7: 6000, 8: 6000, 9: 3000, 10: 6000, 12: 3000, 13: 6000, 15: 6000, 16: 3000, 22: 3000, 23: 600},
    "2026-08": {1: 6000, 2: 1500, 7: 6000, 8: 6000, 9: 3000} | SEEN | {18: 6000},
    "2026-09": {1: 3000, 7: 6000, 8: 6000},
    "2026-10": {17: 3000},
}
OUT_OF_WORK = {"2026-06": [4], "2026-08": [19]}
STORIES = {
    "rises-and-falls": ("blue new !", "yellow escalated !", "yellow unchanged", "blue eased", "none cleared"),
    "lingers-a-month": ("blue new !", "blue unchanged", "none cleared", "none none", "none none"),
    "dibao-of-two-hardships": ("red new !", "none cleared", "none none", "none none", "none none"),
    "with-a-car": ("blue new !", "none cleared", "none none", "none none", "none none"),
    "without-a-car": ("blue new !", "none cleared", "none none", "none none", "none none"),
    "one-man-listed-twice": ("none none", "red new !", "orange eased", "red escalated !", "none cleared"),
    "two-die": ("yellow new !", "blue eased", "none cleared", "none none", "none none"),
    "two-come": ("none none", "blue new !", "none cleared", "none none", "none none"),
    "two-go": ("none none", "blue new !", "none cleared", "none none", "none none"),
    "helped": ("blue new !", "none cleared", "blue new (TRUE_HELPED)", "none cleared", "blue new !"),
    "helped-then-worse": ("blue new !", "none cleared", "yellow new !", "none cleared", "none none"),
    "helped-then-out-of-work": ("blue new !", "none cleared", "yellow new !", "none cleared", "none none"),
    "not-reached": ("blue new !", "none cleared", "blue new !", "none cleared", "none none"),
    "helped-then-not-reached": ("blue new !", "none cleared", "blue new (TRUE_HELPED)", "none cleared", "none none"),
    "something-new": ("blue new !", "blue unchanged !", "none cleared", "none none", "none none"),
    "well": ("none none",) * 5,
}
"""Level and change in each month; `!` marks a warning that goes out, and a verdict in brackets one that it suppresses."""


@pytest.fixture(scope="module")
def lived(kept_district):
    """The district after its five months, and the outcome of each."""
    kept_district.publish()
    kept_district.register("2026-06", HOMES)
    outcomes = {"2026-06": _month(kept_district, "2026-06")}
    _visit(outcomes["2026-06"].run)
    kept_district.register("2026-07", IN_JULY, facts=JULY_FACTS)
    kept_district.deliver("cremations", "2026-07", [death(10, "2026-07-31"), death(9, "2026-08-01"), death(399, "2026-07-02")])
    outcomes["2026-07"] = _month(kept_district, "2026-07")
    merge = merge_people(person_from=kept_district.key(8), person_into=kept_district.key(7), reason="同一人", by=BY, at=AT)
    outcomes["2026-08"] = _month(kept_district, "2026-08")
    unmerge_people(merge=merge, reason="不是同一人", by=BY, at=AT)
    outcomes |= {month: _month(kept_district, month) for month in ("2026-09", "2026-10")}
    return SimpleNamespace(district=kept_district, outcomes=outcomes, runs={month: one.run for month, one in outcomes.items()})


def _month(district, month):
    cars = [5] if month == "2026-06" else []
    district.month(month, costs=COSTS[month], out_of_work=OUT_OF_WORK.get(month, ()), cars=cars)
    return district.run(month)


def _visit(run):
    helped = ("helped", "helped-then-worse", "helped-then-out-of-work", "helped-then-not-reached")
    visits = [Visit(household_key(number), "TRUE_HELPED", date(2026, 7, 5)) for number in helped]
    missed = [Visit(household_key(number), "UNREACHABLE", date(2026, 7, 20)) for number in ("not-reached", "helped-then-not-reached")]
    record_verdicts(run=run, visits=[*visits, *missed], by=BY, at=AT)


@pytest.mark.parametrize("household", list(STORIES))
def test_each_household_has_its_story(lived, household):
    assert tuple(_told(lived.runs[month], household) for month in MONTHS) == STORIES[household]


def _told(run, household):
    level, change = levels(run)[household]
    warning = warnings(run).get(household)
    mark = "" if warning is None else f" ({warning.suppressed_by})" if warning.suppressed else " !"
    return f"{LEVELS[level]} {change}{mark}"


def test_the_outcome_counts_what_was_published(lived):
    for month, outcome in lived.outcomes.items():
        published = HouseholdLevel.objects.filter(run_id=outcome.run)
        assert outcome.households == published.count() == len(HOMES)
        assert outcome.by_level == {name: published.filter(level=number).count() for number, name in enumerate(LEVELS)}
        assert {change: n for change, n in outcome.by_change.items() if n} == _counts(published.exclude(change="none"))
        assert outcome.warnings == Warning.objects.filter(run_id=outcome.run, suppressed=False).count()
        assert outcome.suppressed == Warning.objects.filter(run_id=outcome.run, suppressed=True).count() == (2 if month == "2026-08" else 0)
        assert Hit.objects.filter(run_id=outcome.run).count() == lived.district.table(outcome.run, "hits").height


def _counts(rows):
    changes = [row.change for row in rows]
    return {change: changes.count(change) for change in changes}


def test_every_month_has_one_current_run_is_closed_and_says_so_once(lived):
    assert dict(Run.objects.filter(current=True).values_list("month", "pk")) == lived.runs
    assert set(ClosedMonth.objects.values_list("month", flat=True)) == set(MONTHS)
    for month, run in lived.runs.items():
        [published] = Event.objects.filter(name="run.published", subject=f"run:{run}")
        assert (published.by, published.detail["month"], published.detail["model"]) == (BY, month, "tiny@2026.1")
        assert Event.objects.filter(name="month.closed", subject=month).count() == 1


def test_a_warning_says_why_in_both_languages(lived):
    warning = warnings(lived.runs["2026-06"])["dibao-of-two-hardships"]
    assert (warning.level, warning.score, warning.cause) == (4, 85_800_000, "new")
    assert warning.indicators == ["own_cost", "out_of_work"]
    assert "户主自付 6,000 元，超过 5,000 元" in warning.reason_zh
    assert "儿子登记失业" in warning.reason_zh
    assert "the head of household paid 6,000 yuan, above 5,000" in warning.reason_en.lower()
    assert "the son is out of work" in warning.reason_en.lower()


def test_a_suppressed_warning_keeps_its_reason(lived):
    warning = warnings(lived.runs["2026-08"])["helped"]
    assert (warning.suppressed, warning.suppressed_by) == (True, "TRUE_HELPED")
    assert "属实，已救助" in warning.reason_zh
    assert "true, helped" in warning.reason_en
    assert "自付 3,000 元" in warning.reason_zh


def test_the_records_behind_every_warning_lead_to_the_rows_of_the_file_as_delivered(lived):
    found = Evidence.objects.filter(run_id__in=lived.runs.values()).exclude(feed="vehicles")
    hits = Hit.objects.filter(run_id__in=lived.runs.values())
    warned = {(w.run_id, w.household_key) for w in Warning.objects.filter(run_id__in=lived.runs.values())}
    assert {(e.run_id, e.household_key, e.person_key, e.indicator) for e in found} == {
        (h.run_id, h.household_key, h.person_key, h.indicator) for h in hits if (h.run_id, h.household_key) in warned
    }
    persons = {lived.district.key(serial): identity_number(serial) for serial in range(1, 25)}
    for one in found:
        row = _original_row(lived.district, one.delivery, one.row_number)
        assert row["number"] == persons[one.person_key]
        day = "settled_on" if one.indicator == "own_cost" else "registered_on"
        assert (row[day], one.detail[day]) == (str(one.event_on), str(one.event_on))
        assert one.indicator != "own_cost" or one.detail["own_share"] == int(row["own_share"]) * 100


def _original_row(district, delivery, number):
    kept = district.installation.lake.open_reader(original_path(Delivery.objects.get(pk=delivery).sha256))
    with kept as sealed:
        text = io.TextIOWrapper(district.installation.keys.open_stream(sealed), encoding="utf-8").read()
    return list(csv.DictReader(text.splitlines()))[number - 2]


def test_a_car_is_reported_and_touches_no_score(lived):
    run, district = lived.runs["2026-06"], lived.district
    reverse = district.table(run, "reverse")
    assert reverse.select("household_key", "person_key", "indicator", "is_new").rows() == [
        (household_key("with-a-car"), district.key(5), "has_car", True)
    ]
    scores = dict(HouseholdLevel.objects.filter(run_id=run).values_list("household_key", "score"))
    assert scores[household_key("with-a-car")] == scores[household_key("without-a-car")] == 25_000_000
    assert not Hit.objects.filter(indicator="has_car").exists()
    assert "车" not in warnings(run)["with-a-car"].reason_zh


def test_the_living_members_at_month_end_are_counted(lived):
    """12 came by the end of July and 15 was gone, 10 had died; 8 counted as 7 in August, when 9 had died too."""
    assert [outcome.persons for outcome in lived.outcomes.values()] == [22, 21, 19, 20, 20]


def test_a_death_after_month_end_leaves_that_month_as_it_was(lived):
    """That 9 died on 1 August was known in July, and 9 still counts in July."""
    run = lived.runs["2026-07"]
    assert set(Hit.objects.filter(run_id=run, household_key=household_key("two-die")).values_list("person_key", flat=True)) == {
        lived.district.key(9)
    }


def test_people_merged_count_once_and_unmerged_twice(lived):
    home = household_key("one-man-listed-twice")
    first, second = lived.district.key(7), lived.district.key(8)
    counted = [
        set(Hit.objects.filter(run_id=lived.runs[month], household_key=home, points__gt=0).values_list("person_key", "value"))
        for month in ("2026-07", "2026-08", "2026-09")
    ]
    apart = {(first, 600_000), (second, 600_000)}
    assert counted == [apart, {(first, 1_200_000)}, apart]


def test_a_level_held_for_a_month_says_so(lived):
    rows = lived.district.table(lived.runs["2026-07"], "scores").filter(held_by_hysteresis=True)
    assert [household_numbers()[key] for key in rows["household_key"]] == ["lingers-a-month"]
    assert rows["score"].to_list() == [18_000_000]


@pytest.mark.parametrize("month", MONTHS)
def test_every_explanation_sums_exactly_and_says_what_was_published(lived, month):
    run = run_named(lived.runs[month])
    told = {warning.household_key: (warning.reason_zh, warning.reason_en) for warning in Warning.objects.filter(run_id=run.id)}
    for row in HouseholdLevel.objects.filter(run_id=run.id):
        explained = explain_household(row.household_key, run=run, installation=lived.district.installation)
        assert (explained.level, explained.change, explained.score) == (row.level, row.change, row.score)
        assert sum(step.change for step in explained.steps) == explained.score
        said = (explained.sentences.zh, explained.sentences.en)
        assert told.get(row.household_key, said) == said


def test_nothing_of_a_merged_person_is_said_to_have_ended(lived):
    run = run_named(lived.runs["2026-08"])
    explained = explain_household(household_key("one-man-listed-twice"), run=run, installation=lived.district.installation)
    assert explained.ended == ()
    assert [member.person for member in explained.members] == [lived.district.key(7)]


def test_the_same_inputs_again_are_the_same_run_and_change_nothing(lived):
    before = Event.objects.count(), lived.district.lake_files()
    again = lived.district.run("2026-09")
    assert (again.run, again.result_hash) == (lived.runs["2026-09"], lived.outcomes["2026-09"].result_hash)
    assert (Event.objects.count(), lived.district.lake_files()) == before


def test_every_input_of_a_run_is_kept_with_its_hash(lived):
    lake = lived.district.installation.lake
    for run in lived.runs.values():
        manifest = json.loads(lake.read_bytes(f"runs/{run}/manifest.json"))
        assert manifest["files"]
        assert {path: lake.digest(path) for path in manifest["files"]} == manifest["files"]


def test_a_model_that_is_not_published_is_refused(lived):
    with pytest.raises(NoSuchModel):
        lived.district.run("2026-09", model="nobody")


def test_a_month_before_the_register_is_refused(lived):
    with pytest.raises(NothingRegistered):
        lived.district.run("2026-05")
