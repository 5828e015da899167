"""What moved since the months before, in words and small charts."""

from minsheng.domain.monitoring.drifting import Moves
from minsheng.engine.contracts.schema import Text
from minsheng.engine.drift.histograms import EVERYWHERE
from minsheng.engine.drift.stability import MOVED_FROM, MUCH_FROM, Picture, Shift
from minsheng.engine.explaining.words import LEVELS
from minsheng.reports.charts import Bar, BarChart, BarSeries
from minsheng.reports.drawing import Axis
from minsheng.reports.markup import Block, decimals, percent, same, whole, words
from minsheng.reports.page import Note, Paragraph, Section
from minsheng.reports.tables import Heading, Table

_READ_AS = {
    "steady": words("平稳", "steady"),
    "moved": words("有变动", "moved"),
    "moved-much": words("变动很大", "moved much"),
}
_LEVELS = {level.en: level for level in LEVELS}
_REACH = {"with": words("有记录的人", "people with a record"), "without": words("无记录的人", "people without")}


def subject_name(shift: Shift, moves: Moves) -> Text:
    """What was counted, with the indicator's or the feed's title, and where."""
    name = _subject(shift, moves)
    if shift.place == EVERYWHERE:
        return name
    place = moves.places.get(shift.place, shift.place)
    return words(f"{place}：{name.zh}", f"{place}: {name.en}")


def _subject(shift: Shift, moves: Moves) -> Text:
    if shift.kind == "levels":
        return words("各级别户数", "households by level")
    if shift.kind in ("reach", "value"):
        title = {one.id: one.title for one in moves.model.indicators}.get(shift.name, same(shift.name))
        if shift.kind == "reach":
            return words(f"“{title.zh}”涉及人数", f"people with a record for {title.en}")
        return words(f"“{title.zh}”的取值", f"values of {title.en}")
    feed, _, column = shift.name.partition(".")
    contract = moves.catalogue.get(feed)
    title = contract.title if contract else same(feed)
    if shift.kind == "rows":
        return words(f"{title.zh}：每人行数", f"{title.en}: rows per person")
    named = next((one.title for one in contract.columns if one.name == column), same(column)) if contract else same(column)
    return words(f"{title.zh}：{named.zh}", f"{title.en}: {named.en}")


def bin_name(shift: Shift, name: str) -> Text:
    """A bin as people read it."""
    if shift.kind == "levels":
        return _LEVELS.get(name, same(name))
    return _REACH.get(name, same(name)) if shift.kind == "reach" else same(name) if name else words("空白", "blank")


def sentence(shift: Shift, moves: Moves) -> Text:
    """One line for one thing that moved."""
    name, read_as = subject_name(shift, moves), _READ_AS[shift.moved]
    if shift.kind == "rows":
        now, before, part = decimals(shift.now, 3), decimals(shift.before, 3), words("每人", "per person")
    else:
        now, before, part = percent(shift.now), percent(shift.before), bin_name(shift, shift.bin)
    return words(
        f"{name.zh}{read_as.zh}（PSI {shift.index:.2f}）：{part.zh} {before} → {now}",
        f"{name.en} {read_as.en} (PSI {shift.index:.2f}): {part.en} {before} → {now}",
    )


def drift_section(moves: Moves) -> Section:
    """The section of a page on what moved: a table, and a chart for each of those that moved most."""
    title = words("与前几个月比较", "Beside the months before")
    drift = moves.drift
    if not drift.months:
        return Section(
            title, [Note(words("这是首次运行，还没有可比较的月份。", "This is the first run: there is no month to compare with yet."))]
        )
    several = words(
        f"与 {drift.months[0]} 至 {drift.months[-1]} 的合计比较。", f"Compared with {drift.months[0]} to {drift.months[-1]}, added up."
    )
    if not drift.moved:
        return Section(title, [Paragraph(words("没有明显变动。", "Nothing moved."))], several)
    return Section(title, [_table(moves), *(_chart(one, moves) for one in moves.pictures), _convention()], several)


def _table(moves: Moves) -> Block:
    heads = [
        Heading(words("内容", "what"), number=False),
        Heading(words("判读", "reading"), number=False),
        Heading(words("稳定性指数", "PSI")),
    ]
    heads += [
        Heading(words("变化最大的部分", "what contributes most"), number=False),
        Heading(words("此前", "before")),
        Heading(words("本月", "now")),
    ]
    heads.append(Heading(words("个数", "cases")))
    rows = [
        (
            subject_name(one, moves),
            _READ_AS[one.moved],
            decimals(one.index),
            words("每人行数", "rows per person") if one.kind == "rows" else bin_name(one, one.bin),
            decimals(one.before, 3) if one.kind == "rows" else percent(one.before),
            decimals(one.now, 3) if one.kind == "rows" else percent(one.now),
            whole(one.cases),
        )
        for one in moves.drift.moved
    ]
    return Table(heads, rows)


def _chart(shown: Picture, moves: Moves) -> Block:
    series = ((words("此前", "before"), shown.before), (words("本月", "now"), shown.now))
    return BarChart(
        title=subject_name(shown.shift, moves),
        axis=Axis(words("占比", "share"), "percent"),
        categories=[bin_name(shown.shift, name) for name in shown.bins],
        series=[BarSeries(name, [Bar(value) for value in values]) for name, values in series],
        source=words(
            f"来源：{moves.drift.month} 运行 {moves.run[:12]}，{shown.shift.months} 个月合计为比较基础",
            f"Source: run {moves.run[:12]} of {moves.drift.month}, beside {shown.shift.months} months added up",
        ),
    )


def _convention() -> Block:
    return Paragraph(
        words(
            f"稳定性指数（PSI）低于 {MOVED_FROM} 通常视为平稳，{MOVED_FROM} 至 {MUCH_FROM} 视为有变动，"
            f"高于 {MUCH_FROM} 视为变动很大；这是惯例，不是检验。",
            f"A population stability index under {MOVED_FROM} is customarily read as steady, up to {MUCH_FROM} as moved, "
            "above as moved much: a convention, not a test.",
        )
    )
