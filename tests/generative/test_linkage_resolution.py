"""Every row of a delivery is accounted for, whatever stands in it."""

from datetime import date

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from minsheng.engine.linkage.names import pinyin_of
from minsheng.engine.linkage.resolve import PEOPLE, PeopleIndex

NAMES = st.sampled_from(["张三", "张珊", "李四", "张*", "买买提·吐尔逊", "买买提吐尔逊", "", None])
NUMBERS = st.one_of(st.none(), st.integers(1, 6).map(lambda number: bytes([number]) * 16))
FACTS = {
    "pseudonym": NUMBERS,
    "name": NAMES,
    "birth_on": st.sampled_from([None, date(1975, 3, 10), date(1975, 10, 3), date(2026, 9, 3)]),
    "sex": st.sampled_from([None, "male", "female"]),
    "division": st.sampled_from([None, "999101001201", "999101002201"]),
    "phone_index": st.sampled_from([None, b"a" * 16, b"b" * 16]),
}
PERSONS = st.lists(st.fixed_dictionaries(FACTS | {"person_key": st.integers(1, 8)}), max_size=8)
ROWS = st.lists(st.fixed_dictionaries(FACTS | {"subject": st.integers(1, 12).map(lambda number: bytes([number]))}), max_size=8)
DECISIONS = st.dictionaries(st.integers(1, 12).map(lambda number: bytes([number])), st.one_of(st.none(), st.integers(1, 8)), max_size=3)


@settings(max_examples=20, deadline=None)
@given(persons=PERSONS, rows=ROWS, decisions=DECISIONS)
def test_each_row_is_linked_or_asked_about_or_outside(
    persons: list[dict[str, object]], rows: list[dict[str, object]], decisions: dict[bytes, int | None]
) -> None:
    people = pl.DataFrame(persons, schema=PEOPLE)
    people = people.with_columns(pinyin_of(people["name"]).alias("pinyin"))
    asked = pl.DataFrame(
        rows, schema={name: kind for name, kind in PEOPLE.items() if name not in ("person_key", "pinyin")} | {"subject": pl.Binary}
    )
    asked = asked.with_columns(row_number=pl.int_range(2, pl.len() + 2))
    decided = pl.DataFrame([*decisions.items()], schema={"subject": pl.Binary, "person_key": pl.Int64}, orient="row")
    index = PeopleIndex(people, threads=1)
    found = index.resolve(asked, decided)
    index.close()
    settled = [*found.links["row_number"], *found.reviews["row_number"]]
    assert len(settled) == len(set(settled))
    assert set(settled) <= set(asked["row_number"])
    assert found.links.height + found.reviews.height + found.outside == asked.height
    assert not set(found.reviews["subject"]) & set(decisions)
