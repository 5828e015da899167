"""Every write of the feeds stage: receiving, releasing, registering, resolving, deciding identity."""

from minsheng.domain.feeds.operations.catching_up import catch_up
from minsheng.domain.feeds.operations.closing import close_month
from minsheng.domain.feeds.operations.deciding import decide_identity
from minsheng.domain.feeds.operations.receiving import Item, files_below, receive
from minsheng.domain.feeds.operations.releasing import release
from minsheng.domain.feeds.operations.resolving import refresh_ledgers

__all__ = ["Item", "catch_up", "close_month", "decide_identity", "files_below", "receive", "refresh_ledgers", "release"]
