"""What each comparison makes of two values, on the engine that links."""

import polars as pl
import pytest

from minsheng.engine.backends.duckdb_engine import connect
from minsheng.engine.linkage.comparisons import Alike, Block, ChineseName, Comparison, DayOfBirth, Edited, Exact, NameInTwoParts, Nested
from minsheng.engine.linkage.names import pinyin_of


def level(comparison: Comparison, left: dict[str, str | None], right: dict[str, str | None]) -> str:
    cases = " ".join(f"WHEN {level.condition} THEN '{level.title}'" for level in comparison.levels())
    columns = {f"{name}_{side}": value for side, facts in (("l", left), ("r", right)) for name, value in facts.items()}
    with connect() as connection:
        values = ", ".join(f"CAST(${name} AS VARCHAR) AS {name}" for name in columns)
        found = connection.execute(f"SELECT CASE {cases} ELSE 'different' END FROM (SELECT {values})", columns).fetchone()
    assert found is not None
    return str(found[0])


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("张卫国", "张卫国", "same"),
        ("张卫国", "张伟国", "same sound"),
        ("张卫国", "张为民", "different"),
        ("张卫国", "张卫民", "one character"),
        ("张卫国", "张海国", "one character"),
        ("张卫国", "李卫国", "one character"),
        ("张三", "张四", "different"),
        ("林三", "凌三", "near sound"),
        ("张卫国", "张卫", "different"),
        ("张卫国", None, "missing"),
    ],
)
def test_chinese_names(left: str | None, right: str | None, expected: str) -> None:
    one, other = ({"name": name, "pinyin": pinyin_of(pl.Series([name], dtype=pl.String))[0]} for name in (left, right))
    assert level(ChineseName(column="name", pinyin="pinyin"), one, other) == expected


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("1975-03-10", "1975-03-10", "same"),
        ("1975-03-10", "1975-10-03", "swapped"),
        ("1975-03-10", "1957-03-10", "slip"),
        ("1975-03-10", "1975-03-18", "slip"),
        ("1975-03-10", "1975-04-22", "weeks"),
        ("1975-03-10", "1985-08-10", "two slips"),
        ("1975-03-10", "1948-12-29", "different"),
        (None, "1975-03-10", "missing"),
    ],
)
def test_birth_dates(left: str | None, right: str | None, expected: str) -> None:
    assert level(DayOfBirth(column="birth_on"), {"birth_on": left}, {"birth_on": right}) == expected


@pytest.mark.parametrize(
    ("right", "expected"),
    [
        ("420106001203", "first 12"),
        ("420106001999", "first 9"),
        ("420106900999", "first 6"),
        ("420107001203", "different"),
        (None, "missing"),
    ],
)
def test_nested_codes(right: str | None, expected: str) -> None:
    assert level(Nested(column="division", lengths=(12, 9, 6)), {"division": "420106001203"}, {"division": right}) == expected


@pytest.mark.parametrize(
    ("comparison", "left", "right", "expected"),
    [
        (Exact(column="value"), "a", "a", "same"),
        (Exact(column="value"), "a", "b", "different"),
        (Edited(column="value", within=(1, 2)), "2600", "2060", "edits 1"),
        (Edited(column="value", within=(1, 2)), "2600", "2061", "edits 2"),
        (Alike(column="value", at_least=(0.92, 0.8)), "kingsford", "kingford", "alike 0.92"),
        (Alike(column="value", at_least=(0.92, 0.8)), "kingsford", "perth", "different"),
        (Alike(column="value", at_least=(0.92, 0.8)), "kingsford", None, "missing"),
    ],
)
def test_plain_values(comparison: Comparison, left: str, right: str | None, expected: str) -> None:
    assert level(comparison, {"value": left}, {"value": right}) == expected


@pytest.mark.parametrize(
    ("given", "surname", "expected"),
    [
        ("mitchell", "green", "same"),
        ("green", "mitchell", "swapped"),
        ("mitchel", "greene", "both alike"),
        ("gren", "mitchell", "both alike"),
        ("sarah", "green", "surname alike"),
        ("mitchell", None, "given name alike"),
        ("sarah", "white", "different"),
        (None, None, "missing"),
    ],
)
def test_names_in_two_parts(given: str | None, surname: str | None, expected: str) -> None:
    comparison = NameInTwoParts(given="given", surname="surname")
    assert level(comparison, {"given": "mitchell", "surname": "green"}, {"given": given, "surname": surname}) == expected


def test_a_blocking_rule_reads_columns_beginnings_and_crossings() -> None:
    assert Block.on("name", "birth_on:4").condition() == "l.name = r.name and substr(l.birth_on, 1, 4) = substr(r.birth_on, 1, 4)"
    assert Block.on("given=surname:3").condition() == "substr(l.given, 1, 3) = substr(r.surname, 1, 3)"
    assert Block.on("pinyin:-3").condition() == "right(l.pinyin, 3) = right(r.pinyin, 3)"
