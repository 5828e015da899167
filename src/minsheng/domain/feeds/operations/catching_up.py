"""Bringing every delivery that stands up to date at once: after a batch of decisions of identity."""

from datetime import datetime
from typing import Final

from minsheng.domain.feeds import states
from minsheng.domain.feeds.models import Delivery
from minsheng.domain.feeds.operations.resolving import Refreshed, refresh_ledgers
from minsheng.domain.feeds.queries.behind import decisions_behind
from minsheng.domain.installation import Installation
from minsheng.kernel.progress import Progress

_MOST_ROUNDS: Final = 5


def catch_up(*, installation: Installation, by: str, at: datetime, progress: Progress) -> list[Refreshed]:
    """Bring the ledgers of all received and held deliveries up to date; interrupted, running again repeats nothing.

    What is decided meanwhile is taken along, so that whoever asks during this work need not ask again.
    """
    done = _once(installation, by, at, progress)
    for _ in range(_MOST_ROUNDS):
        if not decisions_behind(installation.catalogue):
            break
        done += _once(installation, by, at, progress)
    return done


def _once(installation: Installation, by: str, at: datetime, progress: Progress) -> list[Refreshed]:
    standing = Delivery.objects.filter(status__in=(states.RECEIVED, states.HELD)).order_by("month", "feed", "id")
    return refresh_ledgers(deliveries=list(standing), installation=installation, by=by, at=at, progress=progress)
