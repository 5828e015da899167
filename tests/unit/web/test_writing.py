from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from minsheng.kernel.periods import Month
from minsheng.web.templatetags import writing
from tests.unit.web.rendering import both

AT = datetime(2026, 11, 21, 1, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("source", "value", "zh", "en"),
    [
        ("{{ v|number }}", 1234567, "1,234,567", "1,234,567"),
        ("{{ v|number }}", Decimal("12.50"), "12.5", "12.5"),
        ("{{ v|number }}", None, "–", "–"),
        ("{{ v|number }}", "<10", "&lt;10", "&lt;10"),
        ("{{ v|compact }}", 9999, "9,999", "9,999"),
        ("{{ v|compact }}", 123_400, "12.3\u00a0万", "123.4k"),
        ("{{ v|compact }}", -20_000, "-2\u00a0万", "-20k"),
        ("{{ v|compact }}", 150_000_000, "1.5\u00a0亿", "150M"),
        ("{{ v|yuan }}", 3_860_000, "38,600\u00a0元", "38,600\u00a0yuan"),
        ("{{ v|yuan }}", 3_860_050, "38,600.50\u00a0元", "38,600.50\u00a0yuan"),
        ("{{ v|yuan_number }}", 3_860_050, "38,600.50", "38,600.50"),
        ("{{ v|points }}", 71_500_000, "71.50", "71.50"),
        ("{{ v|hundredths }}", 750, "7.5", "7.5"),
        ("{{ v|share }}", 0.1234, "12.3%", "12.3%"),
        ("{{ v|share:0 }}", 0.126, "13%", "13%"),
        ("{{ v|day }}", date(2026, 11, 21), "2026-11-21", "2026-11-21"),
        ("{{ v|day }}", datetime(2026, 11, 20, 17, 0, tzinfo=UTC), "2026-11-21", "2026-11-21"),
        ("{{ v|month }}", Month(2026, 10), "2026-10", "2026-10"),
        ("{{ v|month }}", date(2026, 10, 31), "2026-10", "2026-10"),
        ("{{ v|month }}", "2026-10", "2026-10", "2026-10"),
        ("{{ v|moment }}", AT, "2026-11-21 09:05", "2026-11-21 09:05"),
        ("{{ v|size }}", 999, "999\u00a0B", "999\u00a0B"),
        ("{{ v|size }}", 3_400_000, "3.4\u00a0MB", "3.4\u00a0MB"),
        ("{{ v|size }}", 340_000_000, "340\u00a0MB", "340\u00a0MB"),
    ],
)
def test_figures_are_written_as_people_read_them(source: str, value: object, zh: str, en: str) -> None:
    assert both(source, v=value) == (zh, en)


@pytest.mark.parametrize(
    "name", ["compact", "yuan", "yuan_number", "points", "hundredths", "share", "day", "month", "moment", "ago", "size"]
)
def test_what_is_not_known_is_a_dash(name: str) -> None:
    assert both(f"{{{{ v|{name} }}}}", v=None) == ("–", "–")


@pytest.mark.parametrize(
    ("span", "zh", "en"),
    [
        (timedelta(seconds=30), "刚刚", "just now"),
        (timedelta(minutes=1), "1 分钟前", "1 minute ago"),
        (timedelta(hours=5), "5 小时前", "5 hours ago"),
        (timedelta(days=2, hours=3), "2 天前", "2 days ago"),
    ],
)
def test_how_long_ago(span: timedelta, zh: str, en: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("minsheng.web.templatetags.writing.timezone.now", lambda: AT)
    with translation.override("zh-hans"):
        assert writing.ago(AT - span) == zh
    with translation.override("en"):
        assert writing.ago(AT - span) == en
