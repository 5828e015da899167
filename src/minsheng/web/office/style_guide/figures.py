"""Made-up figures for the style guide."""

from datetime import date
from typing import Any

from minsheng.engine.contracts.schema import Text
from minsheng.kernel.periods import Month
from minsheng.web.charts import Axis, Bars, Lines, Place, Series, Source, Step, Tiles, Waterfall
from minsheng.web.components import Crumb, Stage, Tab

_SOURCE = Source(Text(zh="演示数据", en="made-up figures"), Month(2026, 10))
_HOUSEHOLDS = Axis(Text(zh="户数", en="Households"))
_TOWNSHIPS = (
    ("江岸街道", "Jiang'an", 412, 4),
    ("大桥镇", "Daqiao", 365, 3),
    ("白沙洲乡", "Baishazhou", 198, 2),
    ("石门峪镇", "Shimenyu", 176, 3),
    ("青龙山镇", "Qinglongshan", 143, 1),
    ("柳林乡", "Liulin", 97, 2),
    ("桃花坞街道", "Taohuawu", 61, 1),
    ("南泉镇", "Nanquan", 40, 0),
    ("北塬乡", "Beiyuan", 0, 0),
)
_MONTHS = [Month(2025, number) for number in (11, 12)] + [Month(2026, number) for number in range(1, 11)]


def samples() -> dict[str, Any]:
    """Everything the page shows."""
    return {
        "crumbs": [Crumb(Text(zh="预警", en="Warnings"), "#"), Crumb(Text(zh="大桥镇", en="Daqiao"), "#")],
        "tabs": [
            Tab(Text(zh="本月预警", en="This month"), "#", here=True, count=1284),
            Tab(Text(zh="静默中", en="Quiet"), "#", count=96),
            Tab(Text(zh="已核查", en="Verified"), "#"),
        ],
        "stages": [
            Stage(Text(zh="提出", en="Proposed"), "done", Text(zh="周明 · 11月12日", en="Zhou Ming · 12 November")),
            Stage(Text(zh="第二人审批", en="Second person approves"), "now", Text(zh="等 2 天了", en="waiting for 2 days")),
            Stage(Text(zh="生效", en="Takes effect"), "next", Text(zh="2026-12 起", en="from 2026-12")),
        ],
        "rows": _rows(),
        "day": date(2026, 12, 5),
        "tones": ("quiet", "accent", "good", "caution", "stop"),
        "levels": (0, 1, 2, 3, 4),
        "changes": ("new", "escalated", "unchanged", "new-indicator", "eased", "cleared"),
        **_charts(),
    }


def _rows() -> list[dict[str, Any]]:
    reason = Text(
        zh="近12个月住院自付 38,600 元，超过低保边缘家庭 10,000 元的标准。",
        en="Paid 38,600 yuan for hospital care in the last 12 months; the mark for marginal families is 10,000.",
    )
    names = (
        ("周**", 4, 99_000_000, "escalated"),
        ("李**", 3, 71_500_000, "new"),
        ("王*", 2, 44_250_000, "unchanged"),
        ("马**", 1, 21_000_000, "eased"),
    )
    return [
        {
            "name": name,
            "level": level,
            "score": score,
            "change": change,
            "place": _TOWNSHIPS[at][:2],
            "reason": reason,
            "own_share": 3_860_000 - at * 712_345,
        }
        for at, (name, level, score, change) in enumerate(names)
    ]


def _charts() -> dict[str, Any]:
    towns = [Text(zh=zh, en=en) for zh, en, _, _ in _TOWNSHIPS]
    levels = [
        Series(Text(zh=zh, en=en), [max(0, count // part - at) for at, (_, _, count, _) in enumerate(_TOWNSHIPS)], level)
        for zh, en, part, level in (("红色", "red", 20, 4), ("橙色", "orange", 8, 3), ("黄色", "yellow", 4, 2), ("蓝色", "blue", 2, 1))
    ]
    now = Series(Text(zh="本月", en="this month"), [count for _, _, count, _ in _TOWNSHIPS])
    before = Series(Text(zh="去年同月", en="same month last year"), [round(count * 0.86) + 9 for _, _, count, _ in _TOWNSHIPS])
    places = [Place(town, count, "#", level) for town, (_, _, count, level) in zip(towns, _TOWNSHIPS, strict=True)]
    more = [Place(Text(zh="西岭乡", en="Xiling"), "<10", "#"), Place(Text(zh="东湖街道", en="Donghu"), None)]
    return {
        "bars": Bars(
            Text(zh="大桥镇的预警比去年同月多了六十户", en="Daqiao has sixty more warnings than in the same month last year"),
            towns,
            [now, before],
            _HOUSEHOLDS,
            _SOURCE,
        ),
        "stacked": Bars(
            Text(zh="红色家庭集中在三个乡镇", en="Red households gather in three townships"),
            towns,
            levels,
            _HOUSEHOLDS,
            _SOURCE,
            stacked=True,
        ),
        "lines": _lines(),
        "waterfall": _waterfall(),
        "tiles": Tiles(Text(zh="预警家庭，按乡镇", en="Households with a warning, by township"), places + more, _HOUSEHOLDS, _SOURCE),
    }


def _lines() -> Lines:
    red = Series(Text(zh="红色", en="red"), [88, 91, 97, None, 103, 101, 108, 112, 120, 118, 126, 131], 4)
    orange = Series(Text(zh="橙色", en="orange"), [240, 238, 251, None, 262, 255, 268, 271, 280, 285, 279, 290], 3)
    title = Text(zh="橙色和红色家庭一年来缓慢增加", en="Orange and red households have slowly grown over the year")
    return Lines(title, _MONTHS, [red, orange], _HOUSEHOLDS, _SOURCE)


def _waterfall() -> Waterfall:
    words = (
        ("户主 · 个人自付医疗费", "the head of household · medical cost borne by the person", 40_000_000),
        ("户主 · 新登记重大疾病", "the head of household · newly registered major disease", 20_000_000),
        ("户主 · 长期住院", "the head of household · long hospital stays", 5_000_000),
        ("户主 · 一人在疾病方面最多计 60 分", "the head of household · one person counts at most 60 in illness", -5_000_000),
        ("户主 · 新登记失业", "the head of household · newly registered unemployment", 15_000_000),
        ("两个方面有困难：多计 10%", "hardship in 2 dimensions: 10% more", 7_500_000),
        ("身份系数 120%", "identity counts 120%", 16_500_000),
    )
    steps = [Step(Text(zh=zh, en=en), change) for zh, en, change in words]
    marks = {1: 20_000_000, 2: 40_000_000, 3: 60_000_000, 4: 80_000_000}
    title = Text(zh="为什么这一家是红色：99.00 分", en="Why this household is red: 99.00 points")
    return Waterfall(title, steps, _SOURCE, thresholds=marks, total_name=Text(zh="得分", en="Score"))
