"""Made-up names: surnames and given characters of our own choosing, some rare, some with a middle dot, and their misspellings."""

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from minsheng.demo import figures
from minsheng.demo.arrays import Flags, Ints

_SURNAMES: Final = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖"
    "贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤涂柯占童艾祝瞿喻"
)
_DOUBLE_SURNAMES: Final = ("欧阳", "上官", "诸葛", "司马", "皇甫")
_GIVEN_MALE_OLD: Final = "建国华明志强德福贵生祥林海春兴荣光清云义忠万金水根发胜利军平安文学友良才"
_GIVEN_FEMALE_OLD: Final = "秀英桂兰珍玉凤芳梅莲香菊翠红素琴淑贞美云霞爱华金花春枝珠腊喜"
_GIVEN_MALE_NEW: Final = "伟磊涛勇鹏杰浩宇博轩子豪俊峰超斌凯旭阳晨泽睿铭航天佑嘉瑞哲恒毅辰奕"
_GIVEN_FEMALE_NEW: Final = "静丽敏燕娟婷倩雪梦怡欣雨佳琪诗涵思颖子萱可馨语桐紫若曦妍晓蕾璐瑶"
_RARE: Final = "喆堃淼犇骉翀旻昶晟曌璟甯祎翾龑䶮玥婳昇"
_MINORITY_FIRST: Final = ("阿依古丽", "买买提", "古丽娜", "艾力", "玛依拉", "吐尔逊", "阿卜杜", "帕提古丽", "热依汗", "卡德尔")
_MINORITY_SECOND: Final = ("买买提", "艾合买提", "吐尔逊", "库尔班", "阿不都拉", "司马义", "依明", "热合曼")

_HOMOPHONES: Final = dict(
    zip(
        "伟静丽敏勇磊杰涛明华军平芳英玉兰秀红梅霞文志强国建德福林海云金春清燕娟婷雪佳欣怡子晓超峰斌俊浩宇博",
        "玮婧莉珉永雷洁韬铭桦钧萍方瑛钰岚绣虹玫遐雯智墙郭健得富琳海芸锦椿青艳涓亭薛嘉鑫宜紫小朝锋彬峻昊羽勃",
        strict=True,
    )
)
DOTS: Final = ("·", "•", "．", "・", "‧")


def draw_names(rng: np.random.Generator, male: Flags, young: Flags, surname_of: Ints) -> pl.Series:
    """This will make a name per person.

    `surname_of` points to the person whose surname is shared (oneself for the head, a spouse, a parent).
    """
    count = len(male)
    surnames = _surnames(rng, count)[surname_of]
    first, second = (_characters(rng, male, young) for _ in range(2))
    single = rng.random(count) < np.where(young, 0.22, 0.12)
    second = np.where(rng.random(count) < figures.RARE_CHARACTER_SHARE, _pick(rng, tuple(_RARE), count), second)
    parts = pl.DataFrame(
        {"surname": surnames, "first": np.where(single, "", first), "second": second},
        schema_overrides=dict.fromkeys(("first", "second"), pl.String),
    )
    names = parts.select(name=pl.concat_str("surname", "first", "second"))["name"]
    minority = rng.random(count) < figures.MINORITY_NAME_SHARE
    dotted = np.char.add(np.char.add(_pick(rng, _MINORITY_FIRST, count), DOTS[0]), _pick(rng, _MINORITY_SECOND, count))
    return names.zip_with(pl.Series(~minority), pl.Series(dotted)).alias("name")


def misspelt(names: pl.Series) -> pl.Series:
    """The names as somebody heard them: the last character that has a homophone is replaced, else a character is added."""
    heard = names.str.replace_many(list(_HOMOPHONES), list(_HOMOPHONES.values()))
    return pl.select(pl.when(heard == names).then(names + "华").otherwise(heard)).to_series()


def _surnames(rng: np.random.Generator, count: int) -> npt.NDArray[np.str_]:
    choices = (*_SURNAMES, *_DOUBLE_SURNAMES)
    weights = 1 / (np.arange(len(choices)) + 6.0)
    return np.array(choices)[rng.choice(len(choices), size=count, p=weights / weights.sum())]


def _characters(rng: np.random.Generator, male: Flags, young: Flags) -> npt.NDArray[np.str_]:
    """One given character per person, from the stock of its sex and generation."""
    count = len(male)
    old = np.where(male, _pick(rng, tuple(_GIVEN_MALE_OLD), count), _pick(rng, tuple(_GIVEN_FEMALE_OLD), count))
    new = np.where(male, _pick(rng, tuple(_GIVEN_MALE_NEW), count), _pick(rng, tuple(_GIVEN_FEMALE_NEW), count))
    return np.where(young, new, old)


def _pick(rng: np.random.Generator, choices: tuple[str, ...], count: int) -> npt.NDArray[np.str_]:
    return np.array(choices)[rng.integers(0, len(choices), size=count)]
