"""Shades for places: five classes of about equal size, with round limits that a reader can say aloud."""

from bisect import bisect_right
from collections.abc import Sequence
from math import floor, log10

SHADES = 5
UNKNOWN = -1


def limits(values: Sequence[float]) -> tuple[float, ...]:
    """The lower limits of the second to the last class; fewer where values do not tell so many apart."""
    known = sorted(value for value in values if value > 0)
    if not known:
        return ()
    cuts = (_rounded(known[len(known) * part // SHADES]) for part in range(1, SHADES))
    return tuple(sorted({cut for cut in cuts if known[0] < cut <= known[-1]}))


def shade(value: float | None, over: Sequence[float]) -> int:
    """The class of a value: 0 for nothing, then 1 to 5; UNKNOWN where there is no value."""
    if value is None:
        return UNKNOWN
    return 0 if value <= 0 else 1 + bisect_right(over, value)


def _rounded(value: float) -> float:
    digits = floor(log10(value)) - 1
    return round(value, -digits)
