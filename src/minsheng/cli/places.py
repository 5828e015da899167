"""`minsheng places`: administrative divisions."""

import typer

from minsheng.cli.context import Json, begin
from minsheng.cli.output import console, print_json, table
from minsheng.config.installation import today
from minsheng.domain.places import queries

app = typer.Typer(no_args_is_help=True, help="Administrative divisions: provinces to villages, in Chinese and pinyin.")


@app.command()
def find(text: str, as_json: Json = False) -> None:
    """Find divisions by code, name or pinyin."""
    begin()
    found = queries.find(text)
    names = queries.full_names({division.code for division in found})
    if as_json:
        print_json([{"code": d.code, "level": d.level, "name": d.name, "full_name": names[d.code]} for d in found])
        return
    console.print(table("行政区划 Divisions", ("code", "full name", "pinyin"), [(d.code, names[d.code], d.pinyin) for d in found]))


@app.command()
def show(code: str, as_json: Json = False) -> None:
    """Show one division: its path from the province down, and what lies directly below it."""
    begin()
    path, below = queries.path(code), queries.children(code, on=today())
    if as_json:
        print_json({"path": path, "children": [{"code": d.code, "name": d.name} for d in below]})
        return
    console.print(" › ".join(path))
    console.print(table(f"{len(below):,} below", ("code", "name", "pinyin"), [(d.code, d.name, d.pinyin) for d in below]))
