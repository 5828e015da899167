"""A made-up township's people, and rows about them and about others as departments write them when they have no number."""

import hashlib
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import polars as pl

from minsheng.engine.linkage.names import pinyin_of

Strings = npt.NDArray[np.str_]

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
GIVEN = (
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂芬玲红梅建国华志文辉力玉萍波斌宇浩凯健俊帆雪婷倩雨晨欣怡佳琪思颖慧莹璐瑶海燕云飞"
    "金凤春花荣德福贵祥林生根水清泉山峰岩松柏梓涵轩睿泽博翔龙鹏程远航安宁乐康庆喜吉祖先光亮东升"
)
SOUNDS_THE_SAME = str.maketrans(
    "伟芳英静丽强军勇明超平红建华志文辉玉波宇健雪婷晨佳思颖海云金", "玮方瑛净莉墙君永铭朝萍虹剑桦智雯晖钰博羽键薛亭辰嘉丝影琳芸锦"
)
FAMILY = 3
"""People of one family stand together and share surname, village and telephone."""
PHONE_KNOWN, SEX_KNOWN, BIRTH_KNOWN, DIVISION_KNOWN = 0.5, 0.9, 0.75, 0.95


class World:
    """Everybody of a made-up district; the first `registered` of them are the registry's people (person_key = place + 1)."""

    def __init__(self, seed: int, everybody: int, registered: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.everybody = self._everybody(everybody)
        self.registered = registered

    def people(self) -> pl.DataFrame:
        """The registry as linkage takes it."""
        people = self.everybody.head(self.registered)
        numbers = pl.Series([hashed("number", place) for place in range(people.height)])
        return people.with_columns(
            pl.int_range(1, pl.len() + 1).alias("person_key"), numbers.alias("pseudonym"), pinyin_of(people["name"]).alias("pinyin")
        )

    def rows(self, count: int, *, about_people: float) -> pl.DataFrame:
        """Rows without numbers, and in `truth` whom they are about (null: somebody who is not registered)."""
        ours = self.rng.random(count) < about_people
        place = np.where(
            ours, self.rng.integers(0, self.registered, count), self.rng.integers(self.registered, self.everybody.height, count)
        )
        told = self.everybody[place].with_columns(
            self._heard(self.everybody["name"].gather(place)),
            self._slipped(self.everybody["birth_on"].gather(place)),
            row_number=pl.int_range(2, count + 2),
            truth=pl.when(pl.Series(ours)).then(pl.Series(place) + 1),
            pseudonym=pl.lit(None, pl.Binary),
        )
        told = told.with_columns(
            self._where(count, BIRTH_KNOWN, "birth_on"), self._where(count, SEX_KNOWN, "sex"),
            self._where(count, DIVISION_KNOWN, "division"), self._where(count, PHONE_KNOWN, "phone_index"),
        )  # fmt: skip
        return told.with_columns(subject=pl.Series([hashed("subject", number) for number in told["row_number"]]))

    def _everybody(self, count: int) -> pl.DataFrame:
        family = np.arange(count) // FAMILY
        surnames = self._pick(SURNAMES, family[-1] + 1, flat=4.0)[family]
        first, second = self._pick(GIVEN, count, flat=25.0), self._pick(GIVEN, count, flat=25.0)
        second = np.where(self.rng.random(count) < 0.15, "", second)
        days = pl.Series(self.rng.integers(0, 33_000, count))
        village = self.rng.integers(0, 200, family[-1] + 1)[family]
        return pl.DataFrame(
            {
                "name": np.char.add(np.char.add(surnames, first), second),
                "birth_on": pl.select(pl.lit(date(1935, 1, 1)) + pl.duration(days=days)).to_series(),
                "sex": np.where(self.rng.random(count) < 0.5, "male", "female"),
                "division": [f"999101{place // 20 + 1:03d}{place % 20 + 201}" for place in village],
                "phone_index": [hashed("phone", home) for home in family],
            }
        )

    def _pick(self, letters: str, count: int, *, flat: float) -> Strings:
        weights = 1 / (np.arange(len(letters)) + flat)
        return self.rng.choice(list(letters), size=count, p=weights / weights.sum())

    def _heard(self, names: pl.Series) -> pl.Series:
        """Four in a hundred as somebody heard them, two in a hundred with another last character."""
        chance = self.rng.random(len(names))
        other = self._pick(GIVEN, len(names), flat=25.0)
        heard = [
            name.translate(SOUNDS_THE_SAME) if draw < 0.04 else name[:-1] + str(letter) if draw < 0.06 else name
            for name, draw, letter in zip(names, chance, other, strict=True)
        ]
        return pl.Series("name", heard)

    def _slipped(self, births: pl.Series) -> pl.Series:
        """Three in a hundred a few weeks off, two in a hundred ten years off."""
        chance = self.rng.random(len(births))
        slipped = [
            birth + timedelta(days=25)
            if draw < 0.03
            else birth.replace(year=birth.year - 10, day=min(birth.day, 28))
            if draw < 0.05
            else birth
            for birth, draw in zip(births, chance, strict=True)
        ]
        return pl.Series("birth_on", slipped)

    def _where(self, count: int, share: float, column: str) -> pl.Expr:
        return pl.when(pl.Series(self.rng.random(count) < share)).then(pl.col(column)).alias(column)


def hashed(kind: str, place: int) -> bytes:
    """Sixteen bytes that stand for a keyed hash."""
    return hashlib.blake2b(f"{kind} {place}".encode(), digest_size=16).digest()
