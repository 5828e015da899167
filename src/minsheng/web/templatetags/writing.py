"""Figures, money, days and instants as the office writes them; what is not known is a dash."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from minsheng.engine.explaining.figures import points_text, score_text
from minsheng.kernel.money import yuan_text
from minsheng.kernel.periods import Month
from minsheng.web.words import active_language, spoken

UNKNOWN = "–"
_TIGHT = "\u00a0"
_SIZES = ("B", "kB", "MB", "GB", "TB")
Figure = int | float | Decimal


def number(value: Figure | str | None) -> str:
    """A number with thousands apart and at most two decimals; protected counts such as `<10` stay as they are."""
    if value is None or value == "":
        return UNKNOWN
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def compact(value: Figure | str | None) -> str:
    """A large number for a glance: `12.3 万`, `123.4k`; small ones in full."""
    if value is None or isinstance(value, str) or abs(float(value)) < 10_000:
        return number(value)
    zh = active_language() == "zh"
    large, small = (100_000_000, 10_000) if zh else (1_000_000, 1_000)
    least, unit = (large, spoken("亿", "M")) if abs(float(value)) >= large else (small, spoken("万", "k"))
    return f"{float(value) / least:,.1f}".removesuffix(".0") + (_TIGHT if zh else "") + unit


def yuan(fen: int | None) -> str:
    """Fen as yuan with the unit: `38,600 元`; decimals only where fen matter."""
    return UNKNOWN if fen is None else f"{yuan_text(fen)}{_TIGHT}{spoken('元', 'yuan')}"


def yuan_number(fen: int | None) -> str:
    """Fen as yuan without the unit, for columns whose heading names it."""
    return UNKNOWN if fen is None else yuan_text(fen)


def points(millionths: int | None) -> str:
    """A score in millionths of a point: `71.50`."""
    return UNKNOWN if millionths is None else score_text(millionths)


def hundredths(value: int | None) -> str:
    """A weight in hundredths of a point: `30`, `7.5`."""
    return UNKNOWN if value is None else points_text(value)


def share(value: Figure | None, places: int = 1) -> str:
    """A part of one as per cent: `12.3%`."""
    return UNKNOWN if value is None else f"{float(value) * 100:.{places}f}%"


def day(value: date | None) -> str:
    """A day, of an instant the one on the wall calendar: `2026-11-21`."""
    if isinstance(value, datetime):
        value = _local(value).date()
    return UNKNOWN if value is None else value.isoformat()


def month(value: Month | date | str | None) -> str:
    """A month: `2026-10`."""
    if value is None or value == "":
        return UNKNOWN
    return str(Month.of(value)) if isinstance(value, date) else str(value)


def moment(value: datetime | None) -> str:
    """An instant on the wall clock: `2026-11-21 09:05`."""
    return UNKNOWN if value is None else f"{_local(value):%Y-%m-%d %H:%M}"


def ago(value: datetime | None) -> str:
    """How long ago an instant was, in the largest whole unit."""
    if value is None:
        return UNKNOWN
    return _lasted(timezone.now() - value)


def size(octets: int | None) -> str:
    """The size of a file: `3.4 MB`."""
    if octets is None:
        return UNKNOWN
    value, unit = float(octets), 0
    while value >= 1000 and unit < len(_SIZES) - 1:
        value, unit = value / 1000, unit + 1
    return f"{value:.0f}{_TIGHT}{_SIZES[unit]}" if unit == 0 or value >= 100 else f"{value:.1f}{_TIGHT}{_SIZES[unit]}"


def _lasted(span: timedelta) -> str:
    seconds = max(0, int(span.total_seconds()))
    for least, zh, en in ((86_400, "天", "days"), (3_600, "小时", "hours"), (60, "分钟", "minutes")):
        if seconds >= least:
            count = seconds // least
            return spoken(f"{count} {zh}前", f"{count} {en if count > 1 else en[:-1]} ago")
    return spoken("刚刚", "just now")


def _local(value: datetime) -> datetime:
    return timezone.localtime(value) if timezone.is_aware(value) else value
