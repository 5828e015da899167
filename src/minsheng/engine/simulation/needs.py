"""Whether a change can be computed from what a month stored, or needs a value that nobody stored."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from minsheng.engine.indicators.grammar import Indicator, Model
from minsheng.engine.scoring.availability import Unknown, unknown_indicators
from minsheng.engine.scoring.plan import RunPlan

MEASURED_BY = ("source", "filter", "who", "among", "window_months", "measure")
"""The parts of an indicator that its stored values rest on; all others only weigh them."""


@dataclass(frozen=True)
class Need:
    """An indicator whose values nobody stored, and which of its parts are new."""

    indicator: str
    parts: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.indicator}: {', '.join(self.parts)}"


def unstored(plan: RunPlan, after: Model) -> list[Need]:
    """What the changed model needs and the run of this plan did not store; nothing: its stored values are enough."""
    return list(_needs(plan.model, after, unknown_indicators(plan)))


def _needs(before: Model, after: Model, unknown: Mapping[str, Unknown]) -> Iterator[Need]:
    known = {indicator.id: indicator for indicator in before.indicators}
    for indicator in after.indicators:
        was = known.get(indicator.id)
        if was is None:
            yield Need(indicator.id, ("new",))
            continue
        parts = [part for part in MEASURED_BY if getattr(was, part) != getattr(indicator, part)]
        if _carries_what_it_did_not(was, indicator, unknown):
            parts.append("reverse")
        if parts:
            yield Need(indicator.id, tuple(parts))


def _carries_what_it_did_not(was: Indicator, now: Indicator, unknown: Mapping[str, Unknown]) -> bool:
    """A reverse indicator carries no points, so that none were stored for one that now gives points and is unknown."""
    return was.reverse and not now.reverse and now.id in unknown
