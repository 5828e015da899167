"""The page of a calibration: what is gained, what would change, and how far it is from the ceiling. A draft for people to judge."""

from collections.abc import Mapping, Sequence

from minsheng.engine.contracts.schema import Text
from minsheng.engine.evaluation.calibration.calibrating import Calibration, Comparison
from minsheng.engine.evaluation.calibration.material import Band, BandsKey
from minsheng.engine.evaluation.ranking import Estimate
from minsheng.engine.explaining.words import CATEGORIES
from minsheng.engine.indicators.grammar import LEVELS
from minsheng.reports.charts import BarChart, BarSeries
from minsheng.reports.drawing import Axis, Form
from minsheng.reports.evaluation import Subject, bar, interval
from minsheng.reports.markup import NOTHING, Block, decimals, percent, same, words
from minsheng.reports.page import Note, Page, Paragraph, Section, Tile
from minsheng.reports.tables import Heading, Table, level_name

_KEPT: Mapping[str, Text] = {
    "household": words("换一批家庭", "households not seen"),
    "township": words("换一批乡镇", "townships not seen"),
}
_SERIES = (words("现行", "as it is"), words("草案", "draft"), words("上限（提升树）", "ceiling (boosting)"))


def calibration_page(found: Calibration, subject: Subject) -> Page:
    """This will arrange a calibration as a page."""
    rest = words(f"结果数据：{subject.source}；{subject.written_on} 测算", f"Outcomes: {subject.source}; measured on {subject.written_on}")
    return Page(subject.title, _answer(found), [_gains(found, rest), _changes(found, subject), _method(found)], rest, _tiles(found))


def _answer(found: Calibration) -> Text:
    first = found.comparisons[0] if found.comparisons else None
    before, after = (None, None) if first is None else (first.before.auc.value, first.after.auc.value)
    if before is None or after is None:
        return words("数据太少，看不出草案是否更好。", "There is too little to say whether the draft would be better.")
    if after <= before:
        return words(
            f"结果数据没有提出更好的分值：AUC {before:.3f} → {after:.3f}。",
            f"The outcomes propose nothing better: AUC {before:.3f} → {after:.3f}.",
        )
    return words(
        f"草案对没见过的家庭排得更准：AUC {before:.3f} → {after:.3f}。采用与否由人决定。",
        f"On households it never saw, the draft ranks better: AUC {before:.3f} → {after:.3f}. People decide whether to use it.",
    )


def _tiles(found: Calibration) -> list[Tile]:
    if not found.comparisons:
        return []
    first = found.comparisons[0]
    return [
        Tile(words("AUC：现行", "AUC as it is"), decimals(first.before.auc.value, 3), interval(first.before.auc, as_percent=False)),
        Tile(words("AUC：草案", "AUC of the draft"), decimals(first.after.auc.value, 3), interval(first.after.auc, as_percent=False)),
        Tile(words("AUC：上限", "AUC at the ceiling"), decimals(first.ceiling.auc.value, 3), interval(first.ceiling.auc, as_percent=False)),
    ]


def _gains(found: Calibration, rest: Text) -> Section:
    blocks: list[Block] = []
    measures: tuple[tuple[Text, str, Form], ...] = (
        (words("排序能力 AUC（0.5 为随便猜）", "Ranking: AUC (guessing is 0.5)"), "auc", "fine"),
        (
            words(f"走访得分最高的 {percent(found.share)}，找到的困难家庭", f"Hardship found in the first {percent(found.share)} by score"),
            "recall",
            "percent",
        ),
    )
    for title, name, form in measures:
        series = [BarSeries(_SERIES[at], [bar(_of(one, at, name)) for one in found.comparisons]) for at in range(3)]
        axis = Axis(title, form, 0)
        blocks.append(BarChart(title, axis, [_KEPT[one.kept] for one in found.comparisons], series, rest))
    lead = words(
        "每一折用其余家庭（或乡镇）的结果定分，再看没见过的那一折。提升树没有人能解释，只用来看还差多远。",
        "In each fold points are set by the outcomes of the others and tried on those not seen. The boosting model, which nobody could "
        "explain, only shows how far there is to go.",
    )
    return Section(words("好多少？", "What is gained?"), blocks, lead)


def _of(one: Comparison, at: int, name: str) -> Estimate:
    quality = (one.before, one.after, one.ceiling)[at]
    return quality.auc if name == "auc" else quality.recall


def _changes(found: Calibration, subject: Subject) -> Section:
    heads = (
        words("指标", "indicator"),
        words("适用", "for"),
        words("档", "band"),
        words("起点：现行", "from, as it is"),
        words("起点：草案", "from, draft"),
        words("分值：现行", "points, as it is"),
        words("分值：草案", "points, draft"),
    )
    rows = [row for key, bands in found.after.items() for row in _rows(key, found.before[key], bands, subject)]
    headings = [Heading(head, number=at > 1) for at, head in enumerate(heads)]
    blocks: list[Block] = [Table(headings, rows)] if rows else []
    if found.thresholds_after:
        levels = [
            (level_name(LEVELS.index(level)), decimals(found.thresholds_before[level], 0), decimals(after, 0))
            for level, after in found.thresholds_after.items()
        ]
        titles = (words("等级", "level"), words("分数线：现行", "score, as it is"), words("分数线：草案", "score, draft"))
        blocks.append(Table([Heading(title, number=at > 0) for at, title in enumerate(titles)], levels))
    return Section(words("会改什么？", "What would change?"), blocks)


def _rows(key: BandsKey, before: Sequence[Band], after: Sequence[Band], subject: Subject) -> list[tuple[Text | str, ...]]:
    rows: list[tuple[Text | str, ...]] = []
    for at, band in enumerate(after):
        was = before[at] if at < len(before) else None
        rows.append(
            (
                subject.titled(key[0]),
                CATEGORIES[key[1]] if key[1] in CATEGORIES else same(key[1]),
                str(at + 1),
                NOTHING if was is None else subject.written(key[0], was.bound),
                subject.written(key[0], band.bound),
                NOTHING if was is None else decimals(was.points, 0),
                decimals(band.points, 0),
            )
        )
    return rows


def _method(found: Calibration) -> Section:
    told = words(
        "分值由带约束的逻辑回归得出：不为负，高一档不低于低一档，所以更困难不会得分更低；"
        f"向现行分值收缩（强度 {found.strength:g}，由交叉验证选出）；按各家被核实的机会加权。等级分数线移到使每一级家庭数不变的位置。",
        "Points come from a logistic regression under constraints: never negative, and a higher band never below a lower one, so that "
        f"more hardship never lowers a score; drawn to the points there are (strength {found.strength:g}, chosen by cross-validation); "
        "households weighed by their chance of having been visited. Thresholds move so that each level keeps its share of households.",
    )
    note = words("这是草案。没有人审定之前，它不会成为任何模型。", "This is a draft. Until people have judged it, it is no model.")
    return Section(words("怎么得出的", "How it was found"), [Paragraph(told), Note(note)])
