from datetime import date

import pytest

from minsheng.domain.registry.models import Household, HouseholdListing, Membership, Person, PersonNumber
from minsheng.domain.registry.operations import HouseholdsComeFirst, RegistryOutOfOrder, apply_members
from minsheng.domain.registry.queries import person_of_number, registry_epoch
from minsheng.kernel.periods import Month
from tests.factories import (
    AT,
    BY,
    KEYS,
    apply_household_rows,
    apply_member_rows,
    apply_month,
    household,
    identity_number,
    member,
    member_frame,
)
from tests.operations.registry.reading import events, people, roofs

pytestmark = pytest.mark.django_db

BORN = date(2026, 6, 20)
MOTHER = identity_number(1)


@pytest.fixture(autouse=True)
def _two_households(db):
    apply_household_rows("2026-07", [household("H1"), household("H2")])


def counts(applied):
    return applied.new, applied.changed, applied.closed


def newborn(**facts):
    return member("H1", None, name="甲宝", birth_on=BORN, mother_number=MOTHER, **facts)


def lines(name):
    found = Membership.objects.filter(person__name=name).order_by("listed_from")
    return [(line.household.number, line.joined_on, line.left_on, line.listed_from, line.listed_until) for line in found]


def test_a_first_snapshot_registers_people_in_household_order_with_the_head_first():
    rows = [member("H2", 1, name="丁"), member("H1", 2, name="乙"), member("H1", 1, name="甲", birth_on=date(1990, 1, 1))]
    assert counts(apply_member_rows("2026-07", rows)) == (3, 0, 0)
    assert people() == {"甲": 1, "乙": 2, "丁": 3}


def test_the_same_snapshot_again_changes_nothing():
    rows = [member("H1", 1, phone="13900000001"), newborn()]
    apply_member_rows("2026-07", rows)
    before = list(Person.objects.values()), list(PersonNumber.objects.values()), list(Membership.objects.values()), registry_epoch()
    assert counts(apply_member_rows("2026-07", rows)) == (0, 0, 0)
    assert (
        list(Person.objects.values()),
        list(PersonNumber.objects.values()),
        list(Membership.objects.values()),
        registry_epoch(),
    ) == before


def test_the_same_rows_in_another_order_register_the_same_people():
    rows = [member("H1", 1), member("H1", 2), newborn()]
    apply_member_rows("2026-07", list(reversed(rows)))
    assert list(people()) == ["甲一", "甲二", "甲宝"]


def test_members_before_any_household_are_refused():
    HouseholdListing.objects.all().delete()
    with pytest.raises(HouseholdsComeFirst):
        apply_member_rows("2026-07", [member()])


def test_an_older_month_is_refused():
    apply_member_rows("2026-08", [member()])
    with pytest.raises(RegistryOutOfOrder):
        apply_member_rows("2026-07", [member()])


def test_a_member_of_an_unknown_household_is_a_conflict():
    applied = apply_member_rows("2026-07", [member("H9", 1)])
    assert applied.conflicts.rows() == [(2, "household_no", "household-unknown")]
    assert people() == {}


def test_whoever_is_missing_has_left_on_the_first_day_of_the_month():
    apply_member_rows("2026-07", [member("H1", 1), member("H1", 2)])
    assert counts(apply_member_rows("2026-08", [member("H1", 1)])) == (0, 0, 1)
    assert lines("甲二") == [("H1", date(2026, 7, 1), date(2026, 8, 1), date(2026, 7, 1), date(2026, 8, 1))]


def test_stated_days_of_joining_and_leaving_are_kept():
    apply_member_rows("2026-07", [member("H1", 1), member("H1", 2, joined_on=date(2020, 3, 4))])
    apply_member_rows("2026-08", [member("H1", 1), member("H1", 2, joined_on=date(2020, 3, 4), left_on=date(2026, 8, 9))])
    assert lines("甲二") == [("H1", date(2020, 3, 4), date(2026, 8, 9), date(2026, 7, 1), date(2026, 8, 1))]


def test_who_leaves_or_joins_after_the_month_counts_by_the_register_at_its_end():
    apply_member_rows("2026-07", [member("H1", 1, left_on=date(2026, 8, 1)), member("H1", 2, joined_on=date(2026, 8, 1))])
    assert roofs() == {"甲一": "H1"}


def test_a_changed_fact_starts_a_new_line_without_anybody_leaving():
    apply_member_rows("2026-07", [member("H1", 1, disability_level=3)])
    assert counts(apply_member_rows("2026-08", [member("H1", 1, disability_level=2)])) == (0, 1, 0)
    assert [(joined, left) for _, joined, left, _, _ in lines("甲一")] == [(date(2026, 7, 1), None)] * 2


def test_a_member_who_moves_keeps_their_key_and_leaves_the_old_household():
    apply_member_rows("2026-07", [member("H1", 1), member("H1", 2)])
    key = people()["甲二"]
    apply_member_rows("2026-08", [member("H1", 1), member("H2", 2)])
    assert people()["甲二"] == key
    assert [(roof, left) for roof, _, left, _, _ in lines("甲二")] == [("H1", date(2026, 8, 1)), ("H2", None)]


def test_a_new_household_of_former_members_is_linked_to_the_one_it_split_from():
    apply_member_rows("2026-07", [member("H1", 1), member("H1", 2)])
    apply_month("2026-08", [household("H1"), household("H2"), household("H3")], [member("H1", 1), member("H3", 2)])
    assert Household.objects.get(number="H3").split_from.number == "H1"
    assert Household.objects.get(number="H2").split_from is None


def test_a_member_under_two_roofs_stays_where_they_were():
    apply_member_rows("2026-07", [member("H1", 1), member("H1", 2)])
    applied = apply_member_rows("2026-08", [member("H2", 2), member("H1", 1), member("H1", 2)])
    assert roofs() == {"甲一": "H1", "甲二": "H1"}
    assert applied.conflicts.rows() == [(2, "household_no", "two-households")]


def test_a_shared_number_registers_nobody():
    applied = apply_member_rows("2026-07", [member("H1", 1, name="甲"), member("H2", 1, name="乙")])
    assert people() == {}
    assert applied.conflicts["reason"].to_list() == ["number-shared", "number-shared"]


def test_a_line_in_conflict_does_not_push_anybody_out_of_its_household():
    apply_member_rows("2026-07", [member("H1", 1), member("H1", 2), member("H2", 3)])
    applied = apply_member_rows("2026-08", [member("H1", 1), member("H1", 3, name="别人"), member("H2", 3)])
    assert roofs() == {"甲一": "H1", "甲二": "H1", "甲三": "H2"}
    assert applied.closed == 0


def test_a_household_with_lines_that_did_not_pass_intake_loses_nobody():
    apply_member_rows("2026-07", [member("H1", 1), member("H1", 2), member("H2", 3)])
    assert counts(apply_member_rows("2026-08", [member("H1", 1)], in_doubt=["H1"])) == (0, 0, 1)
    assert roofs() == {"甲一": "H1", "甲二": "H1"}


def test_an_amendment_adds_its_own_people_and_nobody_leaves():
    apply_member_rows("2026-07", [member("H1", 1)])
    assert counts(apply_member_rows("2026-07", [member("H1", 2)], amends=True)) == (1, 0, 0)
    assert roofs() == {"甲一": "H1", "甲二": "H1"}


def test_a_corrected_number_is_added_to_the_same_person_and_the_old_one_kept():
    apply_member_rows("2026-07", [member("H1", 1)])
    corrected = identity_number(3)
    apply_member_rows("2026-08", [member("H1", 1, number=corrected)])
    assert person_of_number(corrected, keys=KEYS) == person_of_number(identity_number(1), keys=KEYS) == 1
    validity = list(PersonNumber.objects.order_by("valid_from").values_list("valid_from", "valid_to"))
    assert validity == [(date(2026, 7, 1), date(2026, 8, 1)), (date(2026, 8, 1), None)]


def test_an_old_number_sent_again_does_not_undo_the_correction():
    apply_member_rows("2026-07", [member("H1", 1)])
    apply_member_rows("2026-08", [member("H1", 1, number=identity_number(3))])
    apply_member_rows("2026-09", [member("H1", 1)])
    [valid] = PersonNumber.objects.filter(valid_to__isnull=True)
    assert KEYS.open_text(bytes(valid.number)) == identity_number(3)
    assert Person.objects.count() == 1


def test_a_wrong_number_taken_back_in_the_same_month_leaves_no_trace():
    apply_member_rows("2026-07", [member("H1", 1)])
    apply_member_rows("2026-08", [member("H1", 1, number=identity_number(3))])
    apply_member_rows("2026-08", [member("H1", 1)])
    assert list(PersonNumber.objects.values_list("valid_from", "valid_to")) == [(date(2026, 7, 1), None)]


def test_a_newborn_without_a_number_keeps_their_key_when_the_number_comes():
    apply_member_rows("2026-07", [member("H1", 1), newborn()])
    key, number = people()["甲宝"], identity_number(9, born=BORN)
    apply_member_rows("2026-08", [member("H1", 1), newborn(number=number)])
    assert person_of_number(number, keys=KEYS) == key
    assert Person.objects.count() == 2


def test_a_number_left_out_is_not_forgotten():
    apply_member_rows("2026-07", [member("H1", 1)])
    applied = apply_member_rows("2026-08", [member("H1", 1, number=None)])
    assert counts(applied) == (0, 0, 0)
    assert person_of_number(identity_number(1), keys=KEYS) == 1


def test_a_changed_name_keeps_the_former_one():
    apply_member_rows("2026-07", [member("H1", 1, name="甲一")])
    apply_member_rows("2026-08", [member("H1", 1, name="甲壹")])
    person = Person.objects.get()
    assert (person.name, person.former_names) == ("甲壹", ["甲一"])


def test_birth_date_and_sex_are_read_from_the_number_where_not_delivered():
    row = {**member("H1", 2, birth_on=date(1971, 12, 30), sex="female"), "birth_on": None, "sex": None}
    apply_member_rows("2026-07", [row])
    assert Person.objects.values_list("birth_on", "sex").get() == (date(1971, 12, 30), "female")


def test_numbers_and_phones_are_sealed():
    apply_member_rows("2026-07", [member("H1", 1, phone="13900000001")])
    stored = PersonNumber.objects.get()
    assert identity_number(1).encode() not in bytes(stored.number)
    assert KEYS.open_text(bytes(stored.number)) == identity_number(1)
    assert bytes(stored.pseudonym) == KEYS.pseudonyms([identity_number(1)])[0]
    assert KEYS.open_text(bytes(Person.objects.get().phone)) == "13900000001"


def test_columns_that_were_not_delivered_keep_what_stands():
    apply_member_rows("2026-07", [member("H1", 1, disability_level=2, category="DIBAO_SINGLE", phone="13900000001")])
    rows = member_frame([member("H1", 1)]).drop("disability_level", "category", "phone", "mother_number", "joined_on", "left_on")
    applied = apply_members(rows=rows, month=Month(2026, 8), delivery="d", keys=KEYS, by=BY, at=AT)
    assert counts(applied) == (0, 0, 0)


def test_the_epoch_moves_only_when_people_or_numbers_do():
    apply_member_rows("2026-07", [member("H1", 1)])
    first = registry_epoch()
    apply_member_rows("2026-08", [member("H2", 1, disability_level=1)])
    assert registry_epoch() == first
    apply_member_rows("2026-09", [member("H2", 1, name="甲壹", disability_level=1)])
    assert registry_epoch() == first + 1


def test_the_event_holds_counts_and_no_name():
    apply_member_rows("2026-07", [member("H1", 1), member("H9", 2)])
    assert events("registry.members_applied") == [{"month": "2026-07", "new": 1, "changed": 0, "closed": 0, "conflicts": 1}]
