"""An explanation as tables for a terminal: pure rich renderables, printed by whoever asked."""

from collections.abc import Iterator, Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Styled

from minsheng.engine.contracts.schema import Text
from minsheng.engine.explaining.explanation import Explanation, Line, Record
from minsheng.engine.explaining.figures import points_text, score_text
from minsheng.engine.explaining.prospects import prospects
from minsheng.engine.explaining.words import CHANGES, LEVELS, MARKS, Language, named, said

WIDTH = 36
"""Characters across which a waterfall is drawn."""
RECORDS = 4
"""Records listed for a finding; the explanation as data has all."""
_UP, _DOWN = "█", "░"
_HEADS = {
    "household": Text(
        zh="家庭 {key} · {month} · {mark} {level}（上月{before}，{change}）",
        en="Household {key} · {month} · {mark} {level} ({before} last month, {change})",
    ),
    "waterfall": Text(zh="分数怎么来的", en="How the score came about"),
    "findings": Text(zh="依据", en="What it rests on"),
    "prospects": Text(zh="什么会改变级别", en="What would change the level"),
    "reverse": Text(zh="另行核实（不影响分数）", en="To be checked apart (never touches the score)"),
    "step": Text(zh="步骤", en="step"),
    "points": Text(zh="分", en="points"),
    "score": Text(zh="得分", en="score"),
    "thresholds": Text(zh="分数线", en="thresholds"),
    "who": Text(zh="谁", en="who"),
    "what": Text(zh="情况", en="what"),
    "value": Text(zh="数值", en="value"),
    "bound": Text(zh="标准", en="mark"),
    "standing": Text(zh="数据", en="data"),
    "for_whom": Text(zh="适用", en="for"),
    "records": Text(zh="部门记录", en="Department records"),
}
_STANDING = {
    "known": Text(zh="本月", en="this month"),
    "stale": Text(zh="沿用 {known_in}", en="as of {known_in}"),
    "unknown": Text(zh="不清楚", en="not known"),
}
_NEW = Text(zh="{title}（新）", en="{title} (new)")
_MORE = Text(zh="另有 {rest} 条", en="and {rest} more")
_ROW = Text(zh="{delivery} 第 {row} 行", en="{delivery} row {row}")


def as_table(explanation: Explanation, language: Language) -> Group:
    """Draw an explanation: its sentences, the waterfall, what it rests on, and what would change the level."""
    parts: list[RenderableType] = [_title(explanation, language), Styled(said(explanation.sentences, language)), ""]
    if explanation.steps:
        parts += [_waterfall(explanation, language)]
    if explanation.lines:
        parts += _findings(explanation.lines, language, "findings")
    parts += [_head("prospects", language), *(Styled(f"  {line}") for line in prospects(explanation, language))]
    if explanation.reverse:
        parts += ["", *_findings(explanation.reverse, language, "reverse")]
    return Group(*parts)


def waterfall_rows(explanation: Explanation, language: Language, width: int = WIDTH) -> list[tuple[str, str, str]]:
    """The waterfall as rows of step, points and bar: each bar begins where the one before ended; ░ takes away."""
    top = _scale(explanation)
    rows = []
    for step in explanation.steps:
        sign = "+" if step.change >= 0 else "-"
        rows.append(
            (said(step.title, language), f"{sign}{score_text(abs(step.change))}", _bar(step.total - step.change, step.total, top, width))
        )
    rows.append((said(_HEADS["score"], language), explanation.score_text, _bar(0, explanation.score, top, width)))
    rows.append((said(_HEADS["thresholds"], language), "", _ruler(explanation, top, width)))
    return rows


def _title(explanation: Explanation, language: Language) -> Styled:
    words = {
        "key": str(explanation.household),
        "month": explanation.month,
        "mark": MARKS[explanation.level],
        "level": said(LEVELS[explanation.level], language),
        "before": said(LEVELS[explanation.previous_level], language),
        "change": said(named(CHANGES, explanation.change), language),
    }
    return Styled(said(_HEADS["household"], language).format(**words), style="bold")


def _waterfall(explanation: Explanation, language: Language) -> Table:
    table = _table(language, "waterfall", ("step", "points"))
    table.add_column("", no_wrap=True)
    table.columns[1].justify = "right"
    for row in waterfall_rows(explanation, language):
        table.add_row(*(escape(cell) for cell in row))
    return table


def _scale(explanation: Explanation) -> int:
    """The score at the right edge: what the waterfall reaches, and at least the next threshold above the score."""
    above = min((least for least in explanation.thresholds.values() if least > explanation.score), default=0)
    return max(above, *(step.total for step in explanation.steps), explanation.score, 1)


def _bar(start: int, end: int, top: int, width: int) -> str:
    left, right = (round(at * width / top) for at in sorted((start, end)))
    return " " * left + (_UP if end >= start else _DOWN) * max(1, right - left)


def _ruler(explanation: Explanation, top: int, width: int) -> str:
    places = {round(least * width / top): MARKS[level] for level, least in explanation.thresholds.items() if least <= top}
    return "".join(places.get(at, " ") for at in range(width + 1)).rstrip()


def _findings(lines: Sequence[Line], language: Language, title: str) -> list[RenderableType]:
    heads = ("who", "what", "value", "bound", "for_whom", "points", "standing")
    table = _table(language, title, heads)
    for head in ("value", "bound", "points"):
        table.columns[heads.index(head)].justify = "right"
    for line in lines:
        table.add_row(*(escape(cell) for cell in _finding(line, language)))
    return [table, *_records(lines, language)]


def _finding(line: Line, language: Language) -> Iterator[str]:
    yield said(line.member, language)
    title = said(line.title, language)
    yield said(_NEW, language).format(title=title) if line.is_new else title
    yield said(line.value_text, language)
    yield said(line.bound_text, language)
    yield said(line.bands_title, language)
    yield points_text(line.points) if line.dimension else ""
    yield said(_STANDING[line.standing], language).format(known_in=line.known_in)


def _records(lines: Sequence[Line], language: Language) -> Iterator[RenderableType]:
    """The department records behind each line, under one heading; nothing if none were kept."""
    known = [line for line in lines if line.evidence]
    if known:
        yield _head("records", language)
    for line in known:
        yield Styled(f"  {said(line.member, language)} · {said(line.title, language)}")
        for record in line.evidence[:RECORDS]:
            yield Padding(Styled(_record(record, language)), (0, 0, 0, 4))
        if len(line.evidence) > RECORDS:
            yield Styled("    " + said(_MORE, language).format(rest=len(line.evidence) - RECORDS))
    if known:
        yield ""


def _record(record: Record, language: Language) -> str:
    row = said(_ROW, language).format(delivery=record.delivery, row=record.row) if record.row else ""
    told = [detail for detail in record.details if detail.text.zh != str(record.event_on)]
    details = ("，" if language == "zh" else ", ").join(f"{said(detail.title, language)} {said(detail.text, language)}" for detail in told)
    return "  ".join(part for part in (str(record.event_on or ""), said(record.title, language), row, details) if part)


def _head(name: str, language: Language) -> Styled:
    return Styled(said(_HEADS[name], language), style="bold")


def _table(language: Language, title: str, heads: Sequence[str]) -> Table:
    table = Table(
        title=said(_HEADS[title], language),
        title_justify="left",
        title_style="bold",
        header_style="bold",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
    )
    for head in heads:
        table.add_column(said(_HEADS[head], language), overflow="fold")
    return table
