"""The form of state tables: which states there are, whose turn it is in each, which moves are allowed, and the event that each records."""

from collections.abc import Iterable
from typing import NamedTuple


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


def event_of(transitions: Iterable[Transition], before: str | None, after: str) -> str:
    """The event that a move records; KeyError where the table has no such move."""
    return {(row.before, row.after): row.event for row in transitions}[(before, after)]
