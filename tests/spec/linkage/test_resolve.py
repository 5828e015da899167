"""Small tables in, expected links and reviews out."""

from collections.abc import Iterable
from datetime import date

import polars as pl
import pytest

from minsheng.engine.linkage.names import normalise_name, pinyin_of
from minsheng.engine.linkage.resolve import PEOPLE, PeopleIndex, Resolution, resolve
from tests.spec.linkage.made_up import hashed

VILLAGE, NEXT_VILLAGE = "999101001201", "999101001202"
BORN = date(1975, 3, 10)
ROW = {name: kind for name, kind in PEOPLE.items() if name not in ("person_key", "pinyin")} | {"row_number": pl.Int64, "subject": pl.Binary}
DECIDED = {"subject": pl.Binary, "person_key": pl.Int64}
Facts = dict[str, object]


def person(key: int, name: str, number: int | None = None, **facts: object) -> Facts:
    held = None if number is None else hashed("number", number)
    return {"person_key": key, "name": name, "pseudonym": held, "birth_on": BORN, "sex": "male", "division": VILLAGE} | facts


def row(number: int, name: str | None, identity: int | None = None, **facts: object) -> Facts:
    held = None if identity is None else hashed("number", identity)
    return {"row_number": number, "subject": hashed("subject", number), "name": name, "pseudonym": held} | facts


def resolved(rows: Iterable[Facts], people: Iterable[Facts], decided: Iterable[Facts] = ()) -> Resolution:
    registry = pl.DataFrame([*people, *NEIGHBOURS], schema=PEOPLE)
    registry = registry.with_columns(pinyin_of(normalise_name(registry["name"])).alias("pinyin"))
    return resolve(pl.DataFrame([*rows], schema=ROW), registry, pl.DataFrame([*decided], schema=DECIDED))


def links(found: Resolution) -> list[tuple[int, int, str]]:
    return found.links.select("row_number", "person_key", "method").rows()


def reviews(found: Resolution) -> list[tuple[int, str, list[int]]]:
    return [
        (number, reason, [candidate["person_key"] for candidate in candidates])
        for number, reason, candidates in found.reviews.select("row_number", "reason", "candidates").iter_rows()
    ]


NEIGHBOURS = [
    person(
        1000 + place,
        surname + given,
        1000 + place,
        birth_on=date(1940 + place % 60, 1 + place % 12, 1 + place % 28),
        sex=sex,
        division=division,
    )
    for place, (surname, given, sex, division) in enumerate(
        (surname, given, sex, division)
        for surname in "王李赵钱孙周吴郑冯陈"
        for given in ("国强", "秀英", "建华", "丽", "志明", "桂兰", "海燕", "金凤")
        for sex in ("male", "female")
        for division in (VILLAGE, NEXT_VILLAGE, "999101002201")
    )
]
"""People who make the registry large enough for probabilities to mean something."""


def test_number_and_name_make_a_link() -> None:
    found = resolved([row(2, "張 三", 1), row(3, "张三", 2)], [person(1, "张三", 1)])
    assert links(found) == [(2, 1, "number")]
    assert (found.reviews.height, found.outside) == (0, 1)


def test_a_former_number_still_finds_its_person() -> None:
    found = resolved([row(2, "张三", 1), row(3, "张三", 7)], [person(1, "张三", 1), person(1, "张三", 7)])
    assert links(found) == [(2, 1, "number"), (3, 1, "number")]


def test_what_is_not_delivered_contradicts_nothing() -> None:
    assert links(resolved([row(2, None, 1), row(3, "张三", 1, birth_on=BORN)], [person(1, "张三", 1)])) == [
        (2, 1, "number"),
        (3, 1, "number"),
    ]


@pytest.mark.parametrize("heard", ["张珊", "李三", "张三丰"])
def test_another_name_under_the_number_is_asked_about(heard: str) -> None:
    found = resolved([row(2, heard, 1)], [person(1, "张三", 1)])
    assert (links(found), reviews(found)) == ([], [(2, "name-disagrees", [1])])


def test_another_birth_date_under_the_number_is_asked_about() -> None:
    found = resolved([row(2, "张三", 1, birth_on=date(1976, 3, 10))], [person(1, "张三", 1)])
    assert reviews(found) == [(2, "birth-disagrees", [1])]


def test_a_number_that_two_people_hold_is_asked_about_even_if_one_name_agrees() -> None:
    found = resolved([row(2, "张三", 1)], [person(1, "张三", 1), person(2, "李四", 1)])
    assert (links(found), reviews(found)) == ([], [(2, "doubtful", [1, 2])])


def test_everything_but_the_number_is_enough_for_one_who_is_alone_in_it() -> None:
    evidence = {"birth_on": BORN, "sex": "male", "division": VILLAGE}
    found = resolved([row(2, "张卫国", **evidence)], [person(1, "张卫国", 1)])
    assert links(found) == [(2, 1, "probabilistic")]
    assert found.links["probability"][0] >= 0.999


def test_two_people_alike_are_asked_about() -> None:
    evidence = {"birth_on": BORN, "sex": "male", "division": VILLAGE}
    found = resolved([row(2, "张卫国", **evidence)], [person(1, "张卫国", 1), person(2, "张卫国", 2, division=NEXT_VILLAGE)])
    assert reviews(found) == [(2, "doubtful", [1, 2])]


def test_a_name_that_only_sounds_the_same_is_asked_about() -> None:
    evidence = {"birth_on": BORN, "sex": "male", "division": VILLAGE}
    found = resolved([row(2, "张伟国", **evidence)], [person(1, "张卫国", 1)])
    assert (links(found), reviews(found)) == ([], [(2, "doubtful", [1])])


def test_a_stranger_is_outside() -> None:
    found = resolved([row(2, "欧阳修", birth_on=date(1990, 6, 1), division="999102001201"), row(3, "张卫国")], [person(1, "张卫国", 1)])
    assert (found.links.height, found.reviews.height, found.outside) == (0, 0, 2)


def test_a_valid_number_that_nobody_holds_is_nobody_who_holds_another() -> None:
    evidence = {"birth_on": BORN, "sex": "male", "division": VILLAGE}
    assert resolved([row(2, "张卫国", 9, **evidence)], [person(1, "张卫国", 1)]).outside == 1


def test_a_newborn_registered_without_a_number_is_found_under_a_new_number() -> None:
    evidence = {"birth_on": date(2026, 9, 3), "sex": "female", "division": VILLAGE}
    assert links(resolved([row(2, "张念慈", 9, **evidence)], [person(1, "张念慈", None, **evidence)])) == [(2, 1, "probabilistic")]


def test_what_was_decided_is_not_asked_again() -> None:
    rows = [row(2, "张珊", 1), row(3, "李三", 1), row(4, "张三", 1)]
    decided = [{"subject": hashed("subject", 2), "person_key": 1}, {"subject": hashed("subject", 3), "person_key": None}]
    found = resolved(rows, [person(1, "张三", 1)], decided)
    assert (links(found), reviews(found), found.outside) == ([(2, 1, "decided"), (4, 1, "number")], [], 1)


def test_the_same_evidence_in_many_rows_has_one_answer() -> None:
    evidence = {"birth_on": BORN, "sex": "male", "division": VILLAGE}
    found = resolved([row(number, "张卫国", **evidence) for number in range(2, 7)], [person(1, "张卫国", 1)])
    assert found.links.select("person_key", "probability").unique().height == 1
    assert found.links.height == 5


def test_an_empty_registry_leaves_everybody_outside() -> None:
    rows = pl.DataFrame([row(2, "张三", 1), row(3, "张三", birth_on=BORN)], schema=ROW)
    assert PeopleIndex.no_people().resolve(rows, pl.DataFrame(schema=DECIDED)).outside == 2


def test_an_empty_delivery_resolves_to_nothing() -> None:
    found = resolved([], [person(1, "张三", 1)])
    assert (found.links.height, found.reviews.height, found.outside) == (0, 0, 0)


def test_one_index_serves_many_deliveries_and_says_the_same_each_time() -> None:
    people = pl.DataFrame([person(1, "张卫国", 1), *NEIGHBOURS], schema=PEOPLE)
    index = PeopleIndex(people.with_columns(pinyin_of(people["name"]).alias("pinyin")))
    rows = pl.DataFrame([row(2, "张卫国", birth_on=BORN, sex="male", division=VILLAGE)], schema=ROW)
    first, second = (index.resolve(rows, pl.DataFrame(schema=DECIDED)) for _ in range(2))
    index.close()
    assert first.links.equals(second.links)
    assert first.links.height == 1
