"""The states of a delivery, an identity case, a sharing agreement and an upload, as tables."""

from minsheng.kernel.states import Label, Transition

RECEIVED = "received"
HELD = "held"
REFUSED = "refused"
SUPERSEDED = "superseded"

PENDING = "pending"
LINKED = "linked"
OUTSIDE = "outside"

DRAFT = "draft"
IN_FORCE = "in_force"
EXPIRED = "expired"
ENDED = "ended"

ARRIVING = "arriving"
WAITING = "waiting"
TAKEN = "taken"
NOT_TAKEN = "not_taken"
GIVEN_UP = "given_up"


DELIVERY_STATES = {
    RECEIVED: Label("已接收", "received", "nobody"),
    HELD: Label("待放行", "held", "county civil affairs"),
    REFUSED: Label("已拒收", "refused", "department"),
    SUPERSEDED: Label("已被替换", "superseded", "nobody"),
}
DELIVERY_TRANSITIONS = (
    Transition(None, RECEIVED, "delivery.received"),
    Transition(None, HELD, "delivery.held"),
    Transition(None, REFUSED, "delivery.refused"),
    Transition(HELD, RECEIVED, "delivery.released"),
    Transition(RECEIVED, SUPERSEDED, "delivery.superseded"),
    Transition(HELD, SUPERSEDED, "delivery.superseded"),
)

CASE_STATES = {
    PENDING: Label("待核实", "to decide", "county civil affairs"),
    LINKED: Label("已认定", "linked", "nobody"),
    OUTSIDE: Label("非登记对象", "outside the registry", "nobody"),
}
CASE_TRANSITIONS = (
    Transition(None, PENDING, "identity.asked"),
    Transition(PENDING, LINKED, "identity.linked"),
    Transition(PENDING, OUTSIDE, "identity.outside"),
    Transition(LINKED, LINKED, "identity.linked"),
    Transition(LINKED, OUTSIDE, "identity.outside"),
    Transition(OUTSIDE, LINKED, "identity.linked"),
    Transition(LINKED, PENDING, "identity.reopened"),
    Transition(OUTSIDE, PENDING, "identity.reopened"),
)

AGREEMENT_STATES = {
    DRAFT: Label("草稿", "draft", "whoever drafts it"),
    IN_FORCE: Label("生效", "in force", "county civil affairs"),
    EXPIRED: Label("已到期", "expired", "county civil affairs"),
    ENDED: Label("已终止", "ended", "nobody"),
}
AGREEMENT_TRANSITIONS = (
    Transition(None, DRAFT, "agreement.drafted"),
    Transition(DRAFT, DRAFT, "agreement.edited"),
    Transition(DRAFT, IN_FORCE, "agreement.put_in_force"),
    Transition(IN_FORCE, EXPIRED, "agreement.expired"),
    Transition(IN_FORCE, ENDED, "agreement.ended"),
)

UPLOAD_STATES = {
    ARRIVING: Label("上传中", "arriving", "whoever sends it"),
    WAITING: Label("等待接收", "waiting to be received", "nobody"),
    TAKEN: Label("已办结", "dealt with", "nobody"),
    NOT_TAKEN: Label("未接收", "not taken", "whoever sends it"),
    GIVEN_UP: Label("已放弃", "given up", "nobody"),
}
UPLOAD_TRANSITIONS = (
    Transition(None, ARRIVING, "upload.begun"),
    Transition(ARRIVING, WAITING, "upload.arrived"),
    Transition(WAITING, TAKEN, "upload.taken"),
    Transition(WAITING, NOT_TAKEN, "upload.not_taken"),
    Transition(NOT_TAKEN, WAITING, "upload.tried_again"),
    Transition(ARRIVING, GIVEN_UP, "upload.given_up"),
    Transition(NOT_TAKEN, GIVEN_UP, "upload.given_up"),
)
