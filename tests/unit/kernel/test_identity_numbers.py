from datetime import date

import pytest

from minsheng.kernel.identity_numbers import InvalidIdentityNumber, check_digit, parse

TODAY = date(2026, 11, 21)
PUBLISHED = ("11010519491231002X", "440524188001010014", "34052419800101001X")


def reason(text: str, *, made_up_allowed: bool = True) -> str:
    with pytest.raises(InvalidIdentityNumber) as refused:
        parse(text, today=TODAY, made_up_allowed=made_up_allowed)
    return refused.value.reason


def made_up(first17: str) -> str:
    return first17 + check_digit(first17)


@pytest.mark.parametrize("number", PUBLISHED)
def test_published_examples_are_valid(number: str) -> None:
    assert parse(number, today=TODAY, made_up_allowed=False).number == number


def test_birth_date_and_sex_are_read_from_the_number() -> None:
    found = parse("11010519491231002X", today=TODAY, made_up_allowed=False)
    assert (found.birth_on, found.sex) == (date(1949, 12, 31), "female")
    assert parse("440524188001010014", today=TODAY, made_up_allowed=False).sex == "male"


@pytest.mark.parametrize(
    "written",
    [
        "11010519491231002x",
        "１１０１０５１９４９１２３１００２Ｘ",
        " 110105 19491231 002X\u3000",
        "110105-19491231-002X",
        "'11010519491231002X",
        "\ufeff11010519491231002X",
    ],
)
def test_the_ways_people_write_a_number_are_understood(written: str) -> None:
    assert parse(written, today=TODAY, made_up_allowed=False).number == "11010519491231002X"


def test_a_legacy_number_is_upgraded_into_the_last_century() -> None:
    assert parse("110105491231002", today=TODAY, made_up_allowed=False).number == "11010519491231002X"


@pytest.mark.parametrize("number", [*PUBLISHED, made_up("99910120000229002")])
def test_every_single_substitution_is_refused(number: str) -> None:
    for place in range(18):
        for other in "0123456789X":
            if other != number[place]:
                assert reason(number[:place] + other + number[place + 1 :])


@pytest.mark.parametrize("number", [*PUBLISHED, made_up("99910120000229002")])
def test_every_swap_of_neighbours_is_refused(number: str) -> None:
    for place in range(17):
        left, right = number[place], number[place + 1]
        if left != right:
            assert reason(number[:place] + right + left + number[place + 2 :])


@pytest.mark.parametrize("area", ["000000", "510229", "620201", "429021", "888888"])
def test_an_old_or_unknown_area_is_never_refused(area: str) -> None:
    number = made_up(area + "19750310123")
    assert parse(number, today=TODAY, made_up_allowed=False).number == number


def test_made_up_numbers_pass_only_where_they_are_allowed() -> None:
    number = made_up("99910120000229002")
    assert parse(number, today=TODAY, made_up_allowed=True).birth_on == date(2000, 2, 29)
    assert reason(number, made_up_allowed=False) == "made-up"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("1.1010519491231E+17", "ruined-by-spreadsheet"),
        ("1.1010519491231e+17", "ruined-by-spreadsheet"),
        ("110105194912310000", "ruined-by-spreadsheet"),
        ("110105194912310000.0", "ruined-by-spreadsheet"),
        ("", "length"),
        ("1101051949123100", "length"),
        ("11010519491231002X1", "length"),
        ("11010519491231X02X", "characters"),
        ("一一〇一〇五一九四九一二三一〇〇二X", "characters"),
        ("11010549123100X", "characters"),
        (made_up("11010519490231002"), "birth-date"),
        (made_up("11010519001331002"), "birth-date"),
        (made_up("11010517991231002"), "birth-date"),
        ("110105490230002", "birth-date"),
        (made_up("11010520261122002"), "future-birth"),
        ("110105194912310021", "check-digit"),
    ],
)
def test_each_fault_is_named(text: str, fault: str) -> None:
    assert reason(text) == fault


def test_somebody_born_today_is_accepted() -> None:
    assert parse(made_up("99910120261121002"), today=TODAY, made_up_allowed=True).birth_on == TODAY


def test_a_true_number_that_ends_in_zeros_is_accepted() -> None:
    number = next(
        made_up(f"9991011975031{day}{order}00")
        for day in range(10)
        for order in range(10)
        if made_up(f"9991011975031{day}{order}00")[-1] == "0"
    )
    assert parse(number, today=TODAY, made_up_allowed=True).number == number


def test_the_message_never_repeats_the_number() -> None:
    with pytest.raises(InvalidIdentityNumber) as refused:
        parse("110105194912310021", today=TODAY, made_up_allowed=True)
    assert not any(character.isdigit() for character in str(refused.value).replace("18", "").replace("15", ""))
