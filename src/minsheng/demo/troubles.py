"""What goes wrong with whole deliveries: some come late, one is short, one repeats last month, one never comes."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from minsheng.demo.chance import stream
from minsheng.demo.timeline import Timeline

LATE: Final = "late"
SHORT: Final = "short"
REPEATED: Final = "repeated"
MISSING: Final = "missing"
SHORT_SHARE: Final = 0.35
_CANDIDATES: Final = (
    (LATE, ("student_aid", "public_rental", "disability_certificates")),
    (LATE, ("vehicles", "real_estate")),
    (SHORT, ("business_registrations", "water_use")),
    (REPEATED, ("electricity_use", "pensions")),
    (MISSING, ("dangerous_houses", "disaster_victims", "registered_unemployment")),
)
"""One feed of each line has that trouble in one month; never the register, never the first full month."""


def plan_troubles(seed: int, timeline: Timeline) -> Mapping[tuple[str, int], str]:
    """This will choose (feed, position) of every trouble; none if there is only one full month."""
    rng = stream(seed, "troubles")
    later = timeline.full_positions[1:]
    if not later:
        return {}
    return {(_pick(rng, feeds), later[int(rng.integers(0, len(later)))]): trouble for trouble, feeds in _CANDIDATES}


def days_late(seed: int, feed: str) -> int:
    """How many days after the due day a late delivery comes."""
    return int(stream(seed, "late", feed).integers(3, 12))


def _pick(rng: np.random.Generator, feeds: tuple[str, ...]) -> str:
    return feeds[int(rng.integers(0, len(feeds)))]
