"""`minsheng model simulate`: what a change of the model would have done to a month."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from minsheng.cli.context import Json, begin
from minsheng.cli.output import Bars, console, print_json, table
from minsheng.domain.monitoring import queries
from minsheng.domain.monitoring.exports import check_target, write_list
from minsheng.domain.monitoring.simulating import WhatIf, deferred_list, moved_list, what_if
from minsheng.domain.monitoring.states import CHANGES, LEVELS, MARKS
from minsheng.engine.simulation.capacity import Capacity
from minsheng.engine.simulation.capacity_file import read_capacity
from minsheng.engine.simulation.summary import Moved
from minsheng.kernel.periods import Month
from minsheng.reports.files import write_page
from minsheng.reports.simulation import simulation_page

_SHOWN = 20
_LISTED = 200
_NUMBERS = tuple(range(1, 9))


def simulate(
    month: Annotated[str, typer.Option("--month", "-m", help="The month, e.g. 2026-10.")],
    change: Annotated[Path, typer.Option("--change", help="What changes: a model, or only its parts that change, in YAML.", exists=True)],
    model: Annotated[str | None, typer.Option("--model", help="Of which model's run (default: the month's only or latest).")] = None,
    run: Annotated[str | None, typer.Option("--run", help="Another run than the month's current one.")] = None,
    capacity: Annotated[
        str | None,
        typer.Option("--capacity", help="Verifications a month: one number, or a CSV file (township,capacity)."),
    ] = None,
    moved: Annotated[Path | None, typer.Option("--list", help="Write the households that move (.csv, .xlsx or .parquet).")] = None,
    page: Annotated[Path | None, typer.Option("--page", help="Write a page (HTML).")] = None,
    as_json: Json = False,
) -> None:
    """Say what a change of weights, bands, caps, levels or quiet periods would have done to a month; changes nothing."""
    if moved is not None:
        check_target(moved)
    limits = read_capacity(capacity) if capacity is not None else Capacity()
    installation = begin()
    chosen = queries.run_named(run) if run else queries.run_of(Month.parse(month), model)
    with Bars() as bars:
        found = what_if(run=chosen, change=change, capacity=limits, installation=installation, progress=bars)
    if moved is not None:
        write_list(moved_list(found), moved)
    if page is not None:
        write_page(simulation_page(found), page)
    if as_json:
        print_json(_as_data(found))
    else:
        _show(found)


def _as_data(found: WhatIf) -> dict[str, object]:
    return {
        "month": found.run.month,
        "run": found.run.id,
        "model": found.run.model_id,
        "changes": found.changes,
        "computed_again": [str(need) for need in found.computed_again],
        "figures": found.figures,
        "moved": moved_list(found).head(_LISTED).to_dicts(),
        "deferred": deferred_list(found).head(_LISTED).to_dicts(),
    }


def _show(found: WhatIf) -> None:
    everybody = found.figures.all
    console.print(f"[bold]推演 Simulation[/] {found.run.month} {found.run.model_id}", highlight=False)
    for one in found.changes:
        console.print(f"  {one.place}: {one.before} → {one.after}", highlight=False, markup=False)
    if found.computed_again:
        told = "; ".join(map(str, found.computed_again))
        console.print(f"  需要未存储的值，已按部门数据重新计算。 Computed again from the departments' rows: {told}", highlight=False)
    console.print(
        table(f"{everybody.households:,} 户 households", ("level", "before", "after", "±"), _levels(everybody), numbers=(1, 2, 3))
    )
    rows = [(_level(name), *counts.values()) for name, counts in found.figures.movements.items()]
    console.print(table("变动 Movements: before ↓ after →", ("level", *map(_level, everybody.before)), rows, numbers=_NUMBERS))
    console.print(table("预警 Warnings", ("", "before", "after", "±"), _warnings(found), numbers=(1, 2, 3)))
    _show_work(found)
    moved = moved_list(found)
    console.print(table(f"名单 {moved.height:,} 户变动 households move", moved.columns, moved.head(_SHOWN).iter_rows()))


def _levels(moved: Moved) -> list[tuple[object, ...]]:
    return [(_level(name), was, moved.after[name], moved.after[name] - was) for name, was in reversed(moved.before.items())]


def _level(name: str) -> str:
    number = [words.en for words in LEVELS].index(name)
    return f"{MARKS[number]} {LEVELS[number].zh} {name}"


def _warnings(found: WhatIf) -> list[tuple[object, ...]]:
    was, now = found.figures.warnings_before, found.figures.warnings_after
    rows = [("发出 sent", was.sent, now.sent), ("静默 suppressed", was.suppressed, now.suppressed)]
    rows += [(_level(name), count, now.by_level[name]) for name, count in was.by_level.items()]
    rows += [(f"{CHANGES[cause].zh} {cause}", count, now.by_cause[cause]) for cause, count in was.by_cause.items()]
    return [(name, before, after, after - before) for name, before, after in rows]


def _show_work(found: WhatIf) -> None:
    work = sorted(found.figures.work, key=lambda one: (-one.after["deferred"], -one.after["warnings"], one.township))
    rows = [(found.places.get(one.township, one.township), one.capacity, *_pairs(one.before, one.after)) for one in work[:_SHOWN]]
    columns = ("township", "capacity", "warnings", "→", "urgent", "→", "deferred", "→")
    console.print(table("工作量 Work by township, before → after", columns, rows, numbers=tuple(range(1, 8))))


def _pairs(before: Mapping[str, int], after: Mapping[str, int]) -> list[int]:
    return [counts[name] for name in ("warnings", "urgent", "deferred") for counts in (before, after)]
