from datetime import date

import pytest

from minsheng.kernel.money import fen, yuan_text
from minsheng.kernel.periods import Month, NotAMonth, month_range, window


def test_a_month_reads_and_writes_both_ways() -> None:
    assert str(Month.parse("2026-02")) == "2026-02"
    assert Month.parse(" 202602 ") == Month(2026, 2)
    assert Month.of(date(2026, 2, 28)) == Month(2026, 2)


@pytest.mark.parametrize("text", ["2026-13", "2026-00", "26-01", "", "2026-1", "二月", "1800-01"])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(NotAMonth):
        Month.parse(text)


def test_months_count_over_year_ends_and_know_their_days() -> None:
    assert Month(2026, 1).plus(-1) == Month(2025, 12)
    assert Month(2025, 11).plus(14) == Month(2027, 1)
    assert Month(2024, 2).last_day == date(2024, 2, 29)
    assert Month(2027, 1) - Month(2025, 11) == 14
    assert Month(2025, 12) < Month(2026, 1)


def test_a_window_ends_with_its_month_and_has_its_length() -> None:
    assert window(Month(2026, 2), 3) == [Month(2025, 12), Month(2026, 1), Month(2026, 2)]
    assert list(month_range(Month(2026, 2), Month(2026, 1))) == []


def test_money_is_whole_fen_and_shows_them_only_where_they_matter() -> None:
    assert [yuan_text(value) for value in (0, 3_860_000, 3_860_050, -5)] == ["0", "38,600", "38,600.50", "-0.05"]
    assert [fen(value) for value in ("0.005", "12.34", 3)] == [1, 1234, 300]
