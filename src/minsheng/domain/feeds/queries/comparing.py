"""Two records of perhaps one person, field by field: what each says, masked or not, and where they differ."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from typing import Final, Literal

from minsheng.domain.access.masking import masked_name, masked_number
from minsheng.engine.contracts.schema import Text
from minsheng.engine.linkage.comparisons import NEITHER, OTHERWISE
from minsheng.engine.linkage.weighing import Weighed

Agreement = Literal["same", "near", "different", "missing"]
Marked = tuple[tuple[str | Text, bool], ...]
"""What is said as stretches, and whether each differs from what stands opposite."""

FIELDS: Final = {
    "name": Text(zh="姓名", en="Name"),
    "pinyin": Text(zh="拼音", en="Pinyin"),
    "number": Text(zh="证件号码", en="Identity number"),
    "birth_on": Text(zh="出生日期", en="Born on"),
    "sex": Text(zh="性别", en="Sex"),
    "division": Text(zh="所在地", en="Place"),
    "phone_index": Text(zh="电话", en="Phone"),
}
LEVELS: Final = {
    "same": Text(zh="一致", en="the same"),
    "same sound": Text(zh="同音", en="sounds the same"),
    "one character": Text(zh="差一个字", en="one character differs"),
    "near sound": Text(zh="读音相近", en="sounds nearly the same"),
    "swapped": Text(zh="月日颠倒", en="day and month swapped"),
    "slip": Text(zh="差一个数字", en="one digit differs"),
    "two slips": Text(zh="差两个数字", en="two digits differ"),
    "weeks": Text(zh="相差数周，或为农历", en="a few weeks apart, perhaps the lunar calendar"),
    "first 12": Text(zh="同一村（社区）", en="the same village"),
    "first 9": Text(zh="同一乡镇（街道）", en="the same township"),
    "first 6": Text(zh="同一区县", en="the same county"),
    "person": Text(zh="从该人算起", en="before anything is compared"),
    OTHERWISE: Text(zh="不同", en="different"),
    NEITHER: Text(zh="一方未提供", en="not given on one side"),
}
_SEXES: Final = {"male": Text(zh="男", en="male"), "female": Text(zh="女", en="female")}


@dataclass(frozen=True)
class Side:
    """What one record says, in clear."""

    name: str
    pinyin: str
    number: str
    birth_on: date | None
    sex: str
    division: str
    place: str
    phone_index: bytes | None


@dataclass(frozen=True)
class FieldCompared:
    """One field of both records; texts are as they may be shown, `level` says how far they agree, `bits` what that weighs."""

    field: str
    title: Text
    delivered: Marked
    known: Marked
    agreement: Agreement
    level: Text | None
    bits: float | None


def compared(delivered: Side, known: Side, weighed: list[Weighed], *, in_clear: bool) -> tuple[FieldCompared, ...]:
    """Compare two records; masked unless `in_clear`, with the places marked at which they differ."""
    by_title = {one.title: one for one in weighed}
    told = [_field(field, delivered, known, by_title.get(field), in_clear) for field in FIELDS]
    return tuple(one for one in told if one.delivered or one.known)


def _field(field: str, delivered: Side, known: Side, weighed: Weighed | None, in_clear: bool) -> FieldCompared:
    left, right = (_text(field, side) for side in (delivered, known))
    show = _SHOWN.get(field, _as_it_is) if not in_clear else _as_it_is
    if field == "phone_index":
        texts: tuple[Marked, Marked] = _phones(left, right)
    elif field == "sex":
        texts = (_whole(_SEXES.get(left, left), left, right), _whole(_SEXES.get(right, right), right, left))
    elif field == "division":
        texts = (_whole(delivered.place or left, left, right), _whole(known.place or right, right, left))
    else:
        texts = (_marked(show(left), left, right), _marked(show(right), right, left))
    level = LEVELS[weighed.level] if weighed else None
    agreement: Agreement = _agreement(left, right, weighed)
    return FieldCompared(field, FIELDS[field], *texts, agreement, level, weighed.bits if weighed else None)


def _agreement(left: str, right: str, weighed: Weighed | None) -> Agreement:
    if not left or not right:
        return "missing"
    if left == right:
        return "same"
    return "near" if weighed is not None and weighed.level != OTHERWISE else "different"


def _text(field: str, side: Side) -> str:
    value = getattr(side, field)
    return value.hex() if isinstance(value, bytes) else str(value or "")


def _as_it_is(text: str) -> str:
    return text


def _masked_sound(text: str) -> str:
    """Of a name's sound the first syllable, as of its characters the first."""
    first, *rest = text.split(" ")
    return " ".join([first, *("*" * len(syllable) for syllable in rest)])


_SHOWN: Final[dict[str, Callable[[str], str]]] = {"name": masked_name, "pinyin": _masked_sound, "number": masked_number}


def _marked(shown: str, own: str, other: str) -> Marked:
    """The shown characters in stretches; where there is an other text, those that differ from what stands at their place."""
    letters = [
        (letter, bool(other) and place < len(own) and mine != opposite)
        for place, (letter, mine, opposite) in enumerate(zip_longest(shown, own, other))
        if letter is not None
    ]
    stretches: list[tuple[str, bool]] = []
    for letter, differs in letters:
        if stretches and stretches[-1][1] == differs:
            stretches[-1] = (stretches[-1][0] + letter, differs)
        else:
            stretches.append((letter, differs))
    return tuple(stretches)


def _whole(shown: str | Text, own: str, other: str) -> Marked:
    """All of it or nothing differs; where nothing stands opposite, nothing does."""
    return ((shown, bool(other) and own != other),) if own else ()


def _phones(left: str, right: str) -> tuple[Marked, Marked]:
    """Phones are never shown here, only whether they are one."""
    return _whole("***", left, right), _whole("***", right, left)
