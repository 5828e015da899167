"""The demo's closing summary: received and refused, levels, changes, warnings by township, one household in full, and time."""

from collections import Counter
from collections.abc import Callable, Sequence

import polars as pl
from rich.rule import Rule

from minsheng.cli.living_demo import LEADING, OTHER, Lived
from minsheng.cli.output import console, table
from minsheng.cli.showing import show_explanation, show_sentences
from minsheng.demo.measure import recall_and_precision
from minsheng.domain.access.operations import DEMO_PASSWORD, DemoAccount
from minsheng.domain.feeds.queries import receipts_of
from minsheng.domain.feeds.receipts import Receipt
from minsheng.domain.installation import Installation
from minsheng.domain.monitoring import queries
from minsheng.domain.monitoring.explanations import explain_household
from minsheng.domain.monitoring.states import LEVELS, MARKS
from minsheng.domain.places.queries import full_names
from minsheng.domain.registry.queries import household_names
from minsheng.kernel.periods import Month

_SHOWN_TOWNSHIPS = 20
_NO_DIVISION = "区划未登记 no division recorded"


def show_summary(lived: Lived, installation: Installation) -> None:
    """Everything a newcomer wants to see of what just happened."""
    runs = {month: queries.run_of(month, LEADING) for month in lived.months}
    last = lived.months[-1]
    _received(lived.history, lived.months)
    _held(lived.months)
    _levels(runs)
    _changes(runs)
    _levels({last: queries.run_of(last, OTHER)})
    _townships(runs[last])
    _truth(lived, runs)
    _one_household(runs[last], installation)
    _time(lived, runs)


def show_address(accounts: Sequence[DemoAccount], address: str) -> None:
    """Where the office is, and who may sign in."""
    console.print(Rule("办公台 The office"))
    rows = [(one.username, DEMO_PASSWORD, f"{one.title.zh} {one.title.en}", one.place) for one in accounts]
    console.print(table("演示账号（仅供演示） Demo accounts, for the demo only", ("sign in as", "password", "role", "place"), rows))
    console.print(f"[green]✓[/] 民生已启动 Minsheng is at [bold]{address}[/] [dim](Ctrl-C 结束 ends it)[/]")
    console.file.flush()


def _received(history: Sequence[Month], months: Sequence[Month]) -> None:
    console.print(Rule("一键入库 What the departments delivered"))
    rows = []
    for label, chosen in ((f"{history[0]} – {history[-1]}" if history else "", history), *((str(month), [month]) for month in months)):
        if chosen:
            rows.append((label, *_totals(receipts_of(chosen))))
    columns = ("month", "files", "received", "held", "read", "accepted", "duplicate", "quarantined", "out of area", "matched", "in review")
    console.print(table("送达与回执 Deliveries and receipts", columns, rows, numbers=tuple(range(1, 11))))
    reasons: Counter[str] = Counter()
    for delivery in receipts_of(months):
        for place, number in delivery.rejections.items():
            reasons[place.split(": ", 1)[1]] += number
    told = ", ".join(f"{reason} {number:,}" for reason, number in reasons.most_common(10))
    console.print(f"退回原因 Quarantined because: {told or 'nothing'}", highlight=False)
    dropped = sorted({column for delivery in receipts_of(months) for column in delivery.dropped_columns})
    console.print(f"未授权列已丢弃 Columns dropped, no agreement allows them: {', '.join(dropped) or 'none'}\n", highlight=False)


def _totals(deliveries: Sequence[Receipt]) -> tuple[int, ...]:
    names = ("read", "accepted", "duplicate", "quarantined", "out_of_area", "matched", "in_review")
    sums = tuple(sum(int(getattr(one, name)) for one in deliveries) for name in names)
    states = Counter(delivery.status for delivery in deliveries)
    return (len(deliveries), states["received"], states["held"], *sums)


def _held(months: Sequence[Month]) -> None:
    alarmed = [delivery for delivery in receipts_of(months) if delivery.reasons]
    rows = [(d.month, d.feed, d.status + (" (released)" if d.released else ""), "\n".join(d.reasons)) for d in alarmed]
    if rows:
        console.print(table("数据警报 Alarms on deliveries: held until a person released them", ("month", "feed", "now", "why"), rows))


def _levels(runs: dict[Month, queries.FinishedRun]) -> None:
    months = list(runs)
    console.print(Rule(f"动态监测 Households by level and month: {runs[months[0]].model_id}"))
    rows = [
        (f"{mark} {words.zh} {words.en}", *(run.summary["by_level"][words.en] for run in runs.values()))
        for mark, words in reversed(list(zip(MARKS, LEVELS, strict=True)))
    ]
    console.print(table("", ("level", *map(str, months)), rows, numbers=tuple(range(1, len(months) + 1))))


def _changes(runs: dict[Month, queries.FinishedRun]) -> None:
    months = list(runs)
    kinds = list(runs[months[0]].summary["by_change"])
    rows: list[tuple[object, ...]] = [(kind, *(run.summary["by_change"][kind] for run in runs.values())) for kind in kinds]
    rows.append(("warnings sent", *(run.summary["warnings"] for run in runs.values())))
    rows.append(("suppressed", *(run.summary["suppressed"] for run in runs.values())))
    rows.append(("indicators stale or unknown", *(len(run.summary["unknown"]) for run in runs.values())))
    console.print(table("变化 What changed", ("", *map(str, months)), rows, numbers=tuple(range(1, len(months) + 1))))


def _townships(run: queries.FinishedRun) -> None:
    console.print(Rule(f"分级管理 Warnings of {run.month} by township"))
    counts = queries.warnings_by_township(run)
    names = full_names({code for code, _ in counts if code})
    rows = [
        (names.get(code, code) or _NO_DIVISION, *(levels.get(level, 0) for level in (4, 3, 2, 1)), sum(levels.values()))
        for code, levels in sorted(counts, key=lambda row: -sum(row[1].values()))[:_SHOWN_TOWNSHIPS]
    ]
    columns = ("township", *(f"{MARKS[level]} {LEVELS[level].zh}" for level in (4, 3, 2, 1)), "all")
    console.print(table("", columns, rows, numbers=(1, 2, 3, 4, 5)))


def _truth(lived: Lived, runs: dict[Month, queries.FinishedRun]) -> None:
    """Recall counts the households that have a level in the month; being right is asked of the warnings that went out."""
    truth = pl.read_parquet(lived.world / "truth.parquet")
    known = recall_and_precision(truth, _by_month(runs, queries.levels_of))
    warned = recall_and_precision(truth, _by_month(runs, lambda run: {w.household_key: w.level for w in queries.warnings_of(run)}))
    everybody, fresh, right = known["found"], known["found_new"], warned["right"]
    console.print(Rule("与隐藏真相比较 Against the hidden truth (the platform never saw it)"))
    console.print(f"  in hardship: {_share(known['base_rate'])} of households and months: what guessing would reach", highlight=False)
    console.print(
        f"  recall: {_share(everybody['recall'])} of them have a level; {_share(fresh['recall'])} of those newly hit", highlight=False
    )
    console.print(f"  warnings that were right: {_share(right['precision'])} of {right['warnings']:,}", highlight=False)
    levels = (
        (f"{MARKS[n]} {LEVELS[n].zh} {LEVELS[n].en}", one["warnings"], _share(one["precision"]))
        for n, one in warned["right_by_level"].items()
    )
    console.print(table("", ("level", "warnings", "right"), levels, numbers=(1, 2)))


def _by_month(runs: dict[Month, queries.FinishedRun], levels: Callable[[queries.FinishedRun], dict[int, int]]) -> pl.DataFrame:
    rows: list[tuple[str, str, int]] = []
    for month, run in runs.items():
        found = levels(run)
        names = household_names(found)
        rows += [(names[key].number, str(month), level) for key, level in found.items()]
    return pl.DataFrame(rows, schema={"household_no": pl.String, "month": pl.String, "level": pl.Int64}, orient="row")


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"


def _one_household(run: queries.FinishedRun, installation: Installation) -> None:
    """The warned household with most to tell: most indicators, then most points."""
    warnings = queries.warnings_of(run)
    if not warnings:
        return
    telling = max(warnings, key=lambda w: (len(w.indicators), w.score, -w.household_key))
    name = household_names([telling.household_key])[telling.household_key].number
    console.print(Rule(f"为什么 Why: household {name} in {run.month}"))
    explanation = explain_household(telling.household_key, run=run, installation=installation)
    show_explanation(explanation, household=name, language="zh")
    show_sentences(explanation, household=name, language="en")
    console.print(f"  minsheng monitor explain --household {name} --month {run.month} --lang en", style="dim", highlight=False)


def _time(lived: Lived, runs: dict[Month, queries.FinishedRun]) -> None:
    console.print(Rule("用时 How long it took"))
    rows: list[tuple[object, ...]] = [(step, seconds) for step, seconds in lived.seconds.items()]
    rows.append(("all", float(sum(lived.seconds.values()))))
    console.print(table("", ("step", "seconds"), rows, numbers=(1,)))
    last = list(runs.values())[-1]
    told = ", ".join(f"{name} {taken:.2f}" for name, taken in last.summary["seconds"].items())
    console.print(f"One month's computation, by step (s): {told}", highlight=False)
    console.print(f"Result of {last.month}: {last.result_hash[:16]}  ·  files: {lived.world}", highlight=False)
