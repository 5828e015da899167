"""`minsheng demo`: a made-up district, from its departments' files to explained warnings."""

import os
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from django.conf import settings

from minsheng.cli.context import Json, begin
from minsheng.cli.living_demo import WUCHANG, DemoSize, live
from minsheng.cli.output import Bars, console, print_json
from minsheng.cli.serving import serve_office
from minsheng.cli.setting_up import accept_made_up_people
from minsheng.cli.summary import show_address, show_summary
from minsheng.config.home import home_folder
from minsheng.config.installation import today
from minsheng.demo.building import build_world
from minsheng.kernel.periods import Month

app = typer.Typer(no_args_is_help=True, help="A made-up district: people, hardship and departments' files. Nobody in it exists.")

Households = Annotated[int, typer.Option("--households", min=20, help="How many registered households.")]
Months = Annotated[int, typer.Option("--months", min=1, max=36, help="How many full months of deliveries.")]
Seed = Annotated[int, typer.Option("--seed", help="The same seed gives the same files, byte for byte.")]
LastMonth = Annotated[str | None, typer.Option("--last-month", help="The last month, e.g. 2026-10 (default: the last whole month).")]


@app.command()
def build(
    out: Annotated[Path, typer.Option("--out", help="A folder for the deliveries; it must not hold anything else.")],
    households: Households = 130_000,
    months: Months = 4,
    seed: Seed = 20_261_121,
    last_month: LastMonth = None,
    as_json: Json = False,
) -> None:
    """Write a made-up district's deliveries: DIR/<yyyy-mm>/<feed>.<ext>, and DIR/truth.parquet.

    This installation accepts made-up people from then on.
    """
    accept_made_up_people()
    with Bars() as bars:
        built = build_world(
            households=households, months=months, seed=seed, out=out, last_month=_last(last_month), progress=bars, area=WUCHANG
        )
    if as_json:
        print_json(built)
    else:
        rows = sum(delivery.rows for delivery in built.deliveries)
        console.print(
            f"[green]✓[/] {built.households:,} households, {built.people:,} people, {len(built.deliveries):,} files, {rows:,} rows → {out}"
        )
        console.print(f"  Next: minsheng init --area {WUCHANG} && minsheng feeds receive {out}", highlight=False)


@app.command()
def run(
    households: Households = 130_000,
    months: Months = 4,
    seed: Seed = 20_261_121,
    last_month: LastMonth = None,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Then serve the office until Ctrl-C.")] = False,
    as_json: Json = False,
) -> None:
    """Build the district, receive its files, run its months, and show what came out. A second time it starts from what is there."""
    size = DemoSize(households, months, seed, _last(last_month), home_folder() / "demo")
    with Bars() as bars:
        lived = live(size, bars)
    if as_json:
        print_json(lived)
    else:
        show_summary(lived, begin())
    if serve:
        quiet = os.environ.get("MINSHENG_LOG_LEVEL", "WARNING")
        serve_office(bind=settings.WEB_BIND, told=partial(show_address, lived.accounts), log_level=quiet)


def _last(text: str | None) -> Month:
    return Month.parse(text) if text else Month.of(today()).plus(-1)
