"""The page of a simulation: what a change of the model would do, to whom, and what work it makes."""

from collections.abc import Mapping, Sequence

from minsheng.domain.monitoring.simulating import WhatIf, moved_list
from minsheng.engine.contracts.schema import Text
from minsheng.engine.explaining.words import CHANGES, LEVELS
from minsheng.engine.simulation.summary import Moved, Warned
from minsheng.reports.charts import Bar, BarChart, BarSeries
from minsheng.reports.drawing import Axis
from minsheng.reports.groups import group_name
from minsheng.reports.markup import NOTHING, Block, whole, words
from minsheng.reports.page import Note, Page, Section, Tile
from minsheng.reports.tables import Heading, Table, level_name

_NUMBERS = {words.en: number for number, words in enumerate(LEVELS)}
_LISTED = 100
_SPLITS = {
    "county": words("县（市、区）", "county"),
    "residence": words("城乡", "town or country"),
    "age": words("户主年龄", "age of the head"),
    "sex": words("户主性别", "sex of the head"),
    "ethnicity": words("户主民族", "ethnicity of the head"),
    "disability": words("残疾成员", "disabled members"),
    "township": words("乡镇（街道）", "township"),
}
_FIGURES = (4, 5)
Row = Sequence[Text | str]
_BEFORE, _AFTER = words("现行", "before"), words("调整后", "after")


def simulation_page(found: WhatIf) -> Page:
    """The page of a simulation, both languages."""
    everybody, sent = found.figures.all, (found.figures.warnings_before.sent, found.figures.warnings_after.sent)
    return Page(
        title=words(f"{found.run.month} 模型推演：{found.model.title.zh}", f"{found.run.month}: what if, {found.model.title.en}"),
        answer=words(
            f"{everybody.households:,} 户中 {everybody.up + everybody.down:,} 户级别变动："
            f"{everybody.up:,} 户上升，{everybody.down:,} 户下降；发出预警由 {sent[0]:,} 条变为 {sent[1]:,} 条。",
            f"{everybody.up + everybody.down:,} of {everybody.households:,} households move: {everybody.up:,} up, {everybody.down:,} down; "
            f"warnings go from {sent[0]:,} to {sent[1]:,}.",
        ),
        tiles=_tiles(everybody, *sent),
        sections=[_changes(found), _levels(found), _warnings(found), *_work(found), _groups(found), _moved(found)],
        source=_source(found),
    )


def _source(found: WhatIf) -> Text:
    return words(
        f"来源：{found.run.month} 运行 {found.run.id[:12]}，模型 {found.run.model_id}；上月结果和登记册保持不变。",
        f"Source: run {found.run.id[:12]} of {found.run.month}, model {found.run.model_id}; last month and the register as they were.",
    )


def _tiles(everybody: Moved, before: int, after: int) -> list[Tile]:
    return [
        Tile(words("级别上升", "households up"), whole(everybody.up)),
        Tile(words("级别下降", "households down"), whole(everybody.down)),
        Tile(words("发出预警", "warnings sent"), whole(after), words(f"现行 {before:,}", f"{before:,} before")),
    ]


def _changes(found: WhatIf) -> Section:
    rows = [(one.place, _said(one.before), _said(one.after)) for one in found.changes]
    table = Table([Heading(words("位置", "where"), number=False), Heading(_BEFORE), Heading(_AFTER)], rows)
    blocks: list[Block] = [table]
    if found.computed_again:
        told = "; ".join(map(str, found.computed_again))
        blocks.append(
            Note(
                words(
                    f"以下指标的值没有存储，本次按部门数据重新计算：{told}。",
                    f"Nobody had stored the values of these indicators; the month was computed again from the departments' rows: {told}.",
                )
            )
        )
    return Section(words("改了什么", "What changes"), blocks)


def _said(value: object) -> str:
    return NOTHING if value is None else str(value)


def _levels(found: WhatIf) -> Section:
    everybody = found.figures.all
    shown = [name for name in reversed(everybody.before) if name != LEVELS[0].en]
    both = ((_BEFORE, everybody.before), (_AFTER, everybody.after))
    chart = BarChart(
        title=words("各级别户数，调整前后", "Households by level, before and after"),
        axis=Axis(words("户数", "households"), "count"),
        categories=[level_name(_NUMBERS[one]) for one in shown],
        series=[BarSeries(name, [Bar(counts[one]) for one in shown]) for name, counts in both],
        source=_source(found),
    )
    heads = [Heading(level_name(_NUMBERS[one])) for one in everybody.before]
    heads.insert(0, Heading(words("现行级别 → 调整后", "level before → after"), number=False))
    rows: list[Row] = [(level_name(_NUMBERS[name]), *map(whole, counts.values())) for name, counts in found.figures.movements.items()]
    return Section(words("谁变动", "Who moves"), [chart, Table(heads, rows, words("变动矩阵（户）", "Movements (households)"))])


def _warnings(found: WhatIf) -> Section:
    was, now = found.figures.warnings_before, found.figures.warnings_after
    rows: list[tuple[Text | str, str, str]] = [
        (words("发出", "sent"), whole(was.sent), whole(now.sent)),
        (words("静默", "suppressed"), whole(was.suppressed), whole(now.suppressed)),
        *_counted(was, now),
    ]
    heads = [Heading(words("预警", "warnings"), number=False), Heading(_BEFORE), Heading(_AFTER)]
    return Section(words("预警", "Warnings"), [Table(heads, rows)])


def _counted(was: Warned, now: Warned) -> list[tuple[Text | str, str, str]]:
    levels = [(level_name(_NUMBERS[name]), whole(count), whole(now.by_level[name])) for name, count in was.by_level.items()]
    return [*levels, *((CHANGES[cause], whole(count), whole(now.by_cause[cause])) for cause, count in was.by_cause.items())]


def _work(found: WhatIf) -> list[Section]:
    if not found.figures.work:
        return []
    heads = [Heading(words("乡镇（街道）", "township"), number=False), Heading(words("每月可核查", "capacity"))]
    for zh, en in (("预警", "warnings"), ("红橙", "orange and red"), ("顺延", "deferred")):
        heads += [Heading(words(f"{zh}，{when.zh}", f"{en}, {when.en}")) for when in (_BEFORE, _AFTER)]
    rows: list[Row] = [
        (
            found.places.get(one.township, one.township) or words("未登记地区", "no place registered"),
            whole(one.capacity),
            *(whole(counts[name]) for name in ("warnings", "urgent", "deferred") for counts in (one.before, one.after)),
        )
        for one in sorted(found.figures.work, key=lambda one: (-one.after["deferred"], -one.after["warnings"], one.township))
    ]
    lead = words(
        "级别内按得分、再按新情况多少排序；红色、橙色从不顺延。",
        "Within a level by score, then by how much is new; red and orange are never deferred.",
    )
    return [Section(words("工作量与能力", "Work beside capacity"), [Table(heads, rows)], lead)]


def _groups(found: WhatIf) -> Section:
    heads = [words("户数", "households"), words("现行有级别", "with a level before"), words("调整后有级别", "with a level after")]
    heads += [words("上升", "up"), words("下降", "down")]
    tables: list[Block] = []
    for split, name in _SPLITS.items():
        rows = [_group(split, moved, found.places) for moved in found.figures.splits[split]]
        tables.append(Table([Heading(name, number=False), *map(Heading, heads)], rows))
    return Section(words("分组", "By group"), tables)


def _group(split: str, moved: Moved, places: Mapping[str, str]) -> Sequence[Text | str]:
    none = LEVELS[0].en
    counts = (moved.households, moved.households - moved.before[none], moved.households - moved.after[none], moved.up, moved.down)
    return (group_name(split, moved.group, places), *map(whole, counts))


def _moved(found: WhatIf) -> Section:
    moved = moved_list(found)
    heads = [words("户编号", "household"), words("地区", "place"), words("现行", "before"), words("调整后", "after")]
    heads += [words("得分", "points"), words("调整后得分", "points after"), words("指标", "indicators"), words("因何", "because")]
    shown = moved.head(_LISTED).select("household", "place", "before", "after", "points_before", "points_after", "indicators", "because")
    rows = [[_level_or(cell, column) for cell, column in zip(row, shown.columns, strict=True)] for row in shown.iter_rows()]
    lead = words(
        f"共 {moved.height:,} 户，列出前 {shown.height:,} 户。", f"{moved.height:,} households; the first {shown.height:,} are listed."
    )
    table = Table([Heading(head, number=at in _FIGURES) for at, head in enumerate(heads)], rows)
    return Section(words("变动名单", "The list that moves"), [table], lead)


def _level_or(cell: object, column: str) -> Text | str:
    return level_name(_NUMBERS[str(cell)]) if column in ("before", "after") else str(cell)
