"""Which feed and month a file is, by its name and by its headers."""

import io

import pytest

from minsheng.engine.intake.recognising import LooksLikeAnotherFeed, Recognition, UnknownFeed, recognise
from minsheng.engine.intake.rules import Unreadable
from minsheng.kernel.periods import Month
from tests.contract.deliveries import CATALOGUE, HEADERS, RULES, csv_bytes, xlsx_bytes


def recognised(content: bytes, filename: str, feed: str | None = None) -> Recognition:
    return recognise(io.BytesIO(content), filename, CATALOGUE, rules=RULES, feed=feed)


@pytest.mark.parametrize(
    ("name", "month"),
    [
        ("2026-10/medical_settlements.csv", Month(2026, 10)),
        ("/deliveries/2026-09/医疗费用结算明细.csv", Month(2026, 9)),
        ("医保结算2026年9月.csv", Month(2026, 9)),
        ("202610_medical_settlements.csv", Month(2026, 10)),
        ("2026-09/medical-settlements-2026.10.csv", Month(2026, 10)),
        ("medical_settlements.csv", None),
        ("2026-13/medical_settlements.csv", None),
        ("report.csv", None),
    ],
)
def test_feed_and_month_are_told_by_name_or_headers(name: str, month: Month | None) -> None:
    found = recognised(csv_bytes(), name)
    assert (found.feed, found.month, found.amends) == ("medical_settlements", month, None)
    assert found.headers == tuple(HEADERS)


def test_every_feed_is_recognised_by_its_own_headers_alone() -> None:
    for feed, contract in CATALOGUE.items():
        headers = [column.headers[0] for column in contract.columns]
        assert recognised(csv_bytes([], headers=headers), "a.csv").feed == feed


def test_every_feed_under_its_own_name_is_itself_in_every_dialect() -> None:
    for feed, contract in CATALOGUE.items():
        for dialect in range(4):
            headers = [column.all_headers[-1 - dialect] for column in contract.columns]
            assert recognised(csv_bytes([], headers=headers), f"{feed}.csv").feed == feed


def test_another_feeds_file_under_this_feeds_name_is_refused_with_the_better_name() -> None:
    headers = [column.headers[0] for column in CATALOGUE["cremations"].columns]
    with pytest.raises(LooksLikeAnotherFeed) as caught:
        recognised(csv_bytes([], headers=headers), "medical_settlements.csv")
    assert (caught.value.code, caught.value.better) == ("another-feed", "cremations")


def test_what_the_sender_says_is_checked_too() -> None:
    assert recognised(csv_bytes(), "a.csv", feed="medical_settlements").feed == "medical_settlements"
    with pytest.raises(LooksLikeAnotherFeed):
        recognised(csv_bytes(), "a.csv", feed="cremations")


def test_a_feed_nobody_knows_is_refused_with_the_closest() -> None:
    with pytest.raises(UnknownFeed, match="cremations"):
        recognised(csv_bytes(), "a.csv", feed="cremation")
    with pytest.raises(UnknownFeed):
        recognised(csv_bytes([], headers=["姓名", "手机型号", "颜色"]), "phones.csv")
    with pytest.raises(Unreadable):
        recognised(b"a,b\n1,2\n", "phones.csv")


def test_a_file_that_lost_a_column_is_still_the_feed_it_is_named() -> None:
    headers = [header for header in HEADERS if header != "个人负担总金额"]
    assert recognised(csv_bytes([], headers=headers), "medical_settlements.csv").feed == "medical_settlements"


def test_a_workbook_is_recognised_like_any_text() -> None:
    assert recognised(xlsx_bytes(), "十月.xlsx").feed == "medical_settlements"


def test_the_longest_name_wins() -> None:
    headers = [column.headers[0] for column in CATALOGUE["registry_members"].columns]
    assert recognised(csv_bytes([], headers=headers), "低收入家庭成员台账2026-10.csv").feed == "registry_members"
