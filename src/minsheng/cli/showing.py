"""An explanation on a terminal: sentences first, then the waterfall, the records behind it, and what would change it."""

from typing import Literal

from rich.panel import Panel
from rich.table import Table
from rich.text import Text as Styled

from minsheng.cli.output import console
from minsheng.domain.monitoring.states import LEVELS, MARKS
from minsheng.engine.contracts.schema import Text
from minsheng.engine.explaining.explanation import Explanation, Line, Step
from minsheng.engine.explaining.figures import points_text, score_text

Language = Literal["zh", "en"]
_BAR = 30
_STYLES = ("dim", "blue", "yellow", "dark_orange", "red")
_WORDS = {
    "waterfall": Text(zh="从部门记录到等级", en="From department records to the level"),
    "step": Text(zh="步骤", en="step"),
    "points": Text(zh="分", en="points"),
    "total": Text(zh="累计", en="total"),
    "records": Text(zh="依据", en="What it rests on"),
    "who": Text(zh="谁", en="who"),
    "found": Text(zh="发现", en="found"),
    "value": Text(zh="数值", en="value"),
    "mark": Text(zh="标准", en="mark"),
    "source": Text(zh="来源：数据集，送达件，原行号", en="source: feed, delivery, original row"),
    "change": Text(zh="什么会改变等级", en="What would change the level"),
    "next": Text(zh="再高 {points} 分即升为{level}", en="{points} points more make it {level}"),
    "ease": Text(zh="低 {points} 分即可下调", en="{points} points less let it ease"),
    "ended": Text(zh="若「{who}：{title}」不再出现，下月为{level}", en="without “{who}: {title}” it would be {level} next month"),
    "reverse": Text(zh="另行核对（不影响得分）", en="To be checked apart (never part of the score)"),
}


def show_explanation(explanation: Explanation, *, household: str, lang: str, sentences_only: bool = False) -> None:
    """Print an explanation in one language."""
    language: Language = "en" if lang == "en" else "zh"
    words = LEVELS[explanation.level]
    name = words.zh if language == "zh" else words.en
    title = f"{household}  {explanation.month}  {MARKS[explanation.level]} {name}  {explanation.score_text}"
    console.print(Panel(_said(explanation.sentences, language), title=title, title_align="left", border_style=_STYLES[explanation.level]))
    if sentences_only:
        return
    console.print(_waterfall(explanation, language))
    console.print(_records(explanation.lines, language, _WORDS["records"]))
    if explanation.reverse:
        console.print(_records(explanation.reverse, language, _WORDS["reverse"]))
    for line in _turning(explanation, language):
        console.print(f"  • {line}", highlight=False)


def _waterfall(explanation: Explanation, language: Language) -> Table:
    shown = Table(title=_said(_WORDS["waterfall"], language), title_justify="left", title_style="bold", pad_edge=False)
    shown.add_column(_said(_WORDS["step"], language), overflow="fold")
    shown.add_column(_said(_WORDS["points"], language), justify="right")
    shown.add_column(_said(_WORDS["total"], language), justify="right")
    shown.add_column("", width=_BAR)
    top = max((step.total for step in explanation.steps), default=0) or 1
    for step in explanation.steps:
        shown.add_row(
            _said(step.title, language),
            f"{'+' if step.change > 0 else ''}{score_text(step.change)}",
            score_text(step.total),
            _bar(step, top),
        )
    shown.add_section()
    level = LEVELS[explanation.level]
    shown.add_row(f"= {level.zh if language == 'zh' else level.en}", "", explanation.score_text, "")
    return shown


def _bar(step: Step, top: int) -> Styled:
    before, after = step.total - step.change, step.total
    low, high = sorted((before, after))
    start, end = low * _BAR // top, -(-high * _BAR // top)
    return Styled(" " * start + "█" * max(1, end - start), style="green" if step.change < 0 else "cyan")


def _records(lines: tuple[Line, ...], language: Language, title: Text) -> Table:
    shown = Table(title=_said(title, language), title_justify="left", title_style="bold", pad_edge=False)
    for name in ("who", "found", "value", "mark", "points", "source"):
        shown.add_column(_said(_WORDS[name], language), overflow="fold", justify="right" if name in ("value", "mark", "points") else "left")
    for line in lines:
        sources = "\n".join(
            f"{record.delivery or _said(record.title, language)}{f' #{record.row}' if record.row else ''}" for record in line.evidence[:4]
        )
        more = f"\n… +{len(line.evidence) - 4}" if len(line.evidence) > 4 else ""
        found = _said(line.title, language) + (" ★" if line.is_new else "")
        shown.add_row(
            _said(line.member, language),
            found,
            _said(line.value_text, language),
            _said(line.bound_text, language),
            points_text(line.points),
            sources + more,
        )
    return shown


def _turning(explanation: Explanation, language: Language) -> list[str]:
    turning = explanation.turning
    told = []
    if turning.next_level is not None and turning.to_next_level is not None:
        told.append(_fill("next", language, points=score_text(turning.to_next_level), level=_level(turning.next_level, language)))
    if turning.easing and turning.easing.at_once is not None:
        told.append(_fill("ease", language, points=score_text(turning.easing.at_once)))
    for ending in turning.endings[:3]:
        who, what = _said(ending.spot.member, language), _said(ending.spot.title, language)
        told.append(_fill("ended", language, who=who, title=what, level=_level(ending.level_next_month, language)))
    return [f"{_said(_WORDS['change'], language)}:", *told] if told else []


def _fill(word: str, language: Language, **parts: str) -> str:
    return _said(_WORDS[word], language).format(**parts)


def _level(level: int, language: Language) -> str:
    return LEVELS[level].zh if language == "zh" else LEVELS[level].en


def _said(text: Text, language: Language) -> str:
    return text.zh if language == "zh" else text.en
