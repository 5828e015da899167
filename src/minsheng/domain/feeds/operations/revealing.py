"""Showing an identity and its candidates in clear, to whoever has it before them."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from minsheng.domain.access.roles import May
from minsheng.domain.access.viewers import Viewer, demand
from minsheng.domain.audit.operations import record


@transaction.atomic
def reveal_identity(*, case: int, households: Sequence[int], viewer: Viewer, origin: str, at: datetime) -> None:
    """Record that somebody saw the names and numbers of an identity and its candidates, to settle who it is. Raises NotAllowed."""
    demand(viewer, May.REVEAL)
    demand(viewer, May.DECIDE_IDENTITY)
    detail = {"households": list(households)}
    record("identity.revealed", by=viewer.acts_as, at=at, subject=f"identity:{case}", detail=detail, purpose="verify", origin=origin)
