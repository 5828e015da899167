"""Pinyin of place names, where it differs from that of everyday words."""

import re
from collections.abc import Callable
from typing import cast

from pypinyin import lazy_pinyin

_CHARACTERS = {"都": "du", "长": "chang", "朝": "chao", "什": "shi", "漯": "luo"}
"""Characters that places read in one way, whatever the dictionary says of the words they stand in."""

_NAMES = {
    "六合区": "lu he qu",
    "单县": "shan xian",
    "洪洞": "hong tong",
    "浚县": "xun xian",
    "荥经": "ying jing",
    "涡阳": "guo yang",
    "繁峙": "fan shi",
    "筠连": "jun lian",
    "宕昌": "tan chang",
    "伽师": "jia shi",
    "大城县": "dai cheng xian",
    "崆峒": "kong tong",
    "乐陵": "lao ling",
    "长子县": "zhang zi xian",
    "浪卡子": "lang ka zi",
}
"""Names that their people read otherwise than the dictionary does."""

_KNOWN = re.compile(f"({'|'.join(_NAMES)})")
_SYLLABLE = re.compile(r"[a-z]+")
_ONE_BY_ONE = cast("Callable[[str], str]", list)  # pypinyin splices a list in; its types know of texts alone


def romanise(name: str) -> str:
    """Give the pinyin of a place name: lower case, no tones, ü as v, syllables apart, nothing else (`wu chang qu`)."""
    syllables = [syllable for part in _KNOWN.split(name) for syllable in _read(part)]
    return " ".join(syllable for syllable in syllables if _SYLLABLE.fullmatch(syllable))


def _read(part: str) -> list[str]:
    if part in _NAMES:
        return _NAMES[part].split()
    readings = lazy_pinyin(part.lower(), errors=_ONE_BY_ONE)
    return [_CHARACTERS.get(character, reading) for character, reading in zip(part, readings, strict=True)]
