"""Finding a feed's contract."""

import difflib
from typing import ClassVar

from minsheng.engine.contracts.loading import Catalogue
from minsheng.engine.contracts.schema import Contract
from minsheng.kernel.errors import Refusal


class NoSuchFeed(Refusal):
    """The catalogue has no such feed."""

    code: ClassVar[str] = "no-such-feed"


def contract_named(catalogue: Catalogue, feed: str) -> Contract:
    """The contract of a feed; raises NoSuchFeed with the nearest names."""
    if feed in catalogue:
        return catalogue[feed]
    near = difflib.get_close_matches(feed, list(catalogue), n=3, cutoff=0.3)
    raise NoSuchFeed(f"There is no feed {feed!r}.", next_step=f"Did you mean {', '.join(near)}?" if near else "See: minsheng feeds list")
