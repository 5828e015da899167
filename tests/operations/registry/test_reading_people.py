from datetime import date

import pytest

from minsheng.domain.registry.queries import (
    NoSuchHousehold,
    household_card,
    household_names,
    households_named,
    people_count,
    people_for_linkage,
    people_labels,
    person_exists,
    person_of_number,
)
from minsheng.kernel.sealing import Keys, Unsealable
from tests.factories import DIVISION, KEYS, apply_month, household, identity_number, member

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _a_family(db):
    family = [member("H1", 1, phone="13900000001"), member("H1", 2), member("H1", None, name="甲·宝 ", birth_on=date(2026, 6, 1))]
    apply_month("2026-07", [household("H1", category_from=date(2024, 1, 1))], family)


def test_linkage_sees_everybody_with_every_number_they_had():
    corrected = identity_number(3)
    apply_month("2026-08", [household("H1")], [member("H1", 1, number=corrected), member("H1", 2)])
    people = people_for_linkage(KEYS)
    assert people.columns == ["person_key", "pseudonym", "name", "pinyin", "birth_on", "sex", "division", "phone_index"]
    assert people["person_key"].to_list() == [1, 1, 2, 3]
    assert set(people["pseudonym"].to_list()[:2]) == set(KEYS.pseudonyms([identity_number(1), corrected]))
    assert people.row(3)[1:4] == (None, "甲·宝", "jia bao")
    assert people.row(0)[4:] == (date(1980, 5, 17), "male", DIVISION, KEYS.blind_indexes(["13900000001"])[0])


def test_linkage_with_another_key_is_refused():
    with pytest.raises(Unsealable):
        people_for_linkage(Keys(b"x" * 32))


def test_a_number_nobody_has_is_nobody_s():
    assert person_of_number(identity_number(99), keys=KEYS) is None


def test_people_are_counted_and_known_by_key():
    assert people_count() == 3
    assert (person_exists(3), person_exists(4)) == (True, False)


def test_a_card_shows_the_household_with_masked_numbers_and_the_head_first():
    card = household_card("H1", keys=KEYS)
    assert (card.number, card.division, card.category, card.category_from) == ("H1", DIVISION, "DIBAO", date(2024, 1, 1))
    assert next((line.name, line.relation) for line in card.members) == ("甲一", "self")
    numbers = [line.number for line in card.members]
    assert numbers == [f"999***********{identity_number(1)[-4:]}", f"999***********{identity_number(2)[-4:]}", ""]


def test_a_card_of_an_unknown_household_is_refused():
    with pytest.raises(NoSuchHousehold):
        household_card("H9", keys=KEYS)


def test_households_are_found_by_a_member_s_name_however_it_is_written():
    [found] = households_named("甲 • 宝")
    assert (found.number, found.head) == ("H1", "甲一")
    assert households_named("无此人") == []


def test_labels_tell_people_and_households_apart():
    assert people_labels([1, 99]) == {1: "甲一 1980-05-17 H1"}
    assert {key: name.number for key, name in household_names([1, 99]).items()} == {1: "H1"}
