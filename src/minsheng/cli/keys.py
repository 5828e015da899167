"""`minsheng keys`: which keys seal what, a new one, and the end of an old one. No key is ever printed."""

from pathlib import Path
from typing import Annotated

import typer

from minsheng.cli.context import Json, actor, begin, now
from minsheng.cli.output import Bars, console, print_json, table
from minsheng.config.keyring import home_keys, write_rotated
from minsheng.domain.audit.operations import record
from minsheng.domain.keys import operations
from minsheng.domain.keys.queries import UNNAMED, KeysInUse, keys_in_use

app = typer.Typer(no_args_is_help=True, help="Keys: which ones seal what, making a new one, dropping an old one. Never prints a key.")
Originals = Annotated[bool, typer.Option("--originals", help="Seal the delivered files in the lake again too.")]
_ROLES = {"current": "现用 current", "old": "旧 old", "missing": "缺失 missing", "unnamed": "未署名 unnamed"}


@app.command()
def rotate(originals: Originals = False, as_json: Json = False) -> None:
    """Make a new key and seal everything with it again, while everybody goes on working. An interrupted rotation is gone on with."""
    installation = begin()
    with Bars() as bars:
        done = operations.rotate(store=home_keys(), lake=installation.lake, originals=originals, by=actor(), at=now(), progress=bars)
    if as_json:
        print_json(done)
        return
    console.print(
        f"[green]✓[/] {'新密钥 New key' if done.began else '继续 Went on with key'} {done.key}: "
        f"{done.rows:,} rows and {done.originals:,} original files sealed again."
    )
    for place, rows in done.damaged.items():
        console.print(f"[bold red]✗[/] {place}: {len(rows):,} cannot be opened by any key, first {rows[0]}", highlight=False)
    console.print("  请备份设置文件 Back up the settings file now: what is sealed from now on needs the new key.", highlight=False)
    console.print("  Next: minsheng keys status, and when nothing needs the old keys any more: minsheng keys drop", highlight=False)


@app.command()
def status(as_json: Json = False) -> None:
    """Show each key by its name: how many values and files need it, what a rotation would still do, and which key may be dropped."""
    installation = begin()
    found = keys_in_use(keys=installation.keys, lake=installation.lake)
    if as_json:
        print_json(found)
        return
    columns = ("key", "状态 role", "字段 values", "原始文件 originals", "可弃用 may be dropped")
    rows = [(use.key, _ROLES[use.role], use.values, use.originals, use.may_drop) for use in found.keys]
    console.print(table("密钥 Keys", columns, rows, numbers=(2, 3)))
    places = [(use.key, column, count) for use in found.keys for column, count in use.columns.items()]
    console.print(table("字段 Sealed columns", ("key", "column", "values"), places, numbers=(2,)))
    for path in found.damaged:
        console.print(f"[bold red]✗[/] {path} is no sealed file: restore it from the lake's backup.", highlight=False)
    console.print(_next_step(found), highlight=False)


@app.command()
def drop(
    keys: Annotated[
        list[str] | None, typer.Argument(help="Names of old keys, as status shows them; all old keys if none is named.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Forget old keys for ever. Refused while anything is still sealed with them; backups made before need them all the same."""
    installation = begin()
    dropped = operations.drop(store=home_keys(), lake=installation.lake, names=keys or [], by=actor(), at=now())
    if as_json:
        print_json({"dropped": dropped})
        return
    console.print(f"[green]✓[/] 已弃用 Dropped: {', '.join(dropped)}. Backups from before still need them.", highlight=False)


@app.command()
def make(
    out: Annotated[Path, typer.Option("--out", help="The file to write, readable by you only.", dir_okay=False)],
    as_json: Json = False,
) -> None:
    """Write settings with a new key into a file, for installations whose keys stand in the environment. Changes nothing else."""
    begin()
    name = write_rotated(out)
    record("keys.made", by=actor(), at=now(), subject=f"key:{name}")
    if as_json:
        print_json({"key": name, "file": str(out)})
        return
    console.print(f"[green]✓[/] Settings with the new key {name}: {out}. Put them in place, then: minsheng keys rotate", highlight=False)


def _next_step(found: KeysInUse) -> str:
    uses = {use.role: use for use in found.keys if use.values or use.originals}
    if "missing" in uses:
        return f"Put the key {uses['missing'].key} back into MINSHENG_OLD_KEYS from its backup: without it what it seals stays sealed."
    waiting = [use for use in found.keys if use.role == "old" or use.key == UNNAMED]
    if any(use.role == "old" for use in waiting) and any(use.values or use.originals for use in waiting):
        files = " --originals" if any(use.originals for use in waiting) else ""
        return f"To go on: minsheng keys rotate{files}"
    if any(use.may_drop for use in found.keys):
        return "Nothing needs the old keys any more: minsheng keys drop"
    return "一切就绪 Everything is in order."
