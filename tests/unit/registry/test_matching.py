from datetime import date

import polars as pl

from minsheng.domain.registry import matching
from minsheng.domain.registry.matching import KnownPeople, match_people

BORN = date(2026, 3, 3)
ROW_SCHEMA = {
    "row_number": pl.Int64,
    "household_key": pl.Int64,
    "number_index": pl.Binary,
    "mother_index": pl.Binary,
    "name_normal": pl.String,
    "birth_on": pl.Date,
}


def row(number, household=1, *, index=None, mother=None, name="甲一", born=BORN):
    return (number, household, index, mother, name, born)


def known(people=(), numbers=(), homes=()):
    """people: (key, name, born, mother, numbered); numbers: (key, index, valid_to); homes: (key, household, stands)."""
    people_schema = {
        "person_key": pl.Int64,
        "name_normal": pl.String,
        "birth_on": pl.Date,
        "mother_index": pl.Binary,
        "numbered": pl.Boolean,
    }
    return KnownPeople(
        pl.DataFrame(people, schema=people_schema, orient="row"),
        pl.DataFrame(numbers, schema={"person_key": pl.Int64, "number_index": pl.Binary, "valid_to": pl.Date}, orient="row"),
        pl.DataFrame(homes, schema={"person_key": pl.Int64, "household_key": pl.Int64, "stands": pl.Boolean}, orient="row"),
    )


def matched(rows, register):
    found = match_people(pl.DataFrame(rows, schema=ROW_SCHEMA, orient="row"), register)
    return dict(found.rows.select("row_number", "person_key").iter_rows()), dict(found.conflicts.select("row_number", "reason").iter_rows())


ONE = known([(5, "甲一", BORN, None, True)], [(5, b"n", None)], [(5, 1, True)])
NEWBORN = known([(6, "甲宝", BORN, b"m", False)], [], [(6, 1, True)])


def test_a_number_finds_its_person_in_any_household():
    assert matched([row(2, 9, index=b"n")], ONE) == ({2: 5}, {})


def test_an_unknown_number_is_a_new_person():
    assert matched([row(2, 9, index=b"x")], ONE) == ({2: None}, {})


def test_a_corrected_number_stays_with_the_person_of_the_same_household_name_and_birth():
    assert matched([row(2, index=b"x")], ONE) == ({2: 5}, {})


def test_a_person_already_found_by_number_is_not_also_the_namesake():
    assert matched([row(2, index=b"n"), row(3, index=b"x")], ONE) == ({2: 5, 3: None}, {})


def test_a_number_under_two_names_is_a_conflict_for_both_when_nobody_had_it():
    rows = [row(2, index=b"x", name="乙一"), row(3, index=b"x", name="乙二")]
    assert matched(rows, ONE) == ({}, {2: matching.NUMBER_SHARED, 3: matching.NUMBER_SHARED})


def test_a_number_under_two_names_stays_with_the_person_who_had_it():
    rows = [row(2, 4, index=b"n", name="乙二"), row(3, index=b"n")]
    assert matched(rows, ONE) == ({3: 5}, {2: matching.NUMBER_SHARED})


def test_a_known_number_under_another_name_and_roof_is_a_conflict():
    assert matched([row(2, 9, index=b"n", name="乙一")], ONE) == ({}, {2: matching.NUMBER_OF_ANOTHER})


def test_a_known_number_under_another_name_at_home_is_a_change_of_name():
    assert matched([row(2, index=b"n", name="乙一")], ONE) == ({2: 5}, {})


def test_a_known_number_at_home_under_another_name_and_birth_date_is_a_conflict():
    assert matched([row(2, index=b"n", name="乙一", born=date(2001, 1, 1))], ONE) == ({}, {2: matching.NUMBER_OF_ANOTHER})


def test_a_sign_for_a_missing_character_is_no_other_name():
    assert matched([row(2, 9, index=b"n", name="甲?")], ONE) == ({2: 5}, {})


def test_a_number_that_moved_on_belongs_to_its_present_person():
    register = known(
        [(5, "甲一", BORN, None, True), (7, "丙", BORN, None, True)],
        [(5, b"n", date(2026, 8, 1)), (7, b"n", None)],
        [(5, 1, True), (7, 2, True)],
    )
    assert matched([row(2, 2, index=b"n", name="丙")], register) == ({2: 7}, {})


def test_a_former_number_still_finds_its_person():
    register = known([(5, "甲一", BORN, None, True)], [(5, b"old", date(2026, 8, 1)), (5, b"n", None)], [(5, 1, True)])
    assert matched([row(2, 9, index=b"old")], register) == ({2: 5}, {})


def test_a_newborn_is_found_by_mother_name_and_birth_in_another_household():
    assert matched([row(2, 9, mother=b"m", name="甲宝")], NEWBORN) == ({2: 6}, {})


def test_a_newborn_is_found_by_household_name_and_birth_without_a_mother():
    assert matched([row(2, name="甲宝")], NEWBORN) == ({2: 6}, {})


def test_a_newborn_who_gets_number_and_name_is_found_by_mother_and_birth():
    assert matched([row(2, index=b"x", mother=b"m", name="甲大宝")], NEWBORN) == ({2: 6}, {})


def test_twins_are_not_told_apart_by_mother_and_birth():
    twins = known([(6, "甲大", BORN, b"m", False), (7, "甲小", BORN, b"m", False)], [], [(6, 1, True), (7, 1, True)])
    assert matched([row(2, mother=b"m", name="甲新")], twins) == ({2: None}, {})
    assert matched([row(2, mother=b"m", name="甲小"), row(3, mother=b"m", name="甲大")], twins) == ({2: 7, 3: 6}, {})


def test_two_unknown_birth_dates_agree_beside_a_name_but_not_alone():
    register = known([(6, "甲宝", None, b"m", False)], [], [(6, 1, True)])
    assert matched([row(2, name="甲宝", born=None)], register) == ({2: 6}, {})
    assert matched([row(2, mother=b"m", name="甲新", born=None)], register) == ({2: None}, {})


def test_under_two_roofs_the_present_home_counts():
    assert matched([row(2, 9, index=b"n"), row(3, 1, index=b"n")], ONE) == ({3: 5}, {2: matching.TWO_HOUSEHOLDS})


def test_under_two_new_roofs_the_first_counts():
    assert matched([row(2, 8, index=b"n"), row(3, 9, index=b"n")], ONE) == ({2: 5}, {3: matching.TWO_HOUSEHOLDS})
    assert matched([row(2, 8, index=b"x"), row(3, 9, index=b"x")], ONE) == ({2: None}, {3: matching.TWO_HOUSEHOLDS})


def test_a_person_listed_twice_in_one_household_counts_once():
    assert matched([row(2, 8, name="乙"), row(3, 8, name="乙")], ONE) == ({2: None}, {3: matching.LISTED_TWICE})
