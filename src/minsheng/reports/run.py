"""The page of a run: how the month stands, who needs looking at, what is not known, and what moved."""

from collections.abc import Sequence

from minsheng.domain.monitoring.drifting import RunFacts
from minsheng.engine.contracts.schema import Text
from minsheng.engine.explaining.words import CHANGES, LEVELS
from minsheng.engine.scoring.results import CHANGES as ORDER
from minsheng.reports.charts import Bar, BarChart, BarSeries, Line, LineChart, Point, level_bars
from minsheng.reports.drawing import Axis
from minsheng.reports.drift import drift_section
from minsheng.reports.markup import whole, words
from minsheng.reports.page import Note, Page, Paragraph, Section, Tile
from minsheng.reports.tables import Heading, Table, level_name

_CHARTED = 15
_STATES = {
    "received": words("已接收", "received"),
    "held": words("已暂存待放行", "held"),
    "awaited": words("待送达", "awaited"),
    "overdue": words("逾期", "overdue"),
    "not due": words("本月无需报送", "not due"),
}
_STATUS = {"stale": words("沿用上期分值", "last points are carried"), "unknown": words("未知", "unknown")}


def run_page(facts: RunFacts) -> Page:
    """The page of a run, both languages."""
    run = facts.run
    summary = run.summary
    counted = {name: summary[name] for name in ("households", "persons", "warnings", "suppressed")}
    levelled = counted["households"] - summary["by_level"][LEVELS[0].en]
    return Page(
        title=words(f"{run.month} 监测月报：{facts.moves.model.title.zh}", f"Monitoring of {run.month}: {facts.moves.model.title.en}"),
        answer=words(
            f"登记 {counted['households']:,} 户 {counted['persons']:,} 人；"
            f"{levelled:,} 户有级别，本月发出预警 {counted['warnings']:,} 条。",
            f"{counted['households']:,} households of {counted['persons']:,} people; {levelled:,} have a level, "
            f"and {counted['warnings']:,} warnings go out.",
        ),
        tiles=_tiles(facts),
        sections=[_levels(facts), _changes(facts), _townships(facts), _unknown(facts), drift_section(facts.moves), _feeds(facts)],
        source=_source(facts),
    )


def _source(facts: RunFacts) -> Text:
    run = facts.run
    return words(
        f"来源：{run.month} 运行 {run.id[:12]}，模型 {run.model_id}，结果 {run.result_hash[:16]}",
        f"Source: run {run.id[:12]} of {run.month}, model {run.model_id}, result {run.result_hash[:16]}",
    )


def _tiles(facts: RunFacts) -> list[Tile]:
    summary = facts.run.summary
    urgent = summary["by_level"]["orange"] + summary["by_level"]["red"]
    return [
        Tile(
            words("发出预警", "warnings sent"),
            whole(summary["warnings"]),
            words(f"另有 {summary['suppressed']:,} 条静默", f"{summary['suppressed']:,} suppressed"),
        ),
        Tile(words("橙色、红色", "orange and red"), whole(urgent)),
        Tile(words("未知或沿用的指标", "indicators unknown or carried"), whole(len(summary["unknown"]))),
        Tile(words("有变动的内容", "things that moved"), whole(len(facts.moves.drift.moved))),
    ]


def _levels(facts: RunFacts) -> Section:
    summary = facts.run.summary
    categories, bars = level_bars([(number, Bar(summary["by_level"][LEVELS[number].en])) for number in range(len(LEVELS) - 1, 0, -1)])
    households = words("户数", "households")
    chart = BarChart(
        words("本月各级别户数", "Households by level"), Axis(households, "count"), categories, [BarSeries(households, bars)], _source(facts)
    )
    return Section(words("本月级别", "Levels"), [chart, *_history(facts)])


def _history(facts: RunFacts) -> list[LineChart]:
    if len(facts.history) < 2:
        return []
    lines = [
        Line(level_name(number), [Point(float(at), run.summary["by_level"][LEVELS[number].en]) for at, run in enumerate(facts.history)])
        for number in range(1, len(LEVELS))
    ]
    months = Axis(words("月份", "month"), labels=[run.month for run in facts.history])
    return [
        LineChart(
            words("各级别户数，逐月", "Households by level, month by month"),
            months,
            Axis(words("户数", "households"), "count"),
            lines,
            _source(facts),
        )
    ]


def _changes(facts: RunFacts) -> Section:
    counts = facts.run.summary["by_change"]
    rows = [(CHANGES[name], whole(counts[name])) for name in ORDER]
    return Section(
        words("与上月相比", "Since last month"),
        [Table([Heading(words("变化", "change"), number=False), Heading(words("户数", "households"))], rows)],
    )


def _townships(facts: RunFacts) -> Section:
    title = words("各乡镇（街道）预警", "Warnings by township")
    if facts.townships is None:
        return Section(
            title, [Note(words("该月已归档，明细只在数据湖中。", "The month was retired: its warnings stand in the lake alone."))]
        )
    if not facts.townships:
        return Section(title, [Paragraph(words("本月没有发出预警。", "No warnings went out this month."))])
    ordered = sorted(facts.townships, key=lambda row: (-sum(row[1].values()), row[0]))
    numbers = range(len(LEVELS) - 1, 0, -1)
    heads = [
        Heading(words("乡镇（街道）", "township"), number=False),
        *(Heading(level_name(number)) for number in numbers),
        Heading(words("合计", "all")),
    ]
    rows: list[Sequence[str | Text]] = [
        (_place(facts, code), *(whole(levels.get(number, 0)) for number in numbers), whole(sum(levels.values())))
        for code, levels in ordered
    ]
    shown = ordered[:_CHARTED]
    warnings = words("预警数", "warnings")
    chart = BarChart(
        words("预警最多的乡镇（街道）", "Townships with most warnings"),
        Axis(warnings, "count"),
        [_place(facts, code) for code, _ in shown],
        [BarSeries(warnings, [Bar(sum(levels.values())) for _, levels in shown])],
        _source(facts),
    )
    return Section(title, [chart, Table(heads, rows)])


def _place(facts: RunFacts, code: str) -> Text:
    name = facts.places.get(code, code)
    return words(name, name) if name else words("未登记地区", "no place registered")


def _unknown(facts: RunFacts) -> Section:
    title = words("未知的指标", "What is not known")
    states = facts.run.summary["unknown"]
    if not states:
        return Section(title, [Paragraph(words("所有指标都有数据。", "Every indicator is known."))])
    titles = {one.id: one.title for one in facts.moves.model.indicators}
    heads = [
        words("指标", "indicator"),
        words("状态", "state"),
        words("缺少的月份", "months missing"),
        words("沿用分值的人数", "people whose points are carried"),
    ]
    rows: list[Sequence[str | Text]] = [
        (titles[name], _STATUS[state["status"]], ", ".join(state["months"]), whole(state["carried"])) for name, state in states.items()
    ]
    lead = words(
        "未知不等于零：能沿用的沿用上期分值，其余不计分。",
        "Unknown is not zero: last points are carried where they may be, the rest is left out.",
    )
    return Section(title, [Table([Heading(head, number=at == 3) for at, head in enumerate(heads)], rows)], lead)


def _feeds(facts: RunFacts) -> Section:
    heads = [
        words("数据集", "feed"),
        words("状态", "state"),
        words("行数", "rows read"),
        words("通过", "accepted"),
        words("隔离", "quarantined"),
    ]
    rows: list[Sequence[str | Text]] = [
        (
            _feed_title(facts, one.feed),
            _STATES.get(one.status, words(one.status, one.status)),
            whole(one.read),
            whole(one.accepted),
            whole(one.quarantined),
        )
        for one in facts.feeds
    ]
    return Section(
        words("数据到达情况", "What the departments delivered"),
        [Table([Heading(head, number=at > 1) for at, head in enumerate(heads)], rows)],
    )


def _feed_title(facts: RunFacts, feed: str) -> Text:
    return facts.moves.catalogue[feed].title
