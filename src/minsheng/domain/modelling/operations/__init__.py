"""Every write of modelling: starting and changing drafts, keeping what they would do, proposing, deciding, withdrawing."""

from minsheng.domain.modelling.operations.deciding import decide_draft, propose_draft, take_back, withdraw_draft
from minsheng.domain.modelling.operations.drafting import change_draft, restore_revision, start_draft
from minsheng.domain.modelling.operations.simulating import simulate_draft

__all__ = [
    "change_draft",
    "decide_draft",
    "propose_draft",
    "restore_revision",
    "simulate_draft",
    "start_draft",
    "take_back",
    "withdraw_draft",
]
