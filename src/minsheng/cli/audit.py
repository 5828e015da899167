"""`minsheng audit`: whether the log of what happened is whole, and proofs of it to keep elsewhere."""

from pathlib import Path
from typing import Annotated

import typer
from django.conf import settings
from rich.markup import escape

from minsheng.cli.context import Json, begin
from minsheng.cli.output import Bars, console, print_json
from minsheng.domain.audit.portable import export_heads, export_log, read_heads, verify_file
from minsheng.domain.audit.queries import Checked, verify_log

app = typer.Typer(no_args_is_help=True, help="The audit log: check that nothing in it was altered, and export what proves it elsewhere.")

Out = Annotated[Path, typer.Option("--out", help="The file to write (JSON lines).")]


@app.command()
def verify(
    file: Annotated[Path | None, typer.Option("--file", help="Check this exported log instead; needs no database.")] = None,
    heads: Annotated[Path | None, typer.Option("--heads", help="Also check that these exported daily heads still stand.")] = None,
    as_json: Json = False,
) -> None:
    """Find any altered, missing, re-ordered, inserted or cut entry and name the first. Exit code 1 if there is one."""
    known = read_heads(heads) if heads else []
    if file:
        checked = verify_file(file, heads=known)
    else:
        begin()
        with Bars() as bars:
            checked = verify_log(heads=known, progress=bars)
    _answer(checked, {"heads": len(known)} if heads else {}, as_json)


@app.command()
def heads(out: Out, as_json: Json = False) -> None:
    """Write the chain's head at the end of each day; kept on another machine, it shows any later rewriting."""
    begin()
    days = export_heads(out=out, time_zone=settings.TIME_ZONE)
    if as_json:
        print_json({"file": str(out), "days": days})
    else:
        console.print(f"[green]✓[/] {days:,} 天的链头 daily heads → {escape(str(out))}", highlight=False)


@app.command("check-heads")
def check_heads(file: Path, as_json: Json = False) -> None:
    """Check the log and that heads exported earlier still stand in it. Exit code 1 if not."""
    known = read_heads(file)
    begin()
    with Bars() as bars:
        checked = verify_log(heads=known, progress=bars)
    _answer(checked, {"heads": len(known)}, as_json)


@app.command()
def export(out: Out, as_json: Json = False) -> None:
    """Write the whole log with its chain, to be checked elsewhere: minsheng audit verify --file FILE --heads HEADS."""
    begin()
    with Bars() as bars:
        entries = export_log(out=out, progress=bars)
    if as_json:
        print_json({"file": str(out), "entries": entries})
    else:
        console.print(f"[green]✓[/] {entries:,} 条记录 entries → {escape(str(out))}", highlight=False)


def _answer(checked: Checked, also: dict[str, int], as_json: bool) -> None:
    fault = checked.first_fault
    if as_json:
        shown = fault and {
            "position": fault.position,
            "entry": fault.entry,
            "kind": fault.kind,
            "said": f"{fault.said.zh} {fault.said.en}",
        }
        print_json({"ok": checked.ok, "entries": checked.entries, **also, "first_fault": shown})
    elif fault is None:
        console.print(
            f"[green]✓[/] 审计日志完整，共 {checked.entries:,} 条。 The log is whole: {checked.entries:,} entries.", highlight=False
        )
    else:
        console.print(f"[bold red]✗[/] {fault.said.zh}\n  {fault.said.en}", highlight=False)
        console.print(f"  此前 {checked.entries:,} 条完好。 The {checked.entries:,} entries before it are in order.", highlight=False)
    if fault:
        raise typer.Exit(1)
