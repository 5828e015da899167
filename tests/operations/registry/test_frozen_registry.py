from datetime import date
from io import BytesIO

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minsheng.domain.registry.queries import NothingRegistered, frozen_registry
from minsheng.engine.lake import write_parquet
from minsheng.engine.scoring.tables import INPUTS
from minsheng.kernel.periods import Month
from tests.factories import apply_household_rows, apply_member_rows, apply_month, household, member
from tests.operations.registry.reading import frozen

pytestmark = pytest.mark.django_db


def members(month):
    return {name: facts for _, name, *facts in frozen(month)["members"]}


def tags(month):
    return frozen(month)["tags"]


def exits(month):
    return {name: facts[-1] for name, facts in members(month).items()}


def test_a_month_before_the_first_snapshot_is_refused():
    apply_month("2026-07", [household()], [member()])
    with pytest.raises(NothingRegistered):
        frozen_registry(Month(2026, 6))


def test_each_month_stays_as_it_was_after_later_ones():
    apply_month("2026-07", [household("H1"), household("H2")], [member("H1", 1), member("H1", 2), member("H2", 3)])
    july = frozen("2026-07")
    apply_month(
        "2026-08",
        [household("H1", category="OTHER", division="999002001201")],
        [member("H1", 1, relation="spouse", category="TEKUN"), member("H1", 4)],
    )
    august = frozen("2026-08")
    apply_month("2026-09", [household("H2")], [member("H2", 1, birth_on=date(1979, 1, 1)), member("H2", 3, name="改名")])
    assert [(household_no, name) for household_no, name, *_ in july["members"]] == [("H1", "甲一"), ("H1", "甲二"), ("H2", "甲三")]
    renamed = {**july, "members": sorted((roof, "改名" if name == "甲三" else name, *facts) for roof, name, *facts in july["members"])}
    assert frozen("2026-07") == renamed
    assert frozen("2026-08") == august


def test_a_month_without_a_snapshot_stands_as_the_one_before():
    apply_month("2026-07", [household("H1")], [member("H1", 1)])
    apply_month("2026-09", [household("H1", category="OTHER")], [member("H1", 1)])
    assert frozen("2026-08")["households"] == frozen("2026-07")["households"]
    assert frozen("2026-10")["households"] == frozen("2026-09")["households"]


def test_members_of_a_household_no_longer_listed_do_not_count():
    apply_month("2026-07", [household("H1"), household("H2")], [member("H1", 1), member("H2", 2)])
    apply_household_rows("2026-08", [household("H1")])
    assert list(members("2026-08")) == ["甲一"]


def test_the_own_category_comes_before_the_household_s():
    apply_month("2026-07", [household("H1", category="DIBAO_MARGINAL")], [member("H1", 1, category="DIBAO_SINGLE"), member("H1", 2)])
    assert {name: facts[0] for name, facts in members("2026-07").items()} == {"甲一": "DIBAO_SINGLE", "甲二": "DIBAO_MARGINAL"}
    assert tags("2026-07") == [("H1", "DIBAO_MARGINAL"), ("H1", "DIBAO_SINGLE")]


@pytest.mark.parametrize(
    ("born", "age"),
    [(date(2008, 7, 31), "18"), (date(2008, 8, 1), "17"), (date(2026, 7, 31), "0"), (date(1956, 7, 1), "70")],
)
def test_age_is_in_full_years_at_the_month_s_end(born, age):
    apply_month("2026-07", [household()], [member(birth_on=born)])
    assert members("2026-07")["甲一"][4] == age


def test_who_is_born_on_29_february_is_a_year_older_at_the_end_of_any_february():
    apply_month("2026-02", [household()], [member(birth_on=date(2008, 2, 29))])
    assert members("2026-02")["甲一"][4] == "18"


def test_leaving_a_benefit_is_counted_in_calendar_months():
    apply_month("2026-07", [household("H1", category="DIBAO")], [member("H1", 1)])
    apply_month("2026-08", [household("H1", category="DIBAO_MARGINAL")], [member("H1", 1)])
    assert [exits(month) for month in ("2026-07", "2026-08", "2026-11")] == [{"甲一": "None"}, {"甲一": "0"}, {"甲一": "3"}]


def test_a_stated_exit_before_the_first_snapshot_counts():
    stated = {"category": "OTHER", "previous_category": "TEKUN", "previous_category_until": date(2025, 7, 1)}
    apply_month("2026-07", [household("H1", **stated), household("H2")], [member("H1", 1), member("H2", 2)])
    assert exits("2026-07") == {"甲一": "12", "甲二": "None"}
    assert ("H1", "RECENT_EXIT") in tags("2026-07")


def test_moving_house_on_benefit_is_no_exit():
    apply_month("2026-07", [household("H1")], [member("H1", 1, category="ORPHAN")])
    apply_month("2026-08", [household("H1", division="999002001201")], [member("H1", 1, category="ORPHAN")])
    assert exits("2026-08") == {"甲一": "None"}


def test_losing_a_benefit_of_one_s_own_is_an_exit():
    listed = household("H1", category="DIBAO_MARGINAL")
    apply_month("2026-07", [listed], [member("H1", 1, category="DIBAO_SINGLE"), member("H1", 2)])
    apply_month("2026-08", [listed], [member("H1", 1), member("H1", 2)])
    assert exits("2026-09") == {"甲一": "1", "甲二": "None"}


@pytest.mark.parametrize(
    ("rows", "tag"),
    [
        ([member("H1", 1, disability_level=2)], "SEVERE_DISABILITY"),
        ([member("H1", 1, birth_on=date(1956, 7, 31))], "ELDER_ALONE"),
        ([member("H1", 1, birth_on=date(2010, 1, 1)), member("H1", 2, birth_on=date(2020, 1, 1))], "CHILD_ONLY"),
        ([member("H1", 1, category="ORPHAN")], "ORPHAN"),
    ],
)
def test_a_tag_tells_what_multiplies_a_household_s_score(rows, tag):
    apply_month("2026-07", [household(category="OTHER")], rows)
    assert sorted(tags("2026-07")) == sorted([("H1", "OTHER"), ("H1", tag)])


def test_a_tag_needs_the_whole_of_its_ground():
    rows = [member("H1", 1, birth_on=date(1956, 8, 1), disability_level=3), member("H2", 2, birth_on=date(2010, 1, 1)), member("H2", 3)]
    apply_month("2026-07", [household("H1", category="OTHER"), household("H2", category="OTHER")], rows)
    assert tags("2026-07") == [("H1", "OTHER"), ("H2", "OTHER")]


def test_the_tables_are_those_a_run_is_given():
    apply_month("2026-07", [household()], [member()])
    tables = frozen_registry(Month(2026, 7)).tables()
    assert {name: table.schema.names for name, table in tables.items()} == {name: INPUTS[name].names for name in tables}
    assert set(INPUTS) - set(tables) == {"verdicts", "verdict_hits"}


def test_the_same_state_gives_the_same_bytes():
    rows = [member(f"H{serial % 3}", serial) for serial in range(1, 10)]
    apply_month("2026-07", [household(f"H{number}") for number in range(3)], rows)
    assert _bytes("2026-07") == _bytes("2026-07")


FACTS = st.fixed_dictionaries(
    {
        "household_no": st.sampled_from(["H1", "H2", "H3"]),
        "category": st.sampled_from([None, "TEKUN"]),
        "disability_level": st.sampled_from([None, 1, 4]),
    }
)
SNAPSHOT = st.tuples(
    st.dictionaries(st.sampled_from(["H1", "H2", "H3"]), st.sampled_from(["DIBAO", "OTHER"]), min_size=1),
    st.dictionaries(st.integers(1, 5), FACTS),
)
UNHURRIED = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(first=SNAPSHOT, second=SNAPSHOT, third=SNAPSHOT)
@UNHURRIED
def test_later_snapshots_never_change_an_earlier_month(first, second, third):
    with transaction.atomic():
        _apply("2026-07", first)
        july = _bytes("2026-07")
        _apply("2026-08", second)
        august = _bytes("2026-08")
        _apply("2026-09", third)
        assert (_bytes("2026-07"), _bytes("2026-08")) == (july, august)
        transaction.set_rollback(True)


@given(first=SNAPSHOT, wrong=SNAPSHOT, right=SNAPSHOT)
@UNHURRIED
def test_a_corrected_month_ends_as_if_it_had_been_right_at_once(first, wrong, right):
    assert _outcome(first, right) == _outcome(first, wrong, right)


@given(first=SNAPSHOT, second=SNAPSHOT)
@UNHURRIED
def test_a_snapshot_applied_again_changes_nothing(first, second):
    with transaction.atomic():
        _apply("2026-07", first)
        _apply("2026-08", second)
        applied = _apply("2026-08", second)
        assert [(one.new, one.changed, one.closed) for one in applied] == [(0, 0, 0), (0, 0, 0)]
        transaction.set_rollback(True)


def _apply(month, snapshot):
    categories, people = snapshot
    households = apply_household_rows(month, [household(number, category=category) for number, category in categories.items()])
    return households, apply_member_rows(month, [member(serial=serial, **facts) for serial, facts in people.items()])


def _outcome(first, *seconds):
    with transaction.atomic():
        _apply("2026-07", first)
        for snapshot in seconds:
            _apply("2026-08", snapshot)
        outcome = frozen("2026-07"), frozen("2026-08")
        transaction.set_rollback(True)
    return outcome


def _bytes(month):
    written = BytesIO()
    for table in frozen_registry(Month.parse(month)).tables().values():
        write_parquet(table, written)
    return written.getvalue()


def test_ethnicity_and_disability_level_stand_as_registered_in_the_month():
    apply_month("2026-07", [household()], [member(ethnicity="03", disability_level=2), member(serial=2)])
    apply_month("2026-08", [household()], [member(ethnicity="04"), member(serial=2, ethnicity="01", disability_level=4)])
    assert {name: facts[5:7] for name, facts in members("2026-07").items()} == {"甲一": ["2", "03"], "甲二": ["None", "None"]}
    assert {name: facts[5:7] for name, facts in members("2026-08").items()} == {"甲一": ["None", "04"], "甲二": ["4", "01"]}


def test_an_ethnicity_left_empty_stays_as_known():
    apply_month("2026-07", [household()], [member(ethnicity="03")])
    apply_month("2026-08", [household()], [member()])
    assert members("2026-08")["甲一"][6] == "03"
