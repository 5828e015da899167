"""Days and months as departments write them: 2026-10-03, 20261003, 2026/10/3, 2026年10月3日, 2026.10.3, spreadsheet serials."""

from datetime import date, timedelta
from typing import Final

import polars as pl

from minsheng.engine.intake.cleaning.cells import Circumstances, Cleaned, judged, mend_where_not, narrow
from minsheng.engine.intake.heading import Placed

EARLIEST: Final = date(1900, 1, 1)
_FAR_FUTURE: Final = timedelta(days=36_525)
_DAY: Final = r"^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}$"
_MONTH: Final = r"^[0-9]{4}-[0-9]{2}$"
_CLOCK: Final = r"(?:[ T]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:\+08:?00)?)?"
_SEPARATED_DAY: Final = rf"^([0-9]{{4}})[-/.年] ?([0-9]{{1,2}})[-/.月] ?([0-9]{{1,2}})日?{_CLOCK}$"
_COMPACT_DAY: Final = r"^([0-9]{4})([0-9]{2})([0-9]{2})(?:[0-9]{6})?$"
_SEPARATED_MONTH: Final = r"^([0-9]{4})[-/.年] ?([0-9]{1,2})(?:月份?)?$"
_COMPACT_MONTH: Final = r"^([0-9]{4})([0-9]{2})$"
_SERIAL: Final = r"^[0-9]{5}(?:\.[0-9]+)?$"
_DAY_0_OF_1900_SYSTEM: Final = date(1899, 12, 30)
_DAY_0_OF_1904_SYSTEM: Final = date(1904, 1, 1)


def clean_dates(text: pl.Series, place: Placed, now: Circumstances) -> Cleaned:
    """Read days; a time of day is dropped, five digits are the serial number of a spreadsheet's day.

    Faults: not-a-date, impossible-date (13th months, 30 February), before-1900, future-date.
    """
    written = mend_where_not(_DAY, text, lambda odd: _written_days(odd, counts_from_1904=now.counts_from_1904))
    days = written.texts.str.to_date("%Y-%m-%d", strict=False)
    latest = now.today + _FAR_FUTURE if place.column.may_be_future else now.today
    return judged(
        text,
        days,
        (written.misfits, "not-a-date"),
        (days.is_null(), "impossible-date"),
        (days < EARLIEST, "before-1900"),
        (days > latest, "future-date"),
    )


def clean_months(text: pl.Series, place: Placed, now: Circumstances) -> Cleaned:
    """Read months into `2026-10`; a day stands for its month. Faults: not-a-month, impossible-month, before-1900, future-date."""
    mended = mend_where_not(_MONTH, text, _written_months)
    written = mended.texts
    month = written.str.tail(2).cast(pl.Int64, strict=False)
    latest = now.today + _FAR_FUTURE if place.column.may_be_future else now.today
    return judged(
        text,
        written,
        (mended.misfits, "not-a-month"),
        (~month.is_between(1, 12), "impossible-month"),
        (written < EARLIEST.isoformat()[:7], "before-1900"),
        (written > latest.isoformat()[:7], "future-date"),
    )


def _written_days(text: pl.Series, *, counts_from_1904: bool) -> pl.Series:
    plain = narrow(text).alias("day").to_frame()
    start = _DAY_0_OF_1904_SYSTEM if counts_from_1904 else _DAY_0_OF_1900_SYSTEM
    serial = pl.when(pl.col("day").str.contains(_SERIAL)).then(
        pl.col("day").cast(pl.Float64, strict=False).floor().cast(pl.Int32, strict=False)
    )
    counted = (pl.lit(start) + pl.duration(days=serial)).dt.to_string("%Y-%m-%d")
    return plain.select(pl.coalesce(_joined(_SEPARATED_DAY, 3), _joined(_COMPACT_DAY, 3), counted, "day")).to_series()


def _joined(pattern: str, parts: int) -> pl.Expr:
    """The groups of a pattern joined by hyphens, the second and third with two digits; null where it does not fit."""
    groups = [pl.col("day").str.extract(pattern, part + 1) for part in range(parts)]
    return pl.concat_str(groups[0], *(group.str.zfill(2) for group in groups[1:]), separator="-")


def _written_months(text: pl.Series) -> pl.Series:
    plain = narrow(text).alias("day").to_frame()
    day = _joined(_SEPARATED_DAY, 2), _joined(_COMPACT_DAY, 2)
    return plain.select(pl.coalesce(_joined(_SEPARATED_MONTH, 2), _joined(_COMPACT_MONTH, 2), *day, "day")).to_series()
