"""What happened to a household, as sentences."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from minsheng.domain.monitoring import states
from minsheng.domain.monitoring.queries import Happening
from minsheng.engine.contracts.loading import Catalogue
from minsheng.engine.contracts.schema import Text
from minsheng.engine.explaining.words import RELATIONS, category_words, named
from minsheng.kernel.periods import Month


@dataclass(frozen=True)
class Told:
    """One line of the story: the day or month, what happened, and more of it; `level` puts a level's mark before it."""

    when: str
    day: date
    sentence: Text
    more: Text | None = None
    level: int | None = None


_UNPLACED = Text(zh="未写明的地方", en="a place nobody wrote down")


def told(happenings: Sequence[Happening], catalogue: Catalogue, places: Mapping[str, str]) -> list[Told]:
    """The story, the newest first."""
    return [_told(one, catalogue, places) for one in happenings]


def _told(one: Happening, catalogue: Catalogue, places: Mapping[str, str]) -> Told:
    when = str(Month.of(one.on)) if one.whole_month else one.on.isoformat()
    sentence, more, level = _SENTENCES[one.what](one, catalogue, places)
    return Told(when, one.on, sentence, more, level)


Sentence = tuple[Text, Text | None, int | None]


def _category(code: str, catalogue: Catalogue) -> Text:
    return category_words(code, catalogue) if code else Text(zh="未写明类别", en="no category")


def _registered(one: Happening, catalogue: Catalogue, _: Mapping[str, str]) -> Sentence:
    category = _category(one.facts.get("category", ""), catalogue)
    return Text(zh=f"登记入册，类别为{category.zh}", en=f"Put on the register among {category.en}"), None, None


def _unlisted(*_: object) -> Sentence:
    return Text(zh="不再列入登记", en="No longer listed on the register"), None, None


def _split(one: Happening, *_: object) -> Sentence:
    return Text(zh=f"从户 {one.facts['from']} 分出", en=f"Split from household {one.facts['from']}"), None, None


def _split_off(one: Happening, *_: object) -> Sentence:
    return Text(zh=f"有成员另立户 {one.facts['into']}", en=f"Members set up household {one.facts['into']}"), None, None


def _category_changed(one: Happening, catalogue: Catalogue, _: Mapping[str, str]) -> Sentence:
    before, after = (_category(one.facts[side], catalogue) for side in ("before", "after"))
    return Text(zh=f"类别由{before.zh}改为{after.zh}", en=f"Category changed from {before.en} to {after.en}"), None, None


def _moved(one: Happening, _: Catalogue, places: Mapping[str, str]) -> Sentence:
    before, after = (places.get(one.facts[side], "") for side in ("before", "after"))
    zh = f"由{before or _UNPLACED.zh}迁到{after or _UNPLACED.zh}"
    return Text(zh=zh, en=f"Moved from {before or _UNPLACED.en} to {after or _UNPLACED.en}"), None, None


def _who(one: Happening) -> Text:
    facts = one.facts
    relation = RELATIONS.get(f"{facts['relation']}/{facts['sex']}") or RELATIONS.get(facts["relation"])
    name = facts["name"]
    return Text(zh=f"{name}（{relation.zh}）", en=f"{name} ({relation.en})") if relation else Text(zh=name, en=name)


def _joined(one: Happening, *_: object) -> Sentence:
    return Text(zh=f"{_who(one).zh}加入这一户", en=f"{_who(one).en} joined the household"), None, None


def _left(one: Happening, *_: object) -> Sentence:
    return Text(zh=f"{_who(one).zh}离开这一户", en=f"{_who(one).en} left the household"), None, None


def _died(one: Happening, *_: object) -> Sentence:
    return Text(zh=f"{_who(one).zh}去世", en=f"{_who(one).en} died"), None, None


def _warned(one: Happening, *_: object) -> Sentence:
    facts = one.facts
    level, change = states.LEVELS[facts["level"]], named(states.CHANGES, facts["cause"])
    quiet = ("（静默期内，未发出）", " (held back)") if facts["held_back"] else ("", "")
    sentence = Text(zh=f"{level.zh}预警，{change.zh}{quiet[0]}", en=f"{level.en.capitalize()} warning, {change.en}{quiet[1]}")
    return sentence, Text(zh=facts["reason_zh"], en=facts["reason_en"]) if facts["reason_zh"] else None, facts["level"]


def _verdict(one: Happening, *_: object) -> Sentence:
    facts = one.facts
    verdict, by = named(states.VERDICTS, facts["verdict"]), facts["by"].partition(":")[2] or facts["by"]
    gone = ("，后来撤回", ", withdrawn later") if facts["withdrawn"] else ("", "")
    sentence = Text(zh=f"核查结论：{verdict.zh}（{by}{gone[0]}）", en=f"Verdict: {verdict.en} ({by}{gone[1]})")
    return sentence, Text(zh=facts["note"], en=facts["note"]) if facts["note"] else None, None


def _merged(one: Happening, *_: object) -> Sentence:
    name = one.facts["name"]
    if one.facts["undone"]:
        sentence = Text(zh=f"撤销{name}的身份归并", en=f"The merge of {name} was undone")
    else:
        sentence = Text(zh=f"{name}与另一条登记认定为同一人", en=f"{name} was found to be the same person as another entry")
    reason = one.facts["reason"]
    return sentence, Text(zh=reason, en=reason) if reason else None, None


_SENTENCES: dict[str, Callable[[Happening, Catalogue, Mapping[str, str]], Sentence]] = {
    "registered": _registered,
    "unlisted": _unlisted,
    "split": _split,
    "split_off": _split_off,
    "category": _category_changed,
    "moved": _moved,
    "joined": _joined,
    "left": _left,
    "died": _died,
    "warned": _warned,
    "verdict": _verdict,
    "merged": _merged,
}
"""What happened → how it is said."""
