"""What is wrong with a model, in the person's language: the loader's faults, each with the field it belongs to."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from minsheng.engine.contracts.documents import Fault
from minsheng.engine.contracts.schema import Text
from minsheng.engine.explaining.words import LEVELS
from minsheng.engine.indicators.grammar import LEVELS as LEVEL_NAMES
from minsheng.web.office.models.form import Written

_KNOWN: tuple[tuple[str, str, str], ...] = (
    (r"Input should be a valid integer.*|Input should be a valid number.*", "请填写整数", "write a whole number"),
    (r"Input should be a valid decimal|Decimal input should be an integer.*", "请填写数字", "write a number"),
    (r"Decimal input should have no more than (\d+) decimal places", "最多 {0} 位小数", "at most {0} decimals"),
    (r"Input should be greater than or equal to (\S+)", "不能小于 {0}", "not less than {0}"),
    (r"Input should be less than or equal to (\S+)", "不能大于 {0}", "not more than {0}"),
    (r"Input should be a finite number", "请填写数字", "write a number"),
    (r"is missing", "没有填写", "is missing"),
    (r"String should have at least 1 character", "没有填写", "is missing"),
    (r"Input should be 'blue'.*", "请选择等级", "choose a level"),
    (r"is not part of the grammar", "模型里没有这一项", "is not part of a model"),
    (r"Dictionary should have at least.*|Tuple should have at least.*", "至少要有一项", "needs at least one"),
    (r"must be above (\w+)", "要高于{0}的界线", "must be above {0}"),
    (r"must be above 0, or every household has a level", "要大于 0，否则家家都有等级", "must be above 0, or every household has a level"),
    (r"is above the lowest threshold", "不能高于最低的等级界线", "is above the lowest threshold"),
    (r"must be at least 100.*", "不能低于 100：身份从不降低得分", "at least 100: belonging to a group never lowers a score"),
    (r"may not be less than the percent for (\S+)", "不能少于 {0} 个方面时的比例", "not less than for {0} dimensions"),
    (r"must be above the `from` of the band before", "要高于前一档的起点", "must be above where the band before begins"),
    (r"may not be fewer than those of the band before", "不能少于前一档的分值", "not fewer than in the band before"),
    (r"a band must give points", "这一档要有分值", "a band must give points"),
    (r"a reverse indicator gives no points", "只提示的指标不计分", "what is only reported gives no points"),
    (r"a reverse indicator cannot lift a level", "只提示的指标不能触发等级", "what is only reported cannot lift a level"),
    (r"the indicator has only (\d+) band\(s\)", "这个指标只有 {0} 档", "the indicator has only {0} bands"),
    (r"there is no indicator (.*)", "没有指标 {0}", "there is no indicator {0}"),
    (r"there are no bands for `default`", "一般家庭没有分档", "there are no bands for families in general"),
    (r"(.*) is not a verdict.*", "{0} 不是核查结论", "{0} is not a verdict"),
    (r"(.*) is not a category of the registry", "{0} 不是登记的类别", "{0} is not a category of the register"),
    (r"is given twice", "写了两次", "is given twice"),
    (r"is not valid YAML: (.*)", "不是有效的 YAML：{0}", "is not valid YAML: {0}"),
    (r"is too large once its references are followed", "展开引用后过大", "is too large once its references are followed"),
    (r"is not UTF-8 text", "不是 UTF-8 文本", "is not UTF-8 text"),
)
_OTHERWISE = "不合模型的写法（{0}）"


@dataclass(frozen=True)
class FieldFault:
    """A fault at a field of the form (empty: at none), or at a line of a file."""

    field: str
    place: str
    line: int
    says: Text

    @property
    def anchor(self) -> str:
        """The field's part of its id in the page."""
        return self.field.replace(".", "-")


def said(message: str) -> Text:
    """A fault's words in both languages."""
    for pattern, zh, en in _KNOWN:
        found = re.fullmatch(pattern, message)
        if found is not None:
            parts = [_level(part) for part in found.groups()]
            return Text(zh=zh.format(*(part.zh for part in parts)), en=en.format(*(part.en for part in parts)))
    return Text(zh=_OTHERWISE.format(message), en=message)


def at_fields(faults: Sequence[Fault], written: Written) -> list[FieldFault]:
    """Every fault once at its field: bands that stand for several categories have theirs only once."""
    found: dict[tuple[str, str], FieldFault] = {}
    for one in faults:
        name = written.field_of(one.place)
        found.setdefault((name or one.place, one.message), FieldFault(name, one.place, one.line, said(one.message)))
    return list(found.values())


def at_lines(faults: Sequence[Fault]) -> list[FieldFault]:
    """Every fault at its line."""
    return [FieldFault("", one.place, one.line, said(one.message)) for one in faults]


def _level(word: str) -> Text:
    return LEVELS[LEVEL_NAMES.index(word)] if word in LEVEL_NAMES else Text(zh=word, en=word)
