"""The sum behind a likelihood as a small picture: each piece of evidence a bar that begins where the last one ended."""

from collections.abc import Sequence
from dataclasses import dataclass

from minsheng.domain.feeds.queries.reviewing import Candidate
from minsheng.engine.contracts.schema import Text

WIDTH = 220
_LEAST = 1.5


@dataclass(frozen=True)
class Bar:
    """One step: what it is, how far the field agrees, its bits, and where its bar stands."""

    title: Text
    said: Text | None
    bits: str
    x: str
    width: str
    side: str
    reached: str


@dataclass(frozen=True)
class Sum:
    """All steps of a candidate; `zero` is where nothing speaks for or against."""

    bars: tuple[Bar, ...]
    zero: str
    weight: str


def sums(candidates: Sequence[Candidate]) -> list[Sum]:
    """The sums of all candidates on one scale."""
    reached = [0.0, *(value for one in candidates for step in one.steps for value in (step.before, step.after))]
    low, high = min(reached), max(reached)
    scale = WIDTH / ((high - low) or 1)
    return [_sum(one, low, scale) for one in candidates]


def _sum(candidate: Candidate, low: float, scale: float) -> Sum:
    bars = []
    for step in candidate.steps:
        left, right = sorted((step.before, step.after))
        bars.append(
            Bar(
                title=step.title,
                said=step.said,
                bits=_signed(step.bits),
                x=f"{(left - low) * scale:.1f}",
                width=f"{max((right - left) * scale, _LEAST):.1f}",
                side="for" if step.bits >= 0 else "against",
                reached=f"{(step.after - low) * scale:.1f}",
            )
        )
    return Sum(tuple(bars), f"{-low * scale:.1f}", _signed(candidate.weight))


def _signed(bits: float) -> str:
    return f"{bits:+.1f}".replace("-", "−")
