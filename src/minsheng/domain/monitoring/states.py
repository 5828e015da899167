"""Levels, changes and verdicts, in the words that explanations use too; and what becomes of a warning on the desk."""

from typing import NamedTuple

from minsheng.engine.contracts.schema import Text
from minsheng.engine.explaining.words import CHANGES, LEVELS, MARKS, VERDICTS
from minsheng.kernel.states import Transition

OPEN, ANSWERED, HELD_BACK = "open", "answered", "held_back"
STANDING = "standing"
"""The cause of a warning of an earlier month whose household still has a level."""


class DeskStatus(NamedTuple):
    """A status in both languages, and who has to act in it."""

    title: Text
    owner: Text


DESK: dict[str, DeskStatus] = {
    OPEN: DeskStatus(Text(zh="待处理", en="Open"), Text(zh="乡镇（街道）经办人", en="the township officer")),
    ANSWERED: DeskStatus(Text(zh="已有核查结论", en="Verdict given"), Text(zh="无需处理", en="nobody")),
    HELD_BACK: DeskStatus(Text(zh="静默期内", en="Held back"), Text(zh="无需处理", en="nobody")),
}
"""What a warning on the desk can be: waiting, answered by a verdict, or held back because of an earlier one."""


TRANSITIONS = (
    Transition(None, OPEN, "run.published"),
    Transition(None, HELD_BACK, "run.published"),
    Transition(OPEN, ANSWERED, "verdict.recorded"),
    Transition(HELD_BACK, ANSWERED, "verdict.recorded"),
    Transition(ANSWERED, OPEN, "verdicts.withdrawn"),
    Transition(ANSWERED, HELD_BACK, "verdicts.withdrawn"),
)

__all__ = [
    "ANSWERED",
    "CHANGES",
    "DESK",
    "HELD_BACK",
    "LEVELS",
    "MARKS",
    "OPEN",
    "STANDING",
    "TRANSITIONS",
    "VERDICTS",
    "DeskStatus",
    "Transition",
]
