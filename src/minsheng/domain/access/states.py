"""The states of a grant, as a table. Whether one that counts holds today is a matter of its days."""

from minsheng.kernel.states import Label, Transition

AWAITING = "awaiting"
COUNTING = "counting"
REVOKED = "revoked"

GRANT_STATES = {
    AWAITING: Label("待第二人确认", "waits for a second person", "another administrator or a supervisor of the place"),
    COUNTING: Label("有效", "counts", "nobody"),
    REVOKED: Label("已收回", "taken back", "nobody"),
}
GRANT_TRANSITIONS = (
    Transition(None, AWAITING, "grant.given"),
    Transition(None, COUNTING, "grant.given"),
    Transition(AWAITING, COUNTING, "grant.confirmed"),
    Transition(AWAITING, REVOKED, "grant.declined"),
    Transition(COUNTING, REVOKED, "grant.revoked"),
)
