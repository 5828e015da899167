"""Writing down who looked at whom, and who was refused."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from minsheng.domain.access.viewers import Viewer
from minsheng.domain.audit.operations import record


def record_looks(*, viewer: Viewer, looks: Mapping[str, Sequence[int]], path: str, origin: str, at: datetime) -> None:
    """Record which households' people were shown: one event for each way of looking, with their keys."""
    for how, households in looks.items():
        subject = f"household:{households[0]}" if len(households) == 1 else f"households:{len(households)}"
        detail = {"how": how, "households": list(households), "path": path[:200], "origin": origin}
        record("people.looked_at", by=viewer.acts_as, at=at, subject=subject, detail=detail)


def record_refusal(*, viewer: Viewer, path: str, kind: str, origin: str, at: datetime) -> None:
    """Record that somebody was refused a page."""
    record("page.refused", by=viewer.acts_as, at=at, subject=f"path:{path}"[:200], detail={"kind": kind, "origin": origin})
