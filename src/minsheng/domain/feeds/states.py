"""The states of a delivery and of an identity case, as tables."""

from typing import NamedTuple

RECEIVED = "received"
HELD = "held"
REFUSED = "refused"
SUPERSEDED = "superseded"

PENDING = "pending"
LINKED = "linked"
OUTSIDE = "outside"


class Label(NamedTuple):
    """A state's words and who has to act in it."""

    zh: str
    en: str
    owner: str


class Transition(NamedTuple):
    """One allowed move, and the event it records."""

    before: str | None
    after: str
    event: str


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
)


def event_of(transitions: tuple[Transition, ...], before: str | None, after: str) -> str:
    """The event that a move records; KeyError where the table has no such move."""
    return {(row.before, row.after): row.event for row in transitions}[(before, after)]
