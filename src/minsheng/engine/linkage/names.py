"""Names as people and departments write them, brought to one form; and whether two of them can be one person's.

Covered: width (NFKC), spaces and invisible characters, every middle dot in use, traditional and variant characters
(`characters.txt`), capitals, and signs that stand for a character a register does not have.
"""

import re
from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

DOT: Final = "·"
WILDCARD: Final = "?"
_DOTS: Final = "•‧∙⋅・･·᛫⸱꞉ꞏㆍᆞ●．.。"
_STAND_INS: Final = "*□■◻◼〓�×_◆◇☐"
_PRIVATE_USE: Final = r"\x{E000}-\x{F8FF}\x{F0000}-\x{FFFFD}\x{100000}-\x{10FFFD}"
_INVISIBLE: Final = r"[\s\p{Cc}\p{Cf}\x{FE00}-\x{FE0F}\x{E0100}-\x{E01EF}\x{34F}\x{115F}\x{1160}\x{3164}'`‘’\"“”]"
"""Spaces, control and format characters, variation selectors, fillers, and quotation marks."""

_COMMON: Final = r"^[\x{4E00}-\x{9FFF}]+$"
"""Names that need no more than simplified characters for theirs: nearly all."""

_SURNAMES: Final = dict(
    re.findall(
        r"(\w+):(\w+)",
        "单:shan 仇:qiu 曾:zeng 解:xie 区:ou 朴:piao 盖:ge 查:zha 种:chong 乐:yue 员:yun 贠:yun 翟:zhai 折:she 缪:miao 覃:qin 黑:he 秘:bi "
        "繁:po 隗:wei 郇:xun 薄:bo 洗:xian 祭:zhai 乜:nie 佴:nai 召:shao 都:du 重:chong 阚:kan 句:gou 禇:chu 藏:zang 炅:gui 么:yao 粘:nian "
        "宿:su 郄:qie 隽:juan 呙:guo 万俟:mo_qi 尉迟:yu_chi 单于:chan_yu 澹台:tan_tai 乐正:yue_zheng 长孙:zhang_sun 子车:zi_ju",
    )
)
"""Surnames that are read otherwise than the same characters elsewhere."""

_Letters = npt.NDArray[np.uint32]
_Flags = npt.NDArray[np.bool_]


def normalise_name(names: pl.Series) -> pl.Series:
    """Bring a text column of names to one form; what has nothing left in it becomes null. Doing so twice changes nothing more."""
    plain = names.str.replace_many(_rewritten())
    unusual = ~names.str.contains(_COMMON).fill_null(True)
    if not unusual.any():
        return plain
    odd = names.filter(unusual)
    pairs = pl.DataFrame({"name": odd.unique()}).with_columns(plain=pl.col("name").map_batches(_normalised))
    return plain.scatter(unusual.arg_true(), odd.to_frame("name").join(pairs, on="name", how="left", maintain_order="left")["plain"])


def name_agreement(left: pl.Series, right: pl.Series) -> pl.Series:
    """Whether two normalised names can be one person's, row by row; null where either is missing.

    They can if they are equal with or without middle dots, or if every character agrees at its place or stands opposite a sign for a
    missing character, at least one character being there in both. Names that only sound alike do not agree.
    """
    frame = pl.DataFrame({"left": left, "right": right}).select(pl.all().str.replace_all(DOT, "", literal=True))
    agree = frame["left"] == frame["right"]
    unsure = (~agree & frame.select(pl.any_horizontal(pl.all().str.contains(WILDCARD, literal=True))).to_series()).fill_null(False)
    if unsure.any():
        agree = agree.scatter(unsure.arg_true(), _agree_around_gaps(frame.filter(unsure)))
    return agree.alias("agree")


def pinyin_of(names: pl.Series) -> pl.Series:
    """How normalised names sound: toneless pinyin syllables with a space between; surnames in their own reading; other letters kept."""
    unique = names.drop_nulls().unique()
    readings = _readings(unique)
    surname = pl.coalesce(pl.col("name").str.head(length).replace_strict(_SURNAMES, default=None) for length in (2, 1))
    rest = pl.col("name").str.slice(surname.str.count_matches("_") + 1)
    in_its_reading = pl.concat_str(surname.str.replace_all("_", " "), _spoken(rest, readings), separator=" ")
    is_special = surname.is_not_null() & (pl.col("name").str.len_chars() > 1)
    spoken = unique.to_frame("name").select(
        "name", pinyin=pl.when(is_special).then(in_its_reading).otherwise(_spoken(pl.col("name"), readings))
    )
    return names.to_frame("name").join(spoken, on="name", how="left", maintain_order="left")["pinyin"].alias(names.name)


@cache
def same_characters() -> dict[str, str]:
    """Read the table of traditional and variant characters: form → simplified character."""
    text = files("minsheng.engine.linkage").joinpath("characters.txt").read_text(encoding="utf-8")
    groups = [group for line in text.splitlines() if not line.startswith("#") for group in line.split()]
    return {form: group[0] for group in groups for form in group[1:]}


def _normalised(names: pl.Series) -> pl.Series:
    plain = (
        names.str.normalize("NFKC")
        .str.replace_all(f"[{_PRIVATE_USE}]", WILDCARD)
        .str.replace_all(_INVISIBLE, "")
        .str.to_uppercase()
        .str.normalize("NFKC")
        .str.replace_many(_rewritten())
        .str.strip_chars(DOT)
        .str.replace_all(f"{DOT}+", DOT)
    )
    return plain.set(plain == "", None)


@cache
def _rewritten() -> dict[str, str]:
    return same_characters() | dict.fromkeys(_DOTS, DOT) | dict.fromkeys(_STAND_INS, WILDCARD)


def _spoken(names: pl.Expr, readings: dict[str, str]) -> pl.Expr:
    letters = names.str.replace_all(DOT, "", literal=True)
    syllables = [f"{reading} " for reading in readings.values()]
    return letters.str.replace_many(list(readings), syllables).str.strip_suffix(" ") if readings else letters


def _readings(names: pl.Series) -> dict[str, str]:
    return {letter: _reading(letter) for letter in names.str.split("").explode().drop_nulls().unique().to_list()}


@cache
def _reading(letter: str) -> str:
    from pypinyin import Style, lazy_pinyin  # takes a sixth of a second, which not every command should pay

    return "".join(lazy_pinyin(letter, style=Style.NORMAL))


def _agree_around_gaps(frame: pl.DataFrame) -> pl.Series:
    """Compare names of which one has a gap; two signs in a row may also stand for one character (of two code units)."""
    closed = frame.select(pl.all().str.replace_all(WILDCARD * 2, WILDCARD, literal=True))
    return pl.Series(_agree_by_place(frame) | _agree_by_place(closed))


def _agree_by_place(frame: pl.DataFrame) -> _Flags:
    width = int(frame.select(pl.max_horizontal(pl.all().str.len_chars().max())).item())
    left, right = (_letters(frame[side], width) for side in ("left", "right"))
    gap = (left == ord(WILDCARD)) | (right == ord(WILDCARD))
    opposite = (left != 0) & (right != 0)
    same = left == right
    fits: _Flags = (same | (gap & opposite)).all(axis=1)
    met: _Flags = (same & opposite & ~gap).any(axis=1)
    return fits & met


def _letters(names: pl.Series, width: int) -> _Letters:
    return names.to_numpy().astype(f"<U{width}").view(np.uint32).reshape(len(names), width)
