"""The check by the column says what the check of one says."""

from datetime import date

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from minsheng.engine.linkage.numbers import check_numbers
from minsheng.kernel.identity_numbers import InvalidIdentityNumber, check_digit, parse, plain

TODAY = date(2026, 11, 21)
Verdict = tuple[str | None, date | None, str | None, str | None]


def one_by_one(text: str | None, made_up_allowed: bool) -> Verdict:
    if text is None or plain(text) == "":
        return (None, None, None, None)
    try:
        found = parse(text, today=TODAY, made_up_allowed=made_up_allowed)
    except InvalidIdentityNumber as refused:
        return (None, None, None, refused.reason)
    return (found.number, found.birth_on, found.sex, None)


@st.composite
def numbers(draw: st.DrawFn) -> str:
    area = draw(st.sampled_from(["999101", "110105", "620102", "000000"]))
    birth = draw(st.dates(date(1795, 1, 1), date(2030, 1, 1))).strftime("%Y%m%d").zfill(8)
    first17 = area + birth + draw(st.sampled_from(["000", "001", "100", "997", "999", "123"]))
    return draw(st.sampled_from([first17 + check_digit(first17), first17 + "0", first17 + "000", first17[:6] + first17[8:], first17]))


@st.composite
def spoilt(draw: st.DrawFn) -> str:
    letters = list(draw(numbers()))
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(letters)))
        letters[place : place + draw(st.integers(0, 1))] = draw(st.sampled_from([*"0123456789Xx -\u3000\u200b'eE+.０９ｘ无", "000"]))
    return "".join(letters)


TEXTS = st.one_of(st.none(), spoilt(), st.text(max_size=20), st.floats(1e13, 2e18).map(repr))


@settings(deadline=None)
@given(texts=st.lists(TEXTS, max_size=12), made_up_allowed=st.booleans())
def test_checking_by_the_column_agrees_with_checking_one_by_one(texts: list[str | None], made_up_allowed: bool) -> None:
    checked = check_numbers(pl.Series(texts, dtype=pl.String), today=TODAY, made_up_allowed=made_up_allowed)
    assert checked.rows() == [one_by_one(text, made_up_allowed) for text in texts]


@settings(deadline=None)
@given(number=numbers(), place=st.integers(0, 17), other=st.sampled_from("0123456789X"))
def test_a_valid_number_with_another_character_is_refused(number: str, place: int, other: str) -> None:
    valid = check_numbers(pl.Series([number]), today=TODAY, made_up_allowed=True)["number"][0]
    if valid is not None and valid[place] != other:
        changed = valid[:place] + other + valid[place + 1 :]
        assert check_numbers(pl.Series([changed]), today=TODAY, made_up_allowed=True)["number"][0] is None
