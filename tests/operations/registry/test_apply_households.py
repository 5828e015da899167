from datetime import date

import polars as pl
import pytest

from minsheng.domain.registry.models import Household, HouseholdListing, Snapshot
from minsheng.domain.registry.operations import RegistryOutOfOrder, apply_households
from minsheng.domain.registry.queries import area_prefixes
from minsheng.kernel.periods import Month
from tests.factories import AT, BY, KEYS, apply_household_rows, household, household_frame
from tests.operations.registry.reading import events

pytestmark = pytest.mark.django_db


def counts(applied):
    return applied.new, applied.changed, applied.closed


def listings(number="H1"):
    lines = HouseholdListing.objects.filter(household__number=number).order_by("listed_from")
    return [(line.category, line.listed_from, line.listed_until) for line in lines]


def test_a_first_snapshot_registers_households_in_order_of_division_and_number():
    rows = [household("B"), household("A"), household("C", division="999001001200")]
    assert counts(apply_household_rows("2026-07", rows)) == (3, 0, 0)
    assert list(Household.objects.order_by("key").values_list("key", "number")) == [(1, "C"), (2, "A"), (3, "B")]


def test_the_same_snapshot_again_changes_nothing():
    apply_household_rows("2026-07", [household(phone="13900000001", account="6200", address="某路1号")])
    before = list(Household.objects.values()), list(HouseholdListing.objects.values())
    assert counts(apply_household_rows("2026-07", [household(phone="13900000001", account="6200", address="某路1号")])) == (0, 0, 0)
    assert (list(Household.objects.values()), list(HouseholdListing.objects.values())) == before


def test_a_changed_category_ends_the_line_and_starts_another():
    apply_household_rows("2026-07", [household(category="DIBAO")])
    assert counts(apply_household_rows("2026-08", [household(category="DIBAO_MARGINAL")])) == (0, 1, 0)
    assert listings() == [
        ("DIBAO", date(2026, 7, 1), date(2026, 8, 1)),
        ("DIBAO_MARGINAL", date(2026, 8, 1), None),
    ]


def test_a_household_missing_from_the_snapshot_is_closed_and_may_come_back():
    apply_household_rows("2026-07", [household("H1"), household("H2")])
    assert counts(apply_household_rows("2026-08", [household("H2")])) == (0, 0, 1)
    assert counts(apply_household_rows("2026-10", [household("H1"), household("H2")])) == (1, 0, 0)
    assert listings() == [("DIBAO", date(2026, 7, 1), date(2026, 8, 1)), ("DIBAO", date(2026, 10, 1), None)]


def test_a_household_in_doubt_is_not_closed():
    apply_household_rows("2026-07", [household("H1"), household("H2")])
    assert counts(apply_household_rows("2026-08", [household("H2")], in_doubt=["H1"])) == (0, 0, 0)
    assert listings() == [("DIBAO", date(2026, 7, 1), None)]


def test_an_amendment_mends_its_own_lines_and_closes_nobody():
    apply_household_rows("2026-07", [household("H1"), household("H2")])
    assert counts(apply_household_rows("2026-07", [household("H1", category="TEKUN"), household("H3")], amends=True)) == (1, 1, 0)
    assert [listings(number) for number in ("H1", "H2", "H3")] == [
        [("TEKUN", date(2026, 7, 1), None)],
        [("DIBAO", date(2026, 7, 1), None)],
        [("DIBAO", date(2026, 7, 1), None)],
    ]


def test_a_corrected_snapshot_leaves_no_trace_of_the_wrong_one():
    apply_household_rows("2026-07", [household("H1"), household("H2")])
    apply_household_rows("2026-08", [household("H1", category="OTHER")], delivery="wrong")
    assert counts(apply_household_rows("2026-08", [household("H1"), household("H2")], delivery="right")) == (1, 1, 0)
    assert listings("H1") == listings("H2") == [("DIBAO", date(2026, 7, 1), None)]
    assert list(Snapshot.objects.order_by("id").values_list("delivery", flat=True)) == ["households-2026-07", "wrong", "right"]


def test_an_older_month_is_refused():
    apply_household_rows("2026-08", [household()])
    with pytest.raises(RegistryOutOfOrder):
        apply_household_rows("2026-07", [household()])
    assert len(events("registry.households_applied")) == 1


def test_a_household_listed_twice_counts_once_and_is_reported():
    applied = apply_household_rows("2026-07", [household("H1"), household("H1", category="OTHER")])
    assert listings() == [("DIBAO", date(2026, 7, 1), None)]
    assert applied.conflicts.rows() == [(3, "household_no", "listed-twice")]


def test_contacts_are_sealed_found_by_index_and_not_forgotten_when_missing():
    apply_household_rows("2026-07", [household(phone="13900000001", account="6200", address="某路1号")])
    apply_household_rows("2026-08", [household(phone="13900000002")])
    found = Household.objects.get(phone_index=KEYS.blind_indexes(["13900000002"])[0])
    opened = [KEYS.open_text(bytes(sealed)) for sealed in (found.phone, found.account, found.address)]
    assert opened == ["13900000002", "6200", "某路1号"]


def test_a_column_that_was_not_delivered_keeps_what_stands():
    apply_household_rows("2026-07", [household(category="DIBAO", monthly_income=50_000)])
    rows = household_frame([household(category="OTHER")]).drop("category", "monthly_income")
    apply_households(rows=rows, month=Month(2026, 8), delivery="d", keys=KEYS, by=BY, at=AT)
    assert listings() == [("DIBAO", date(2026, 7, 1), None)]
    assert HouseholdListing.objects.get().monthly_income == 50_000


def test_an_empty_snapshot_closes_everything():
    apply_household_rows("2026-07", [household("H1"), household("H2")])
    assert counts(apply_household_rows("2026-08", [])) == (0, 0, 2)


def test_the_event_holds_the_counts():
    apply_household_rows("2026-07", [household("H1"), household("H1")])
    assert events("registry.households_applied") == [{"month": "2026-07", "new": 1, "changed": 0, "closed": 0, "conflicts": 1}]


def test_the_area_is_where_households_live_now():
    apply_household_rows("2026-07", [household("H1", division="999002001201"), household("H2"), household("H3", division="999003001201")])
    apply_household_rows("2026-08", [household("H1", division="999002001201"), household("H2")])
    assert area_prefixes() == ("999001", "999002")


def test_the_conflicts_have_their_columns_even_when_there_are_none():
    conflicts = apply_household_rows("2026-07", [household()]).conflicts
    assert conflicts.schema == {"row_number": pl.Int64, "column": pl.String, "reason": pl.String}
