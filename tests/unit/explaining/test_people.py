import polars as pl

from minsheng.engine.contracts.schema import Text
from minsheng.engine.explaining.people import labelled

COLUMNS = ["household_key", "person_key", "relation", "sex", "age", "category"]


def people(*rows: tuple[int, int, str | None, str | None, int | None]) -> pl.DataFrame:
    schema = {"household_key": pl.Int64, "person_key": pl.Int64, "relation": pl.String, "sex": pl.String, "age": pl.Int64}
    return pl.DataFrame(list(rows), schema=schema, orient="row").with_columns(category=pl.lit("DIBAO"))


def labels(frame: pl.DataFrame) -> dict[int, tuple[str, str]]:
    return {row["person_key"]: (row["zh"], row["en"]) for row in frame.to_dicts()}


def test_members_are_called_by_relation_and_sex() -> None:
    found = labels(labelled(people((1, 1, "self", "male", 46), (1, 2, "spouse", "female", 44), (1, 3, "parent", None, 70))))
    assert found == {1: ("户主", "the head of household"), 2: ("妻子", "the wife"), 3: ("父母", "the parent")}


def test_members_of_one_household_called_alike_are_told_apart_by_age() -> None:
    found = labels(labelled(people((1, 1, "son", "male", 12), (1, 2, "son", "male", 17), (2, 3, "son", "male", 9))))
    assert found == {1: ("儿子（12岁）", "the son (12)"), 2: ("儿子（17岁）", "the son (17)"), 3: ("儿子", "the son")}


def test_the_late_head_and_the_new_one_are_told_apart() -> None:
    found = labelled(people((1, 1, "self", "female", 44)), people((1, 2, "self", "male", 71)))
    assert labels(found) == {1: ("户主（44岁）", "the head of household (44)"), 2: ("户主（71岁）", "the head of household (71)")}
    assert found["deceased"].to_list() == [False, True]


def test_an_unknown_relation_is_a_member_of_the_household() -> None:
    assert labels(labelled(people((1, 1, None, None, None), (2, 2, "other", "male", 30)))) == {
        1: ("家庭成员", "a member of the household"),
        2: ("家庭成员", "a member of the household"),
    }


def test_a_callers_own_labels_replace_those_of_the_people_they_are_for() -> None:
    given = people((1, 1, "self", "male", 46), (1, 2, "spouse", "female", 44))
    assert labels(labelled(given, labels={2: Text(zh="阿兰", en="Lan")}))[2] == ("阿兰", "Lan")
    assert labels(labelled(given, labels={2: Text(zh="阿兰", en="Lan")}))[1] == ("户主", "the head of household")
