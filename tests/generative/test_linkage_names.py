"""Names: one form, and agreement without sides."""

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from minsheng.engine.linkage.names import name_agreement, normalise_name, pinyin_of

LETTERS = st.one_of(st.sampled_from("张三丰伟玮買賣黃喆·•.*?□ 　\u200b\ue000aÉßﾜ"), st.characters(exclude_categories=["Cs"]))
NAMES = st.lists(st.one_of(st.none(), st.text(LETTERS, max_size=6)), min_size=1, max_size=8)


@settings(deadline=None)
@given(names=NAMES)
def test_normalising_twice_changes_nothing_more(names: list[str | None]) -> None:
    once = normalise_name(pl.Series(names, dtype=pl.String))
    assert normalise_name(once).to_list() == once.to_list()


@settings(deadline=None)
@given(names=NAMES, others=NAMES)
def test_agreement_has_no_sides_and_every_whole_name_agrees_with_itself(names: list[str | None], others: list[str | None]) -> None:
    count = min(len(names), len(others))
    left, right = (normalise_name(pl.Series(some[:count], dtype=pl.String)) for some in (names, others))
    assert name_agreement(left, right).to_list() == name_agreement(right, left).to_list()
    assert all(agree is None or agree for agree in name_agreement(left, left))


@settings(deadline=None)
@given(names=NAMES)
def test_every_name_has_a_sound(names: list[str | None]) -> None:
    plain = normalise_name(pl.Series(names, dtype=pl.String))
    assert pinyin_of(plain).is_null().to_list() == plain.is_null().to_list()
