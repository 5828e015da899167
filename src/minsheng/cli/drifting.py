"""`minsheng monitor drift` and `report`: what moved since the months before, and the page of a run."""

from pathlib import Path
from typing import Annotated

import typer

from minsheng.cli.context import Json, begin
from minsheng.cli.output import console, print_json
from minsheng.domain.installation import Installation
from minsheng.domain.monitoring import queries
from minsheng.domain.monitoring.drifting import Moves, drift_of, named_moves, run_facts
from minsheng.domain.monitoring.operations.running import Outcome
from minsheng.kernel.periods import Month
from minsheng.reports.drift import drift_section, sentence
from minsheng.reports.files import write_page
from minsheng.reports.markup import words
from minsheng.reports.page import Page
from minsheng.reports.run import run_page

MonthOption = Annotated[str, typer.Option("--month", "-m", help="The month, e.g. 2026-10.")]
ModelOption = Annotated[str | None, typer.Option("--model", help="Of which model's run (default: the month's only or latest).")]


def drift(
    month: MonthOption,
    model: ModelOption = None,
    page: Annotated[Path | None, typer.Option("--page", help="Write a page (HTML).")] = None,
    as_json: Json = False,
) -> None:
    """Say what moved since the twelve months before: feeds, values of indicators, levels, by county where numbers suffice."""
    installation = begin()
    moves = drift_of(queries.run_of(Month.parse(month), model), installation=installation)
    if page is not None:
        write_page(_page(moves), page)
    if as_json:
        print_json(moves.drift)
        return
    show_moves(moves)


def report(
    month: MonthOption,
    out: Annotated[Path, typer.Option("--out", help="Where to write the page (HTML).")],
    model: ModelOption = None,
    as_json: Json = False,
) -> None:
    """Write the page of a run: levels, changes, warnings by township, what is unknown, what moved, what was delivered."""
    installation = begin()
    run = queries.run_of(Month.parse(month), model)
    write_page(run_page(run_facts(run, installation=installation)), out)
    if as_json:
        print_json({"run": run.id, "month": run.month, "page": str(out)})
    else:
        console.print(f"[green]✓[/] {out}", highlight=False)


def show_drift(outcome: Outcome, installation: Installation) -> None:
    """What moved, one line each, of a run just finished."""
    if outcome.drift is not None:
        show_moves(named_moves(outcome.drift, run=outcome.run, model=outcome.model, installation=installation))


def show_moves(moves: Moves) -> None:
    """What moved, one line each."""
    drift = moves.drift
    if not drift.months:
        console.print("分布 首次运行，没有可比较的月份。 The first run: no month to compare with.", highlight=False)
        return
    months = " – ".join(dict.fromkeys((str(drift.months[0]), str(drift.months[-1]))))
    if not drift.moved:
        console.print(f"分布 与 {months} 相比没有明显变动。 Nothing moved since {months}.", highlight=False)
        return
    console.print(f"分布 与 {months} 相比有 {len(drift.moved)} 项变动 {len(drift.moved)} things moved since {months}", highlight=False)
    for shift in drift.moved:
        said = sentence(shift, moves)
        console.print(f"  {said.zh}  {said.en}", highlight=False, markup=False)


def _page(moves: Moves) -> Page:
    moved = len(moves.drift.moved)
    return Page(
        title=words(f"{moves.drift.month} 分布变动", f"What moved in {moves.drift.month}"),
        answer=words(f"{moved} 项内容与前几个月相比有变动。", f"{moved} things moved since the months before."),
        sections=[drift_section(moves)],
        source=words(
            f"来源：运行 {moves.run[:12]}，模型 {moves.model.name}@{moves.model.version}",
            f"Source: run {moves.run[:12]}, model {moves.model.name}@{moves.model.version}",
        ),
    )
