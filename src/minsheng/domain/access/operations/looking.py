"""Writing down who looked at whom, and who was refused."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from minsheng.domain.access.viewers import Viewer
from minsheng.domain.audit.operations import record


@dataclass(frozen=True)
class Look:
    """Households whose people were shown in one way, and the place (twelve digits, blank for none) that holds them all."""

    how: str
    division: str
    households: Sequence[int]


def record_looks(*, viewer: Viewer, looks: Iterable[Look], path: str, origin: str, at: datetime) -> None:
    """Record which households' people were shown: one event for each look, with their keys."""
    for look in looks:
        keys = list(look.households)
        subject = f"household:{keys[0]}" if len(keys) == 1 else f"households:{len(keys)}"
        detail = {"how": look.how, "households": keys, "path": path[:200]}
        record("people.looked_at", by=viewer.acts_as, at=at, subject=subject, detail=detail, origin=origin, division=look.division)


def record_refusal(*, viewer: Viewer, path: str, kind: str, origin: str, at: datetime) -> None:
    """Record that somebody was refused a page; it concerns the place that they answer for."""
    record(
        "page.refused",
        by=viewer.acts_as,
        at=at,
        subject=f"path:{path}"[:200],
        detail={"kind": kind},
        origin=origin,
        division=viewer.home,
    )
