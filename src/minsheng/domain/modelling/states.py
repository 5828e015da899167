"""The states of a draft, as a table."""

from minsheng.kernel.states import Label, Transition

DRAFT = "draft"
PROPOSED = "proposed"
APPROVED = "approved"
REFUSED = "refused"
WITHDRAWN = "withdrawn"


STATES = {
    DRAFT: Label("编制中", "draft", "model author"),
    PROPOSED: Label("待审批", "waiting for approval", "model approver"),
    APPROVED: Label("已批准", "approved", "nobody"),
    REFUSED: Label("未批准", "refused", "model author"),
    WITHDRAWN: Label("已撤回", "withdrawn", "nobody"),
}
TRANSITIONS = (
    Transition(None, DRAFT, "draft.started"),
    Transition(DRAFT, DRAFT, "draft.changed"),
    Transition(DRAFT, PROPOSED, "draft.proposed"),
    Transition(DRAFT, WITHDRAWN, "draft.withdrawn"),
    Transition(PROPOSED, APPROVED, "draft.approved"),
    Transition(PROPOSED, REFUSED, "draft.refused"),
    Transition(PROPOSED, DRAFT, "draft.taken_back"),
    Transition(REFUSED, DRAFT, "draft.taken_up_again"),
    Transition(REFUSED, WITHDRAWN, "draft.withdrawn"),
)
