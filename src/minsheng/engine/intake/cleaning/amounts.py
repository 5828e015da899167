"""Money, counts and measures as whole numbers: fen, units, or the smallest step that a decimal keeps. No floating point."""

from decimal import Decimal
from fractions import Fraction
from typing import Final

import polars as pl

from minsheng.engine.contracts.schema import Column
from minsheng.engine.intake.cleaning.cells import Circumstances, Cleaned, judged, mend_where_not, narrow
from minsheng.engine.intake.heading import Placed

_PLAIN: Final = r"^[+-]?[0-9]{1,12}(\.[0-9]+)?$"
_GROUPED: Final = r"^[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?$"
_WHOLE: Final = r"^[+-]?[0-9]{1,12}(\.0+)?$"
_UNIT_BEHIND: Final = r"\s*(人民币|元整|元|圆|rmb|cny|yuan|平方米|平米|m2|立方米|m3|吨|度|千瓦时|kwh|天|日|人|次|级|个|岁)$"
_SIGN_BEFORE: Final = r"^(人民币|rmb|cny|[￥¥])\s*"
_TEN_THOUSANDS: Final = r"万元?$"
_MONEY_UNIT: Final = r"(万元?|元|圆)$"
_ONE: Final = Decimal(1)
_MICRO: Final = 1_000_000
_NUMERALS: Final = {numeral: str(value) for value, numeral in enumerate("零一二三四五六七八九十")}


def clean_money(text: pl.Series, place: Placed, _: Circumstances) -> Cleaned:
    """Read yuan into fen, rounded half up. Faults: not-a-number, unit-differs, negative, below-minimum, above-maximum."""
    return _amounts(text, place, steps_per_unit=100)


def clean_decimals(text: pl.Series, place: Placed, _: Circumstances) -> Cleaned:
    """Read measures into whole steps of 10^-scale, rounded half up. Faults as for money."""
    return _amounts(text, place, steps_per_unit=10**place.column.scale)


def clean_integers(text: pl.Series, place: Placed, _: Circumstances) -> Cleaned:
    """Read whole numbers; one Chinese numeral counts too (`二级`). Faults: not-a-number, negative, below-minimum, above-maximum."""
    written = mend_where_not(_WHOLE, text, lambda odd: _without_signs(odd).replace(_NUMERALS))
    values = written.texts.str.strip_prefix("+").str.replace(r"\.0+$", "").cast(pl.Int64, strict=False)
    return judged(text, values, (written.misfits, "not-a-number"), *_bounds(values, place.column, 1))


def _amounts(text: pl.Series, place: Placed, *, steps_per_unit: int) -> Cleaned:
    written = mend_where_not(_PLAIN, text, lambda odd: _without_signs(odd, place.factor))
    values = _whole_steps(written.texts, place.factor * steps_per_unit)
    other_unit = written.texts.str.contains(_MONEY_UNIT) if written.misfits.any() else written.misfits
    return judged(
        text, values, (other_unit, "unit-differs"), (written.misfits, "not-a-number"), *_bounds(values, place.column, steps_per_unit)
    )


def _without_signs(text: pl.Series, factor: Decimal = _ONE) -> pl.Series:
    """Numbers without currency signs, thousands separators and the unit that the header counts in; another unit stays."""
    bare = narrow(text).str.to_lowercase().str.replace(_SIGN_BEFORE, "")
    if factor == 10_000:
        bare = bare.str.replace(_TEN_THOUSANDS, "")
    if factor == 1:
        bare = bare.zip_with(bare.str.contains(_TEN_THOUSANDS), bare.str.replace(_UNIT_BEHIND, ""))
    return bare.str.replace_all(",", "").zip_with(bare.str.contains(_GROUPED), bare)


def _whole_steps(written: pl.Series, steps: Decimal) -> pl.Series:
    """Written numbers times steps, rounded half away from zero to whole numbers."""
    ratio = Fraction(steps) / _MICRO
    exact = written.str.strip_prefix("+").cast(pl.Decimal(38, 6), strict=False)
    micro = (exact * _MICRO).cast(pl.Int64, strict=False)
    magnitude = (micro.abs() * ratio.numerator + ratio.denominator // 2) // ratio.denominator
    return magnitude.zip_with(micro >= 0, -magnitude)


def _bounds(values: pl.Series, column: Column, steps_per_unit: int) -> list[tuple[pl.Series, str]]:
    least = column.minimum if column.minimum is not None else Decimal(0)
    bounds = [((values < 0) & (values < least * steps_per_unit), "negative"), (values < least * steps_per_unit, "below-minimum")]
    if column.maximum is not None:
        bounds.append((values > column.maximum * steps_per_unit, "above-maximum"))
    return bounds
