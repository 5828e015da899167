"""`minsheng monitor`: the monthly run, its replays, why a household has its level, and which months the database keeps."""

import sys
from dataclasses import replace
from enum import StrEnum
from typing import Annotated

import typer

from minsheng.cli.context import Json, actor, begin, now
from minsheng.cli.drifting import drift, report, show_drift
from minsheng.cli.output import Bars, console, print_json, table
from minsheng.cli.showing import show_explanation
from minsheng.domain.monitoring import operations, queries
from minsheng.domain.monitoring.explanations import explain_household_named
from minsheng.domain.monitoring.operations.running import Outcome
from minsheng.domain.monitoring.states import LEVELS, MARKS
from minsheng.kernel.periods import Month


class Lang(StrEnum):
    """The languages an explanation is written in."""

    zh = "zh"
    en = "en"


app = typer.Typer(no_args_is_help=True, help="The monthly run: from received deliveries to explained warnings.")
app.command("drift")(drift)
app.command("report")(report)

MonthOption = Annotated[str, typer.Option("--month", "-m", help="The month, e.g. 2026-10.")]
ModelOption = Annotated[str, typer.Option("--model", help="A published model: its name (newest version) or name@version.")]


@app.command()
def run(
    month: MonthOption,
    model: ModelOption = "gansu",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Compute everything, keep nothing.")] = False,
    engine: Annotated[str, typer.Option("--engine", help="duckdb or spark (default: MINSHENG_ENGINE).")] = "",
    as_json: Json = False,
) -> None:
    """Run a month: freeze the register, score every household, publish levels and warnings. The same inputs give the same bytes."""
    installation = begin()
    installation = replace(installation, engine=engine or installation.engine)
    with Bars() as bars:
        outcome = operations.run(
            month=Month.parse(month), model=model, dry_run=dry_run, installation=installation, by=actor(), at=now(), progress=bars
        )
    if as_json:
        print_json(outcome)
        return
    show_outcome(outcome)
    show_drift(outcome, installation)
    if dry_run:
        console.print("试算：没有改动任何数据。 Dry run: nothing was touched.")


@app.command("list")
def list_runs(as_json: Json = False) -> None:
    """List the current run of every month and model, and which months are retired."""
    begin()
    runs = queries.runs_in_order()
    if as_json:
        facts = ("month", "result_hash", "retired")
        print_json([{"run": r.id, "model": r.model_id, **{name: getattr(r, name) for name in facts}} for r in runs])
        return
    rows = [(r.month, r.model_id, r.id[:12], r.summary["warnings"], r.summary["suppressed"], r.result_hash[:12], _where(r)) for r in runs]
    columns = ("month", "model", "run", "warnings", "suppressed", "result hash", "")
    console.print(table("运行 Runs", columns, rows, numbers=(3, 4)))


@app.command()
def replay(
    month: MonthOption,
    model: Annotated[str | None, typer.Option("--model", help="Another published model (default: the one the month was run with).")] = None,
    of: Annotated[str | None, typer.Option("--run", help="The run to replay (default: the month's current one).")] = None,
    as_json: Json = False,
) -> None:
    """Compute a past month again from the very inputs it had, with that day's model or another, and say whether it came out the same."""
    installation = begin()
    original = queries.run_named(of) if of else queries.run_of(Month.parse(month))
    with Bars() as bars:
        replayed = operations.replay(run=original.id, model=model, installation=installation, by=actor(), at=now(), progress=bars)
    if as_json:
        print_json(replayed)
        return
    show_outcome(replayed.outcome)
    if replayed.outcome.run == original.id:
        console.print("[green]✓[/] 逐字节相同 The same bytes." if replayed.same_bytes else "[red]✗[/] 结果不同 The result differs!")
    else:
        console.print(f"Compare with: minsheng monitor compare {original.id[:12]} {replayed.outcome.run[:12]}", highlight=False)


@app.command()
def compare(before: str, after: str, as_json: Json = False) -> None:
    """Compare two runs household by household: who moved from which level to which."""
    found = operations.compare(before=before, after=after, installation=begin())
    if as_json:
        print_json(found)
        return
    rows = list(found.movements.items())
    console.print(table(f"{found.moved:,} of {found.households:,} households moved", ("movement", "households"), rows, numbers=(1,)))


@app.command()
def explain(
    household: Annotated[str, typer.Option("--household", help="The household's number (户编号).")],
    month: MonthOption,
    lang: Annotated[Lang, typer.Option("--lang", help="The language.")] = Lang.zh,
    model: Annotated[str | None, typer.Option("--model", help="Of which model's run (default: the month's only or latest).")] = None,
    as_json: Json = False,
) -> None:
    """Say why a household has its level: from each department record to the level, and what would change it."""
    installation = begin()
    explanation = explain_household_named(household, month=Month.parse(month), model=model, installation=installation)
    if as_json:
        print_json(explanation)
        return
    show_explanation(explanation, household=household, language=lang.value)


@app.command()
def retire(
    before: Annotated[str, typer.Option("--before", help="Retire every month before this one, e.g. 2024-01.")],
    keep_tables: Annotated[bool, typer.Option("--keep-tables", help="Leave the detached tables in the database.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything, change nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Json = False,
) -> None:
    """Take old months' levels and warnings out of the database, once the lake is known to hold them; restore brings them back.

    In a terminal it asks first. Runs and verdicts stay.
    """
    installation, month = begin(), Month.parse(before)
    if not (yes or dry_run) and _somebody_is_there():
        typer.confirm(f"{month} 之前各月移出数据库？ Take the months before {month} out of the database?", abort=True, err=True)
    with Bars() as bars:
        done = operations.retire(
            before=month, keep_tables=keep_tables, dry_run=dry_run, installation=installation, by=actor(), at=now(), progress=bars
        )
    if as_json:
        print_json(done)
        return
    rows = [(one.month, len(one.runs), *one.rows.values(), one.bytes >> 20) for one in done.months]
    columns = ("month", "runs", "levels", "warnings", "hits", "evidence", "MB")
    console.print(table("移出数据库的月份 Retired" if not dry_run else "试算 Would be retired", columns, rows, numbers=tuple(range(1, 7))))


@app.command()
def restore(month: MonthOption, as_json: Json = False) -> None:
    """Bring a retired month back into the database, from its detached tables or from the lake."""
    installation = begin()
    with Bars() as bars:
        done = operations.restore(month=Month.parse(month), installation=installation, by=actor(), at=now(), progress=bars)
    if as_json:
        print_json(done)
        return
    source = "数据湖 the lake" if done.reloaded else "保留的数据表 its detached tables"
    console.print(f"[green]✓[/] {done.month}: {len(done.runs)} runs ← {source}")


def show_outcome(outcome: Outcome) -> None:
    """A run in two short tables."""
    levels = [(f"{mark} {words.zh} {words.en}", outcome.by_level.get(words.en, 0)) for mark, words in zip(MARKS, LEVELS, strict=True)]
    console.print(
        table(
            f"{outcome.month} {outcome.model}: {outcome.households:,} households, {outcome.persons:,} people",
            ("level", "households"),
            levels,
            numbers=(1,),
        )
    )
    changes = ", ".join(f"{name} {number:,}" for name, number in outcome.by_change.items())
    console.print(f"变化 {changes}", highlight=False)
    console.print(
        f"预警 warnings {outcome.warnings:,}, 静默 suppressed {outcome.suppressed:,}; result {outcome.result_hash[:16]}", highlight=False
    )
    for indicator, state in outcome.unknown.items():
        console.print(f"  [yellow]?[/] {indicator}: {state}", highlight=False)


def _somebody_is_there() -> bool:
    return sys.stdin.isatty()


def _where(run: queries.FinishedRun) -> str:
    return "已移出数据库 retired" if run.retired else ""
