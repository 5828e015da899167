"""Which indicators can be known this month, and how long the others have not been."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from minsheng.engine.indicators.grammar import REGISTRY, Indicator
from minsheng.engine.indicators.values import Window
from minsheng.engine.scoring.plan import FeedInput, LedgerFile, MonthState, PreviousRun, RunPlan
from minsheng.kernel.periods import Month

_EXPECTED: frozenset[MonthState] = frozenset({"present", "missing", "held"})


@dataclass(frozen=True)
class Reading:
    """What one indicator reads: the window, the files, and the expected months that are missing or held."""

    window: Window
    files: tuple[LedgerFile, ...]
    absent: tuple[Month, ...] = ()
    delivered: bool = True
    undated_at_end: bool = False

    @property
    def known(self) -> bool:
        """Whether every delivery it needs is there."""
        return self.delivered and not self.absent


@dataclass(frozen=True)
class Unknown:
    """An indicator that cannot be known this month: for how many months now (None: it never was), and whether points are carried."""

    feed: str
    status: Literal["stale", "unknown"]
    stale_months: int | None
    absent: tuple[Month, ...] = field(default=())


def reading(indicator: Indicator, feeds: Mapping[str, FeedInput], month: Month) -> Reading:
    """What an indicator reads for a month.

    Events: the ledgers of the window's months. A snapshot: the latest one expected by then. The registry: no files.
    """
    if indicator.source == REGISTRY:
        return Reading(Window.ending(month, None, ()), ())
    feed = feeds.get(indicator.source)
    expected = sorted(m for m, state in feed.months.items() if state in _EXPECTED and m <= month) if feed else []
    window = Window.ending(month, indicator.window_months, expected)
    if feed is None or not expected:
        return Reading(window, (), delivered=False)
    needed = expected[-1:] if feed.kind == "snapshot" else list(window.months)
    files = tuple(file for m in needed for file in sorted(feed.ledgers.get(m, ()), key=lambda file: (file.delivery, file.path)))
    absent = tuple(m for m in needed if feed.months[m] != "present")
    return Reading(window, files, absent, delivered=bool(needed), undated_at_end=feed.kind == "snapshot")


def readings(plan: RunPlan) -> dict[str, Reading]:
    """What each indicator of the plan's model reads, by indicator id."""
    return {indicator.id: reading(indicator, plan.feeds, plan.month) for indicator in plan.model.indicators}


def unknown_indicators(plan: RunPlan) -> dict[str, Unknown]:
    """The indicators that cannot be known this month, by id."""
    found = readings(plan)
    return {i.id: _unknown(i, found[i.id], plan) for i in plan.model.indicators if not found[i.id].known}


def _unknown(indicator: Indicator, reading: Reading, plan: RunPlan) -> Unknown:
    stale = _months_unknown(indicator.id, plan.previous)
    tolerance = plan.feeds[indicator.source].tolerance_months if indicator.source in plan.feeds else 0
    carried = stale is not None and stale <= tolerance
    return Unknown(indicator.source, "stale" if carried else "unknown", stale, reading.absent)


def _months_unknown(indicator_id: str, previous: PreviousRun | None) -> int | None:
    before = previous.unknown_months.get(indicator_id) if previous else None
    return None if before is None else before + 1
