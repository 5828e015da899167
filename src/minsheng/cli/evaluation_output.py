"""How evaluations and calibrations are told: tables for people, plain data for machines."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from minsheng.cli.output import console, table
from minsheng.domain.monitoring.states import LEVELS, MARKS
from minsheng.engine.evaluation.evaluating import Evaluation, OfGroup
from minsheng.engine.evaluation.ranking import Estimate
from minsheng.engine.evaluation.shares import Share
from minsheng.reports.evaluation import Subject, month_text
from minsheng.reports.markup import decimals, percent, plain

if TYPE_CHECKING:
    from minsheng.engine.evaluation.calibration.calibrating import Calibration


def evaluation_data(found: Evaluation, subject: Subject) -> dict[str, Any]:
    """An evaluation as plain data, months written out."""
    data = asdict(found) | {"source": subject.source, "title": subject.title.en}
    data["work"] = [one | {"month": month_text(one["month"]) if one["month"] else None} for one in data["work"]]
    return data


def calibration_data(found: "Calibration", subject: Subject) -> dict[str, Any]:
    """A calibration as plain data, every band before and after."""
    changes = [
        {
            "indicator": indicator,
            "for": name,
            "before": [asdict(band) for band in found.before[indicator, name]],
            "after": [asdict(band) for band in bands],
        }
        for (indicator, name), bands in found.after.items()
    ]
    thresholds = {"before": dict(found.thresholds_before), "after": dict(found.thresholds_after)}
    compared = [asdict(one) for one in found.comparisons]
    return {
        "source": subject.source,
        "strength": found.strength,
        "share": found.share,
        "comparisons": compared,
        "bands": changes,
        "levels": thresholds,
    }


def show_evaluation(found: Evaluation, subject: Subject) -> None:
    """The measures as tables."""
    console.print(table(f"{subject.title.zh} {subject.title.en}", ("measure", "value", "95 %", "of"), _measures(found), numbers=(1, 3)))
    work = [(month_text(one.month), one.persons, one.warnings, one.room, one.listed) for one in found.work]
    console.print(table("工作量 Work", ("month", "people", "warnings", "room", "on the list"), work, numbers=(1, 2, 3, 4)))
    console.print(f"  {found.workload.source.zh}\n  {found.workload.source.en}\n", style="dim", highlight=False)
    levels = [
        (
            f"{MARKS[one.level]} {LEVELS[one.level].zh} {LEVELS[one.level].en}",
            one.households,
            *_told(one.in_hardship),
            decimals(one.severity.value, 1),
        )
        for one in reversed(found.by_level)
    ]
    console.print(table("各级 By level", ("level", "household-months", "in hardship", "95 %", "severity"), levels, numbers=(1, 2, 4)))
    indicators = [
        (one.indicator, one.households, *_told(one.precision), percent(one.recall.value), percent(one.recall_newly.value))
        for one in found.indicators
    ]
    columns = ("indicator", "household-months", "in hardship", "95 %", "of all hardship", "of newly hit")
    console.print(table("各指标 By indicator", columns, indicators, numbers=(1, 2, 4, 5)))
    heads = ("split", "group", "in hardship", "on lists", "right", "95 %", "newly, 3 months", "AUC")
    console.print(table("各类家庭 By group", heads, _groups(found.groups), numbers=(2, 3, 4, 6, 7)))
    if not found.coverage.everybody:
        console.print(f"Nothing is known of: {', '.join(found.coverage.missing)}. Recall, ranking and base rate need a random sample.")


def show_calibration(found: "Calibration", out: Path) -> None:
    """What is gained, and what would change."""
    rows = [
        (one.kept, name, *_told(quality.auc, decimals_of=3), *_told(quality.recall))
        for one in found.comparisons
        for name, quality in (("as it is", one.before), ("draft", one.after), ("ceiling", one.ceiling))
    ]
    recall = f"found in the first {percent(found.share)}"
    console.print(table("好多少 What is gained", ("not seen", "score", "AUC", "95 %", recall, "95 %"), rows, numbers=(2, 4)))
    changes = [
        (
            indicator,
            name,
            at + 1,
            _bound(found, indicator, name, at),
            plain(abs(band.bound)),
            _points(found, indicator, name, at),
            f"{band.points:g}",
        )
        for (indicator, name), bands in found.after.items()
        for at, band in enumerate(bands)
    ]
    columns = ("indicator", "for", "band", "from", "draft", "points", "draft")
    console.print(table("会改什么 What would change", columns, changes, numbers=(2, 3, 4, 5, 6)))
    levels = [(level, found.thresholds_before[level], after) for level, after in found.thresholds_after.items()]
    console.print(table("分数线 Thresholds", ("level", "as it is", "draft"), levels, numbers=(1, 2)))
    console.print(f"[green]✓[/] draft → {out}: read it, then give it a version and a note of your own before minsheng model publish")


def _measures(found: Evaluation) -> Iterator[tuple[str, str, str, int | None]]:
    shares = (
        ("全部家庭困难占比 in hardship among all", found.base_rate),
        ("走访属实率 precision at the workload", found.precision),
        ("全部预警属实率 precision of all warnings", found.precision_all),
        ("困难家庭有等级 of those in hardship, with a level", found.with_level),
        ("困难家庭列入走访 of those in hardship, on the lists", found.reach.in_hardship),
        ("新困难当月找到 newly hit, at once", found.reach.newly_at_once),
        ("新困难三个月内找到 newly hit, within three months", found.reach.newly_within_three_months),
    )
    for name, one in shares:
        yield (name, *_told(one), one.counted)
    for name, auc in (("AUC 在困难中 in hardship", found.auc), ("AUC 新困难 newly hit", found.auc_newly)):
        yield (name, *_told(auc, decimals_of=3), None)
    for error in found.targeting:
        told = f"漏选、错选 exclusion and inclusion error, first {percent(error.share, 0)}"
        yield (told, percent(error.exclusion_error), percent(error.inclusion_error), None)


def _groups(groups: Mapping[str, tuple[OfGroup, ...]]) -> Iterator[tuple[str, ...]]:
    for split, found in groups.items():
        for one in found:
            reach = one.reach.newly_within_three_months.value
            shares = (percent(one.base_rate.value), percent(one.listed.value), *_told(one.precision), percent(reach))
            yield (split, one.group or "not stated", *shares, decimals(one.auc.value, 3))


def _told(one: Share | Estimate, *, decimals_of: int = 0) -> tuple[str, str]:
    def written(value: float | None) -> str:
        return decimals(value, decimals_of) if decimals_of else percent(value)

    return written(one.value), "" if one.low is None else f"{written(one.low)} – {written(one.high)}"


def _bound(found: "Calibration", indicator: str, name: str, at: int) -> str:
    before = found.before[indicator, name]
    return plain(abs(before[at].bound)) if at < len(before) else ""


def _points(found: "Calibration", indicator: str, name: str, at: int) -> str:
    before = found.before[indicator, name]
    return f"{before[at].points:g}" if at < len(before) else ""
