"""The words of explanations, in both languages: levels, changes, relations, categories, feeds, verdicts, and the sentences' frames."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Literal

from minsheng.engine.contracts.loading import Catalogue
from minsheng.engine.contracts.schema import Column, Text
from minsheng.engine.indicators.grammar import DEFAULT_BANDS, REGISTRY
from minsheng.kernel.periods import Month


def _text(zh: str, en: str) -> Text:
    return Text(zh=zh, en=en)


Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
LEVELS = (_text("无", "none"), _text("蓝色", "blue"), _text("黄色", "yellow"), _text("橙色", "orange"), _text("红色", "red"))
MARKS = ("·", "●", "▲", "◆", "■")
ADVICE = (
    _text("暂时不用做什么", "nothing needs doing for now"),
    _text("请关注这一家的近况", "please keep them in mind"),
    _text("请持续留意，近期问一问情况", "please keep watch and ask how they are"),
    _text("请尽快上门看望", "please visit soon"),
    _text("请马上上门看望", "please visit now"),
)
CHANGES = {
    "none": _text("无", "none"),
    "new": _text("新增", "new"),
    "escalated": _text("升级", "escalated"),
    "unchanged": _text("不变", "unchanged"),
    "eased": _text("缓和", "eased"),
    "cleared": _text("解除", "cleared"),
    "new-indicator": _text("级别不变，有新情况", "same level, something new"),
}
VERDICTS = {
    "TRUE_HELPED": _text("属实，已救助", "true, helped"),
    "TRUE_ALREADY_COVERED": _text("属实，已有保障", "true, already covered"),
    "TRUE_NOT_ELIGIBLE": _text("属实，不符合条件", "true, not eligible"),
    "FALSE_DATA": _text("数据有误", "the data was wrong"),
    "UNREACHABLE": _text("未能联系", "could not be reached"),
}
SOMEBODY = _text("家庭成员", "a member of the household")
RELATIONS = {
    "self": _text("户主", "the head of household"),
    "spouse": _text("配偶", "the spouse"),
    "spouse/male": _text("丈夫", "the husband"),
    "spouse/female": _text("妻子", "the wife"),
    "son": _text("儿子", "the son"),
    "daughter": _text("女儿", "the daughter"),
    "grandchild": _text("孙子女", "the grandchild"),
    "grandchild/male": _text("孙子", "the grandson"),
    "grandchild/female": _text("孙女", "the granddaughter"),
    "parent": _text("父母", "the parent"),
    "parent/male": _text("父亲", "the father"),
    "parent/female": _text("母亲", "the mother"),
    "grandparent": _text("祖父母", "the grandparent"),
    "grandparent/male": _text("祖父", "the grandfather"),
    "grandparent/female": _text("祖母", "the grandmother"),
    "sibling": _text("兄弟姐妹", "the sibling"),
    "sibling/male": _text("兄弟", "the brother"),
    "sibling/female": _text("姐妹", "the sister"),
}
"""Relation to the head (with the sex, where the language tells them apart); any other is `SOMEBODY`."""
AGED = _text("{label}（{age}岁）", "{label} ({age})")
OTHERS_TOO = _text("{label}等{count}人", "{label} (and {others} more)")

CATEGORIES = {
    DEFAULT_BANDS: _text("一般家庭", "families in general"),
    "DIBAO": _text("低保家庭", "dibao families"),
    "DIBAO_SINGLE": _text("单人保对象", "people on single-person dibao"),
    "TEKUN": _text("特困人员", "extremely poor people"),
    "DIBAO_MARGINAL": _text("低保边缘家庭", "marginal families"),
    "RIGID_EXPENDITURE": _text("刚性支出困难家庭", "rigid-expenditure families"),
    "POVERTY_RETURN_MONITORED": _text("防止返贫监测对象", "families monitored against poverty return"),
    "ORPHAN": _text("孤儿", "orphans"),
    "DE_FACTO_UNSUPPORTED_CHILD": _text("事实无人抚养儿童", "de facto unsupported children"),
    "OTHER": _text("其他困难人员", "other people in difficulty"),
}
EVERYBODY = _text("所有人", "everybody")
_FEEDS = {
    REGISTRY: _text("低收入人口台账", "the low-income register"),
    "medical_settlements": _text("医保结算", "medical-insurance records"),
    "disease_registrations": _text("疾病登记", "disease registrations"),
    "disability_certificates": _text("残疾证", "disability certificates"),
    "registered_unemployment": _text("失业登记", "unemployment registrations"),
    "social_insurance_contributions": _text("社保缴费", "social-insurance contributions"),
    "pensions": _text("养老金发放", "pension payments"),
    "school_enrolment": _text("学籍和升学", "school enrolments"),
    "student_aid": _text("学生资助", "student-aid records"),
    "household_register": _text("户籍", "household-register records"),
    "cremations": _text("火化登记", "cremation records"),
    "real_estate": _text("不动产登记", "real-estate records"),
    "business_registrations": _text("工商登记", "business registrations"),
    "vehicles": _text("机动车登记", "vehicle records"),
    "dangerous_houses": _text("危房鉴定", "dangerous-house records"),
    "public_rental": _text("公租房", "public-rental records"),
    "disaster_victims": _text("灾害事故", "disaster and accident records"),
    "custody": _text("服刑和强制戒毒", "custody records"),
    "return_to_poverty_monitoring": _text("防返贫监测", "records of monitoring against poverty return"),
    "water_use": _text("用水", "water-use records"),
    "electricity_use": _text("用电", "electricity-use records"),
}
UNITS = {
    "元": _text("元", "yuan"),
    "天": _text("天", "days"),
    "m²": _text("平方米", "m²"),
    "m³": _text("立方米", "m³"),
    "kWh": _text("度", "kWh"),
}

AND_MORE = _text("；另有{rest}项情况", "; and {rest} more")
STATES = {
    "none": _text("这户家庭本月没有达到提醒的标准", "This household does not reach the mark for a warning this month"),
    "new": _text("这户家庭本月新列为{level}{note}", "This household is newly {level}{note}"),
    "escalated": _text("这户家庭由{before}升为{level}{note}", "This household has gone up from {before} to {level}{note}"),
    "unchanged": _text("这户家庭仍为{level}{note}", "This household is still {level}{note}"),
    "new-indicator": _text("这户家庭仍为{level}{note}，但有新的情况", "This household is still {level}{note}, but something is new"),
    "eased": _text("这户家庭由{before}降为{level}{note}", "This household has come down from {before} to {level}{note}"),
    "cleared": _text("这户家庭原为{before}，本月不再列入提醒", "This household was {before} and is no longer on the list this month"),
}
"""What has become of the household, by the warning's cause or else by the change."""
WITHOUT_ADVICE = frozenset({"none", "cleared"})
ENDED = _text("上月{endings}，本月没有再出现", "of last month's findings these have not come up again: {endings}")
ENDED_ONE = _text("{member}的{title}", "{title} ({member})")
TRIGGERED = _text("（有“{title}”这一项，至少列为{level}）", ', as "{title}" alone makes it at least {level}')
HELD = _text("（情况略有好转，但还不稳）", ", a little better but not yet steady")
QUIET = _text(
    "；{on}已有人核实（{verdict}），此后没有新的情况，本月不再重复提醒",
    "; it was looked into on {on} ({verdict}) and nothing new has come up, so nobody is asked again this month",
)
STALE = _text(
    "{feed}{months}的数据未到或待核实，沿用{since}的结果",
    "{months}: {feed} have not come or are being checked, so the result of {since} still stands",
)
UNKNOWN = _text(
    "{feed}{months}的数据未到或待核实，这方面的情况暂不清楚",
    "{months}: {feed} have not come or are being checked, so this side is not known for now",
)
STEPS = {
    "finding": _text("{member} · {title}", "{member} · {title}"),
    "person_cap": _text("{member} · {dimension}一项个人封顶 {cap} 分", "{member} · one person counts at most {cap} in {dimension}"),
    "household_cap": _text("{dimension}一项全户封顶 {cap} 分", "a household counts at most {cap} in {dimension}"),
    "overlap": _text("{count} 个方面困难叠加，加 {percent}%", "hardship in {count} dimensions: {percent}% more"),
    "identity": _text("身份系数 {percent}%", "identity counts {percent}%"),
}
"""What each kind of step in the waterfall is called."""
NOT_GIVEN = _text("不详", "unknown")
LATELY = _text("近期", "of late")
EARLIER = _text("此前", "before")


def said(text: Text, language: Language) -> str:
    """The words in one language."""
    return text.zh if language == "zh" else text.en


def feed_words(feed: str, catalogue: Catalogue) -> Text:
    """A feed as people call it; of a feed without words of its own, the title of its contract."""
    return _FEEDS.get(feed) or catalogue[feed].title


def category_words(category: str, catalogue: Catalogue) -> Text:
    """A category (or `default`) as people call it; of one without words of its own, the title in the registry's code lists."""
    if category in CATEGORIES:
        return CATEGORIES[category]
    contracts = (contract for contract in catalogue.values() if contract.registers)
    codes = (column.codes for contract in contracts for column in contract.columns if column.name == "category")
    return next((found[category].title for found in codes if category in found), _text(category, category))


def register_column(name: str, catalogue: Catalogue) -> Column | None:
    """The column of the register's contracts that a person's entry takes over under that name; None if it is worked out."""
    columns = (column for contract in catalogue.values() if contract.registers == "members" for column in contract.columns)
    return next((column for column in columns if column.name == name), None)


def month_words(month: Month, today: Month) -> Text:
    """A month as people say it; the year only if it is another."""
    if month.year == today.year:
        return _text(f"{month.number}月", f"{month.first_day:%B}")
    return _text(f"{month.year}年{month.number}月", f"{month.first_day:%B %Y}")


def months_words(months: Sequence[Month], today: Month) -> Text:
    """Several months, those that follow each other as `7月至9月` / `July to September`."""
    spans = [(month_words(span[0], today), month_words(span[-1], today)) for span in _spans(sorted(months))]
    zh = "、".join(first.zh if first == last else f"{first.zh}至{last.zh}" for first, last in spans)
    en = ", ".join(first.en if first == last else f"{first.en} to {last.en}" for first, last in spans)
    return _text(zh, en) if spans else LATELY


def named(words: Mapping[str, Text], code: str) -> Text:
    """The words of a code, or the code itself where there are none."""
    return words.get(code) or _text(code, code)


def _spans(months: list[Month]) -> list[list[Month]]:
    spans = [[months[0]]] if months else []
    for before, month in pairwise(months):
        if month - before == 1:
            spans[-1].append(month)
        else:
            spans.append([month])
    return spans
