"""Whether decisions of identity have reached every ledger."""

from typing import Final

from minsheng.domain.feeds import states
from minsheng.domain.feeds.models import Delivery, IdentityEpoch
from minsheng.engine.contracts.loading import Catalogue

DECISIONS_IN_EPOCH: Final = 1_000_000
"""An epoch of identities is so many times the registry's, and the decisions' besides."""


def decisions_behind(catalogue: Catalogue) -> bool:
    """Whether anything was decided, or taken back, since some delivery's ledger was made."""
    decided = IdentityEpoch.objects.filter(pk=1).values_list("number", flat=True).first() or 0
    matched = [feed for feed, contract in catalogue.items() if contract.registers is None]
    standing = Delivery.objects.filter(feed__in=matched, status__in=(states.RECEIVED, states.HELD)).exclude(ledger=[])
    return any(epoch % DECISIONS_IN_EPOCH < decided for epoch in standing.values_list("resolved_epoch", flat=True).distinct())
