"""The page of an evaluation: is it right, whom does it reach, which levels and indicators carry it, and is it as good for everybody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from minsheng.engine.contracts.schema import Text
from minsheng.engine.evaluation.evaluating import Evaluation, OfGroup
from minsheng.engine.evaluation.levels import Monotony
from minsheng.engine.evaluation.ranking import Estimate
from minsheng.engine.evaluation.shares import Share
from minsheng.engine.explaining.figures import Figure
from minsheng.kernel.periods import Month
from minsheng.reports.charts import Bar, BarChart, BarSeries, Line, LineChart, Point, Rule, level_bars
from minsheng.reports.drawing import Axis
from minsheng.reports.groups import group_name
from minsheng.reports.markup import NOTHING, Block, decimals, percent, plain, same, whole, words
from minsheng.reports.page import Note, Page, Paragraph, Section, Tile
from minsheng.reports.tables import Heading, Table, level_name

SHARE_AXIS = words("占比（%）", "share (%)")
_HARD = words("确有困难的占比（%）", "in hardship (%)")
_GUESS = words("随便挑选", "guessing")
SPLIT_TITLES: Mapping[str, Text] = {
    "residence": words("城乡", "town and country"),
    "age": words("户主年龄", "age of the head"),
    "sex": words("户主性别", "sex of the head"),
    "ethnicity": words("户主民族", "ethnicity of the head"),
    "disability": words("家中残疾情况", "disability in the household"),
}
_ETHNICITIES: Mapping[str, Text] = {"han": words("汉族", "Han"), "minority": words("少数民族", "other ethnic groups")}
_CAUSE_TITLES: Mapping[str, Text] = {
    "illness": words("疾病", "illness"),
    "job_loss": words("失业", "loss of work"),
    "disability": words("残疾", "disability"),
    "disaster": words("灾害事故", "disaster or accident"),
    "school_costs": words("上学开支", "cost of schooling"),
    "death_of_earner": words("主要劳动力去世", "death of an earner"),
    "other": words("其他（无部门记录）", "other (no department sees it)"),
}


@dataclass(frozen=True)
class Subject:
    """What was evaluated, in words: the model or score, where the outcomes come from, and the day of the page.

    indicators: their titles. figures: how their values are written; plain numbers for those not named.
    """

    title: Text
    source: str
    written_on: str
    indicators: Mapping[str, Text]
    figures: Mapping[str, Figure]

    def titled(self, indicator: str) -> Text:
        """The title of an indicator; its id without one."""
        return self.indicators[indicator] if indicator in self.indicators else same(indicator)

    def written(self, indicator: str, value: float) -> Text:
        """A value of an indicator as people read it; what is worse is larger, so the sign says nothing."""
        return self.figures[indicator].text(round(value)) if indicator in self.figures else same(plain(abs(value)))


def evaluation_page(found: Evaluation, subject: Subject) -> Page:
    """This will arrange an evaluation as a page."""
    rest = words(f"结果数据：{subject.source}；{subject.written_on} 测算", f"Outcomes: {subject.source}; measured on {subject.written_on}")
    sections = [_levels(found, rest), _reach(found, rest), _ranking(found, rest), *_indicators(found, subject, rest), *_groups(found)]
    return Page(subject.title, _answer(found), [*sections, _about(found)], rest, _tiles(found))


def interval(one: Share | Estimate, *, as_percent: bool = True) -> Text:
    """The 95 % interval in words; that there is none, where nothing could be counted."""
    if one.low is None or one.high is None:
        return words("数据不足，无法计算", "cannot be known from these data")
    low, high = (percent(end) if as_percent else decimals(end, 3) for end in (one.low, one.high))
    return words(f"95% 区间 {low} 至 {high}", f"95 % interval {low} to {high}")


def bar(one: Share | Estimate, level: int | None = None, said: Text | None = None) -> Bar:
    """A share as a bar with its interval."""
    return Bar(one.value, one.low, one.high, level, said)


def _answer(found: Evaluation) -> Text:
    right, reach = found.precision.value, found.reach
    zh = f"每月按工作量走访的预警家庭里，{percent(right)} 确有困难"
    en = f"Of the warned households that the workload reaches, {percent(right)} are in hardship"
    if found.base_rate.value is not None:
        zh += f"（全部家庭中为 {percent(found.base_rate.value)}）"
        en += f" (among all households {percent(found.base_rate.value)})"
    if reach.newly_at_once.value is not None:
        zh += f"；新陷入困难的家庭，当月找到 {percent(reach.newly_at_once.value)}，"
        zh += f"三个月内找到 {percent(reach.newly_within_three_months.value)}"
        en += f"; of those newly hit it reaches {percent(reach.newly_at_once.value)} in the same month"
        en += f" and {percent(reach.newly_within_three_months.value)} within three"
    return Text(zh=f"{zh}。", en=f"{en}.")


def _tiles(found: Evaluation) -> list[Tile]:
    reach = found.reach
    return [
        Tile(words("走访属实率", "right when visited"), percent(found.precision.value), interval(found.precision)),
        Tile(
            words("新困难家庭：当月找到", "newly hit: reached at once"), percent(reach.newly_at_once.value), interval(reach.newly_at_once)
        ),
        Tile(
            words("新困难家庭：三个月内找到", "newly hit: within three months"),
            percent(reach.newly_within_three_months.value),
            interval(reach.newly_within_three_months),
        ),
        Tile(
            words("排序能力（AUC，0.5 为随便猜）", "ranking (AUC; guessing is 0.5)"),
            decimals(found.auc.value, 3),
            interval(found.auc, as_percent=False),
        ),
    ]


def _levels(found: Evaluation, rest: Text) -> Section:
    top_first = list(reversed(found.by_level))
    categories, bars = level_bars([(one.level, bar(one.in_hardship, said=_households(one.households))) for one in top_first])
    reference = None if found.base_rate.value is None else Rule(found.base_rate.value, _GUESS)
    share = words("各级家庭中确有困难的占比", "Share in hardship, by level")
    blocks: list[Block] = [BarChart(share, Axis(_HARD, "percent", 0), categories, [BarSeries(_HARD, bars)], rest, reference)]
    if any(one.severity.value is not None for one in found.by_level):
        severe = level_bars([(one.level, bar(one.severity)) for one in top_first])[1]
        title = words("平均困难程度（0–100）", "mean severity (0–100)")
        named = words("各级家庭的平均困难程度", "Mean severity, by level")
        blocks.append(BarChart(named, Axis(title, "number", 0), categories, [BarSeries(title, severe)], rest))
        blocks.append(Note(_monotone(found.severity_by_level, words("困难程度", "severity"))))
    blocks.append(Note(_monotone(found.hardship_by_level, words("困难占比", "the share in hardship"))))
    blocks.append(_calibration(found, rest))
    return Section(words("级别越高，是否越困难？", "Does a higher level mean more hardship?"), blocks)


def _calibration(found: Evaluation, rest: Text) -> LineChart:
    points = [
        Point(one.score, one.in_hardship.value, one.in_hardship.low, one.in_hardship.high)
        for one in found.by_score
        if one.in_hardship.value is not None
    ]
    title = words("得分与实际困难占比", "Score, and the share met in hardship")
    return LineChart(title, Axis(words("平均得分（分）", "mean score (points)")), Axis(_HARD, "percent", 0), [Line(_HARD, points)], rest)


def _monotone(found: Monotony, what: Text) -> Text:
    if found.rising:
        return words(f"{what.zh}逐级上升。", f"From level to level {what.en} rises.")
    pairs_zh = "、".join(f"{level_name(high).zh}不高于{level_name(low).zh}" for low, high in found.reversed_steps)
    pairs_en = ", ".join(f"{level_name(high).en} is not above {level_name(low).en}" for low, high in found.reversed_steps)
    sure = bool(found.beyond_chance)
    return words(
        f"{what.zh}没有逐级上升：{pairs_zh}。{'差别不是偶然。' if sure else '差别可能出于偶然。'}",
        f"From level to level {what.en} does not always rise: {pairs_en}. {'This is beyond chance.' if sure else 'This may be chance.'}",
    )


def _reach(found: Evaluation, rest: Text) -> Section:
    work = [(month_text(one.month), whole(one.persons), whole(one.warnings), whole(one.room), whole(one.listed)) for one in found.work]
    heads = (
        words("月份", "month"),
        words("监测人数", "people"),
        words("预警", "warnings"),
        words("可走访", "room"),
        words("列入走访", "on the list"),
    )
    table = Table([Heading(head, number=at > 0) for at, head in enumerate(heads)], work)
    blocks: list[Block] = [table]
    if found.reach_by_cause:
        causes = sorted(found.reach_by_cause.items(), key=lambda pair: -pair[1].newly_at_once.whole)
        series = [
            BarSeries(words("当月", "at once"), [bar(reach.newly_at_once) for _, reach in causes]),
            BarSeries(words("三个月内", "within three months"), [bar(reach.newly_within_three_months) for _, reach in causes]),
        ]
        title = words("新陷入困难的家庭，按原因：多少被找到", "Of those newly hit, how many are reached, by cause")
        blocks.append(
            BarChart(
                title,
                Axis(words("找到的占比（%）", "reached (%)"), "percent", 0),
                [_named(_CAUSE_TITLES, cause) for cause, _ in causes],
                series,
                rest,
            )
        )
    source = found.workload.source
    lead = words(f"工作量：{source.zh}。", f"Workload: {source.en}.")
    return Section(words("有限的人手找得到谁？", "Whom does the work reach?"), blocks, lead)


def month_text(ordinal: int) -> str:
    """A month's ordinal as people write it; a dash for none (a table of one's own has no months)."""
    return NOTHING if not ordinal else str(Month(ordinal // 12, ordinal % 12 + 1))


def _ranking(found: Evaluation, rest: Text) -> Section:
    if not found.gains:
        return Section(words("得分排得对不对？", "Does the score rank well?"), [Note(_unknown(found))])
    gained = [Point(0, 0), *(Point(one.share, one.recall) for one in found.gains if one.recall is not None)]
    by_lot = [Point(0, 0), Point(0.5, 0.5)]
    lines = [Line(words("按得分", "by score"), gained), Line(_GUESS, by_lot, marked=False)]
    title = words("从得分最高的家庭看起，能找到多少困难家庭", "Looking at the highest scores first, how much hardship is found")
    chart = LineChart(
        title,
        Axis(words("走访全部家庭的占比（%）", "of all households looked at (%)"), "percent", 0, 0.5),
        Axis(words("找到的困难家庭（%）", "of those in hardship found (%)"), "percent", 0),
        lines,
        rest,
    )
    heads = (words("选出前", "choosing the first"), words("漏掉的困难家庭", "exclusion error"), words("选错的家庭", "inclusion error"))
    rows = [(percent(one.share, 0), percent(one.exclusion_error), percent(one.inclusion_error)) for one in found.targeting]
    errors = Table(
        [Heading(head, number=at > 0) for at, head in enumerate(heads)], rows, words("漏选与错选", "Left out, and chosen in vain")
    )
    return Section(words("得分排得对不对？", "Does the score rank well?"), [chart, errors])


def _indicators(found: Evaluation, subject: Subject, rest: Text) -> list[Section]:
    if not found.indicators:
        return []
    ordered = sorted(found.indicators, key=lambda one: -(one.precision.value or 0))
    names = [subject.titled(one.indicator) for one in ordered]
    series = [BarSeries(_HARD, [bar(one.precision, said=_households(one.households)) for one in ordered])]
    reference = None if found.base_rate.value is None else Rule(found.base_rate.value, _GUESS)
    chart = BarChart(
        words("有该项情况的家庭中确有困难的占比", "Share in hardship of the households with each finding"),
        Axis(_HARD, "percent", 0),
        names,
        series,
        rest,
        reference,
    )
    heads = (
        words("指标", "indicator"),
        words("走访属实率", "right when visited"),
        words("占全部困难家庭", "of all hardship"),
        words("占新困难家庭", "of the newly hit"),
    )
    rows = [
        (name, percent(one.precision_listed.value), percent(one.recall.value), percent(one.recall_newly.value))
        for name, one in zip(names, ordered, strict=True)
    ]
    table = Table(
        [Heading(head, number=at > 0) for at, head in enumerate(heads)], rows, words("每项指标看见多少", "How much each finding sees")
    )
    return [Section(words("哪些指标管用？", "Which findings carry it?"), [chart, table])]


def _groups(found: Evaluation) -> list[Section]:
    blocks = [_group_table(split, groups) for split, groups in found.groups.items() if len(groups) > 1]
    if not blocks:
        return []
    lead = words(
        "同一套分数，对各类家庭是否同样可靠。区间重叠时不要下结论。",
        "Whether the same score is as reliable for every kind of household. Where intervals overlap, conclude nothing.",
    )
    return [Section(words("对谁都一样准吗？", "Is it as good for everybody?"), blocks, lead)]


def _group_table(split: str, groups: Sequence[OfGroup]) -> Table:
    heads = (
        words("分组", "group"),
        words("家庭·月", "household-months"),
        words("困难占比", "in hardship"),
        words("列入走访", "on the lists"),
        words("走访属实率", "right when visited"),
        words("区间", "interval"),
        words("新困难：三个月内", "newly hit, within three months"),
        words("AUC", "AUC"),
        words("区间", "interval"),
    )
    rows = [
        (
            _ETHNICITIES[one.group] if one.group in _ETHNICITIES else group_name(split, one.group, {}),
            whole(one.households),
            percent(one.base_rate.value),
            percent(one.listed.value),
            percent(one.precision.value),
            _ends(one.precision),
            percent(one.reach.newly_within_three_months.value),
            decimals(one.auc.value, 3),
            _ends(one.auc, as_percent=False),
        )
        for one in groups
    ]
    return Table([Heading(head, number=at > 0) for at, head in enumerate(heads)], rows, SPLIT_TITLES.get(split, same(split)))


def _about(found: Evaluation) -> Section:
    blocks: list[Block] = [] if found.coverage.everybody else [Note(_unknown(found))]
    strata = Table(
        [
            Heading(words("分层", "stratum"), number=False),
            Heading(words("家庭·月", "household-months")),
            Heading(words("已知结果", "known")),
            Heading(words("每例代表", "each stands for")),
        ],
        [
            (one.name, whole(one.cases), whole(one.known), decimals(one.weight, 1) if one.known else NOTHING)
            for one in found.coverage.strata
        ],
        words("结果从哪里来", "Where outcomes are known"),
    )
    told = words(
        f"共 {found.households:,} 户、{found.cases:,} 个家庭·月，其中 {found.known:,} 个已知结果。"
        "区间：占比用 Wilson 法，AUC 按家庭重抽样。得分只请人去看一看，从不决定谁能得到救助。",
        f"{found.households:,} households and {found.cases:,} household-months, of which {found.known:,} have a known outcome. "
        "Intervals: Wilson's for shares, households drawn anew for AUC. A score only asks a person to look; it decides nothing.",
    )
    return Section(words("怎么算的", "How this was measured"), [*blocks, Paragraph(told), strata])


def _unknown(found: Evaluation) -> Text:
    missing = ", ".join(found.coverage.missing)
    return words(
        f"以下家庭没有任何已知结果：{missing}。因此只能说预警准不准，不能说漏掉了谁；需要随机走访一部分未预警家庭。",
        f"Nothing is known of anybody among: {missing}. So these data say how often warnings are right, and not who was missed: "
        "that needs visits to a random sample of households without a warning.",
    )


def _households(count: float) -> Text:
    return words(f"{count:,.0f} 户·月", f"{count:,.0f} household-months")


def _ends(one: Share | Estimate, *, as_percent: bool = True) -> str:
    if one.low is None or one.high is None:
        return NOTHING
    return f"{percent(one.low)} – {percent(one.high)}" if as_percent else f"{decimals(one.low, 3)} – {decimals(one.high, 3)}"


def _named(titles: Mapping[str, Text], name: str) -> Text:
    return titles[name] if name in titles else same(name)
