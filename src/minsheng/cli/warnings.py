"""`minsheng warnings`: who should be looked at, and why."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from minsheng.cli.context import Json, actor, begin, now
from minsheng.cli.output import console, print_json, table
from minsheng.domain.monitoring import operations, queries
from minsheng.domain.monitoring.exports import export_warnings, named_warnings
from minsheng.domain.monitoring.states import LEVELS, MARKS, VERDICTS
from minsheng.domain.registry.queries import household_card
from minsheng.kernel.periods import Month

app = typer.Typer(no_args_is_help=True, help="Warnings: households that somebody should visit, with the reason in plain words.")

MonthOption = Annotated[str, typer.Option("--month", "-m", help="The month, e.g. 2026-10.")]
ModelOption = Annotated[str | None, typer.Option("--model", help="Of which model's run (default: the month's only or latest).")]
DivisionOption = Annotated[str, typer.Option("--division", help="Only within this division code.")]
Suppressed = Annotated[bool, typer.Option("--suppressed", help="Also those held back because of a recent verdict.")]


@app.command("list")
def list_warnings(
    month: Annotated[str | None, typer.Option("--month", "-m", help="The month, e.g. 2026-10 (default: the latest one run).")] = None,
    model: ModelOption = None,
    division: DivisionOption = "",
    suppressed: Suppressed = False,
    limit: Annotated[int, typer.Option(help="How many to show.")] = 20,
    as_json: Json = False,
) -> None:
    """List a month's warnings, the most urgent first."""
    begin()
    run = queries.run_of(Month.parse(month), model) if month else queries.latest_run(model)
    found = named_warnings(run, division=division, with_suppressed=suppressed)
    if as_json:
        print_json(found)
        return
    if not found:
        console.print(f"{run.month} 没有预警。 No warnings.")
        return
    rows = [(w.household, w.place, f"{MARKS[w.level]} {LEVELS[w.level].zh}", w.points, w.change, w.reason_zh) for w in found[:limit]]
    console.print(table(f"{run.month} 预警 Warnings: {len(found):,}", ("household", "地点", "level", "points", "change", "原因"), rows))
    if len(found) > limit:
        console.print(f"… and {len(found) - limit:,} more: --limit, or minsheng warnings export", highlight=False)


@app.command()
def export(
    month: MonthOption,
    out: Annotated[Path, typer.Option("--out", help="A .csv, .xlsx or .parquet file.")],
    model: ModelOption = None,
    division: DivisionOption = "",
    suppressed: Suppressed = False,
    as_json: Json = False,
) -> None:
    """Write a month's warnings to a file: household, division, level, score, change, indicators, reasons in both languages."""
    begin()
    rows = export_warnings(queries.run_of(Month.parse(month), model), out=out, division=division, with_suppressed=suppressed)
    if as_json:
        print_json({"file": str(out), "warnings": rows})
    else:
        console.print(f"[green]✓[/] {rows:,} warnings → {out}")


@app.command()
def verdict(
    household: Annotated[str, typer.Argument(help="The household's number (户编号).")],
    month: MonthOption,
    result: Annotated[str, typer.Option("--result", help=f"One of {', '.join(VERDICTS)}.")],
    on: Annotated[str | None, typer.Option("--on", help="The day of the visit, YYYY-MM-DD (default: today).")] = None,
    note: Annotated[str, typer.Option(help="What was seen, in a sentence.")] = "",
    sample: Annotated[bool, typer.Option("--sample", help="The household was chosen at random, warned or not.")] = False,
    model: ModelOption = None,
    as_json: Json = False,
) -> None:
    """Record what a worker found. A verdict keeps the household from being warned of again for a while, unless something new appears."""
    installation = begin()
    try:
        day = date.fromisoformat(on) if on else installation.today
    except ValueError:
        raise typer.BadParameter(f"{on!r} is not a day like 2026-11-05") from None
    run = queries.run_of(Month.parse(month), model)
    key = household_card(household, keys=installation.keys).household_key
    operations.record_verdicts(run=run.id, visits=[operations.Visit(key, result, day, note)], sample=sample, by=actor(), at=now())
    answer = {"household": household, "month": month, "verdict": result, "on": str(day)}
    if as_json:
        print_json(answer)
    else:
        console.print(f"[green]✓[/] {household}: {VERDICTS[result].zh} {VERDICTS[result].en}")
