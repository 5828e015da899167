"""Every write of the feeds stage: receiving, releasing, registering, resolving, deciding identity, agreements."""

from minsheng.domain.feeds.operations.agreeing import (
    AgreementFacts,
    AgreementFaults,
    draft_agreement,
    edit_agreement,
    end_agreement,
    mind_agreements,
    put_in_force,
    renew_agreement,
)
from minsheng.domain.feeds.operations.catching_up import catch_up
from minsheng.domain.feeds.operations.claiming import let_go, take_up, take_up_next
from minsheng.domain.feeds.operations.closing import close_month
from minsheng.domain.feeds.operations.deciding import decide_identity, reopen_case, settle_case
from minsheng.domain.feeds.operations.giving_back import take_rejected
from minsheng.domain.feeds.operations.receiving import Item, files_below, receive
from minsheng.domain.feeds.operations.releasing import check_release, release
from minsheng.domain.feeds.operations.resolving import refresh_ledgers
from minsheng.domain.feeds.operations.revealing import reveal_identity
from minsheng.domain.feeds.operations.taking import take_upload
from minsheng.domain.feeds.operations.uploading import (
    add_piece,
    begin_upload,
    clear_uploads,
    give_up_upload,
    hand_over,
    try_again,
)

__all__ = [
    "AgreementFacts",
    "AgreementFaults",
    "Item",
    "add_piece",
    "begin_upload",
    "catch_up",
    "check_release",
    "clear_uploads",
    "close_month",
    "decide_identity",
    "draft_agreement",
    "edit_agreement",
    "end_agreement",
    "files_below",
    "give_up_upload",
    "hand_over",
    "let_go",
    "mind_agreements",
    "put_in_force",
    "receive",
    "refresh_ledgers",
    "release",
    "renew_agreement",
    "reopen_case",
    "reveal_identity",
    "settle_case",
    "take_rejected",
    "take_up",
    "take_up_next",
    "take_upload",
    "try_again",
]
