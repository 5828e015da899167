"""Whether a higher level means more hardship, and worse."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from minsheng.engine.evaluation.arrays import Flags, Floats, Ints
from minsheng.engine.evaluation.shares import Share, mean, share


@dataclass(frozen=True)
class OfLevel:
    """One level: how many households have it, the share of them in hardship, and how bad it is (mean severity, all of them)."""

    level: int
    households: float
    in_hardship: Share
    severity: Share


@dataclass(frozen=True)
class Monotony:
    """Whether each level has more than the one below it.

    reversed_steps: pairs of neighbouring levels (lower, higher) where it does not; beyond_chance: those of them whose 95 %
    intervals do not even touch.
    """

    rising: bool
    reversed_steps: tuple[tuple[int, int], ...]
    beyond_chance: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Bin:
    """Households with scores from `low` to `high` (in points): their mean score and the share of them in hardship."""

    low: float
    high: float
    score: float
    in_hardship: Share


def by_level(level: Ints, hard: Flags, severity: Floats, weight: Floats) -> list[OfLevel]:
    """This will measure every level that anybody has, lowest first."""
    found = []
    for one in np.unique(level[weight > 0]):
        rows = level == one
        found.append(OfLevel(int(one), float(weight[rows].sum()), share(hard[rows], weight[rows]), mean(severity[rows], weight[rows])))
    return found


def monotony(levels: list[tuple[int, Share]]) -> Monotony:
    """Whether shares or means rise from level to level; levels with nothing counted are passed over."""
    known = [(level, one) for level, one in sorted(levels, key=lambda pair: pair[0]) if one.value is not None]
    steps = [((low, high), a, b) for (low, a), (high, b) in pairwise(known)]
    reversed_steps = tuple(pair for pair, a, b in steps if _value(a.value) > _value(b.value))
    beyond = tuple(pair for pair, a, b in steps if pair in reversed_steps and _value(a.low) > _value(b.high))
    return Monotony(not reversed_steps, reversed_steps, beyond)


def by_score(points: Floats, hard: Flags, weight: Floats, *, bins: int = 10) -> list[Bin]:
    """The share in hardship by score: those without points first, then bins of about equally many households with points."""
    nothing = points <= 0
    edges = np.unique(np.quantile(points[~nothing], np.linspace(0, 1, bins + 1))) if (~nothing).any() else np.zeros(0)
    which = np.where(nothing, -1, np.clip(np.searchsorted(edges, points, side="right") - 1, 0, max(len(edges) - 2, 0)))
    found = []
    for one in np.unique(which[weight > 0]):
        rows = (which == one) & (weight > 0)
        middle = mean(points[rows], weight[rows]).value
        found.append(Bin(float(points[rows].min()), float(points[rows].max()), _value(middle), share(hard[rows], weight[rows])))
    return found


def _value(known: float | None) -> float:
    assert known is not None
    return known
