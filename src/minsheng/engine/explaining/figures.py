"""Figures as people read them: amounts with their unit, scores in points, days; one at a time or a whole column."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from string import Formatter

import polars as pl

from minsheng.engine.contracts.schema import Contract, Text
from minsheng.engine.explaining.words import UNITS, Language
from minsheng.engine.indicators.grammar import HUNDREDTHS, MILLIONTHS, REGISTRY, Indicator
from minsheng.kernel.money import yuan_text

_WIDEST = 21
_REGISTRY_UNITS = {"age": Text(zh="岁", en="years"), "household_size": Text(zh="人", en="people")}
_MONTHS = Text(zh="个月", en="months")
_COUNTED = {"count": Text(zh="条记录", en="records"), "months_since": _MONTHS, "months_without": _MONTHS}
_THERE = Text(zh="有", en="yes")
_DAY = {"zh": "%Y年%-m月%-d日", "en": "%-d %B %Y"}


@dataclass(frozen=True)
class Figure:
    """How the whole numbers of a measure are written: `places` decimals, thousands apart, and a unit.

    Money drops its decimals where fen do not matter. Sentences name the unit themselves and take the number alone.
    """

    places: int = 0
    money: bool = False
    unit: Text | None = None
    yes_no: bool = False

    @classmethod
    def of(cls, indicator: Indicator, catalogue: Mapping[str, Contract]) -> "Figure":
        """The figure of an indicator's values and bounds."""
        measure = indicator.measure
        if measure.column is None:
            return cls(unit=_COUNTED.get(measure.kind), yes_no=measure.kind == "exists")
        return column_figure(indicator.source, measure.column, catalogue)

    def text(self, value: int) -> Text:
        """The value with its unit, in both languages."""
        if self.yes_no and value == 1:
            return _THERE
        number = self.number(value)
        return Text(zh=f"{number} {self.unit.zh}", en=f"{number} {self.unit.en}") if self.unit else Text(zh=number, en=number)

    def number(self, value: int) -> str:
        """The value without its unit."""
        if self.money:
            return yuan_text(value)
        whole, part = divmod(abs(value), 10**self.places)
        decimals = f"{part:0{self.places}d}".rstrip("0") if self.places else ""
        return ("-" if value < 0 else "") + f"{whole:,}" + (f".{decimals}" if decimals else "")

    def number_column(self, value: pl.Expr) -> pl.Expr:
        """A column of values without their unit; blank where the value is."""
        places = 2 if self.money else self.places
        scale = 10**places
        sign = pl.when(value < 0).then(pl.lit("-")).otherwise(pl.lit(""))
        whole = grouped(value.abs() // scale)
        if not places:
            return pl.concat_str(sign, whole)
        part = pl.lit(".") + (value.abs() % scale).cast(pl.String).str.zfill(places)
        part = pl.when(value.abs() % scale == 0).then(pl.lit("")).otherwise(part if self.money else part.str.strip_chars_end("0"))
        return pl.concat_str(sign, whole, part)


def column_figure(source: str, column: str, catalogue: Mapping[str, Contract]) -> Figure:
    """How the values of a source's column are written."""
    if source == REGISTRY:
        return Figure(unit=_REGISTRY_UNITS.get(column, _MONTHS if column.startswith("months") else None))
    described = catalogue[source].column(column)
    unit = UNITS.get(described.unit, Text(zh=described.unit, en=described.unit)) if described.unit else None
    if described.type == "money":
        return Figure(money=True, unit=unit or UNITS["元"])
    return Figure(places=described.scale if described.type == "decimal" else 0, unit=unit)


def grouped(whole: pl.Expr) -> pl.Expr:
    """A column of whole numbers, not negative, with thousands separators."""
    padded = whole.cast(pl.String).str.pad_start(_WIDEST, " ")
    return pl.concat_str([padded.str.slice(at, 3) for at in range(0, _WIDEST, 3)], separator=",").str.strip_chars_start(" ,")


def points_text(hundredths: int) -> str:
    """Points as people read them: `30`, `7.5`."""
    return f"{Decimal(hundredths) / HUNDREDTHS:,.2f}".rstrip("0").rstrip(".")


def score_text(millionths: int) -> str:
    """A score in points with two decimals, half up: `71.50`."""
    return f"{(Decimal(millionths) / MILLIONTHS).quantize(Decimal('0.01'), rounding=ROUND_HALF_UP):,.2f}"


def enough_points_text(millionths: int) -> str:
    """A distance of scores in points, rounded up to two decimals so that it is enough: `8.51`."""
    return f"{(Decimal(millionths) / MILLIONTHS).quantize(Decimal('0.01'), rounding=ROUND_CEILING):,.2f}"


def day_text(day: date) -> Text:
    """A day as people say it."""
    return Text(zh=f"{day.year}年{day.month}月{day.day}日", en=f"{day.day} {day:%B} {day.year}")


def day_column(day: pl.Expr, language: Language) -> pl.Expr:
    """A column of days as people say them; blank where the day is."""
    return day.dt.strftime(_DAY[language])


def filled(frame: str, parts: Mapping[str, pl.Expr]) -> pl.Expr:
    """A column of texts: a frame like `paid {value}` with its placeholders filled from columns; blank where one of them is."""
    pieces: list[pl.Expr] = []
    for words, name, _, _ in Formatter().parse(frame):
        pieces += [pl.lit(words)] if words else []
        pieces += [parts[name].cast(pl.String)] if name is not None else []
    return pl.concat_str(pieces)
