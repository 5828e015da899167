"""`minsheng feeds`: what departments deliver, and what became of it."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from minsheng.cli.context import Json, actor, begin, now
from minsheng.cli.output import Bars, console, print_json, table
from minsheng.domain.feeds import operations, queries
from minsheng.domain.feeds.receipts import Receipt
from minsheng.kernel.periods import Month

app = typer.Typer(no_args_is_help=True, help="Deliveries of departments: receive, look, release, give back what must be mended.")

Paths = Annotated[
    list[Path], typer.Argument(help="Files, or folders whose files are all received; <yyyy-mm>/<feed>.<ext> needs no options.")
]
MonthOption = Annotated[str | None, typer.Option("--month", "-m", help="The month reported on, e.g. 2026-10 (else read from the path).")]
FeedOption = Annotated[str | None, typer.Option("--feed", "-f", help="The feed (else recognised by file name and columns).")]
Arrived = Annotated[
    str | None,
    typer.Option("--arrived", help="Day of arrival, YYYY-MM-DD, or 'mtime' for each file's own date: after the due day it is late."),
]


@app.command("list")
def list_feeds(as_json: Json = False) -> None:
    """List the feeds, who delivers them, and when they are due."""
    catalogue = begin().catalogue
    rows = [
        (c.feed, c.title.zh, catalogue.department_of(c.feed).title.zh, c.kind, c.due_day, len(c.columns), str(c.agreement.expires_on))
        for c in catalogue.values()
    ]
    if as_json:
        print_json([c.model_dump(mode="json") for c in catalogue.values()])
        return
    console.print(table("数据集 Feeds", ("feed", "名称", "部门", "kind", "due day", "columns", "agreement until"), rows, numbers=(4, 5)))


@app.command()
def show(feed: str, as_json: Json = False) -> None:
    """Show one feed's contract: columns, headers, codes, due day, agreement."""
    catalogue = begin().catalogue
    contract = queries.contract_named(catalogue, feed)
    if as_json:
        print_json(contract)
        return
    department, agreement = catalogue.department_of(feed), contract.agreement
    console.print(
        f"[bold]{contract.title.zh} {contract.title.en}[/] ({feed}), {department.title.zh} {department.title.en}", highlight=False
    )
    console.print(
        f"  {contract.kind}, due on day {contract.due_day} of the following month; key: {', '.join(contract.key)}", highlight=False
    )
    console.print(
        f"  {agreement.purpose.zh} {agreement.purpose.en}. {agreement.legal_basis}, until {agreement.expires_on}", highlight=False
    )
    rows = [
        (
            c.name,
            c.title.zh,
            c.type + (f" ({c.unit})" if c.unit else ""),
            c.required,
            c.name in agreement.allowed,
            "、".join(c.headers),
            ", ".join(c.codes),
        )
        for c in contract.columns
    ]
    console.print(table("", ("column", "名称", "type", "required", "allowed", "headers", "codes"), rows))


@app.command()
def receive(paths: Paths, month: MonthOption = None, feed: FeedOption = None, arrived: Arrived = None, as_json: Json = False) -> None:
    """Receive deliveries: keep the originals, check, match people, and give each a receipt. The same file twice is received once."""
    installation = begin()
    chosen = Month.parse(month) if month else None
    items = [
        operations.Item(path=path, feed=feed, month=chosen, arrived_on=_arrival(arrived, path)) for path in operations.files_below(paths)
    ]
    with Bars() as bars:
        receipts = operations.receive(items, installation=installation, by=actor(), at=now(), progress=bars)
    if as_json:
        print_json(receipts)
    else:
        _show_receipts(receipts)
    if any(receipt.status == "refused" for receipt in receipts):
        raise typer.Exit(1)


@app.command()
def status(month: MonthOption = None, as_json: Json = False) -> None:
    """Show, feed by feed, what has arrived for a month, what is held and what is overdue."""
    installation = begin()
    chosen = Month.parse(month) if month else queries.latest_month() or Month.of(installation.today).plus(-1)
    rows = queries.month_status(catalogue=installation.catalogue, month=chosen, today=installation.today)
    if as_json:
        print_json(rows)
        return
    columns = ("feed", "名称", "status", "read", "accepted", "quarantined")
    shown = [(r.feed, r.title, r.status, r.read, r.accepted, r.quarantined) for r in rows]
    console.print(table(f"{chosen} 送达情况 Deliveries", columns, shown, numbers=(3, 4, 5)))
    for row in rows:
        if row.note:
            console.print(f"[yellow]{row.status}[/] {escape(row.delivery or row.feed)}: {escape(row.note)}", highlight=False)


Map = Annotated[list[str] | None, typer.Option("--map", help="A renamed column, as NEW_HEADER=column; the file is then read again.")]


@app.command()
def release(
    delivery: str,
    reason: Annotated[str, typer.Option(help="Why it may count; kept with your name.")] = "looked at and released",
    mapped: Map = None,
    as_json: Json = False,
) -> None:
    """Release a held delivery, so that it counts from the next run on. A person answers for this."""
    installation = begin()
    header_map = dict(_pair(text) for text in mapped or [])
    with Bars() as bars:
        receipt = operations.release(
            delivery=delivery, reason=reason, header_map=header_map, installation=installation, by=actor(), at=now(), progress=bars
        )
    if as_json:
        print_json(receipt)
    else:
        _show_receipts([receipt])


@app.command()
def rejected(
    delivery: str, out: Annotated[Path, typer.Option("--out", help="Where to write the CSV file.")], as_json: Json = False
) -> None:
    """Write a delivery's quarantined rows in their original columns with the reasons, for the department to mend and send back."""
    rows = queries.write_rejected(installation=begin(), delivery=delivery, out=out)
    if as_json:
        print_json({"delivery": delivery, "rows": rows, "file": str(out)})
    else:
        console.print(f"[green]✓[/] {rows:,} rows → {out}  [dim](holds personal data: send it back by a safe way, then delete it)[/]")


def _arrival(arrived: str | None, path: Path) -> date | None:
    if arrived is None:
        return None
    if arrived == "mtime":
        return datetime.fromtimestamp(path.stat().st_mtime).astimezone().date()
    try:
        return date.fromisoformat(arrived)
    except ValueError:
        raise typer.BadParameter(f"{arrived!r} is neither a day like 2026-11-05 nor 'mtime'") from None


def _pair(text: str) -> tuple[str, str]:
    header, found, column = text.partition("=")
    if not (header and found and column):
        raise typer.BadParameter(f"{text!r} is not NEW_HEADER=column")
    return header, column


def _show_receipts(receipts: list[Receipt]) -> None:
    columns = ("feed", "month", "status", "read", "accepted", "dup", "quarantined", "out of area", "matched", "review")
    rows = [
        (r.feed or r.filename, r.month, r.status, r.read, r.accepted, r.duplicate, r.quarantined, r.out_of_area, r.matched, r.in_review)
        for r in receipts
    ]
    console.print(table("回执 Receipts", columns, rows, numbers=tuple(range(3, 10))))
    for receipt in receipts:
        _show_remarks(receipt)
    if any(receipt.status == "held" for receipt in receipts):
        console.print("Held deliveries move nobody's level. Look at each, then: minsheng feeds release DELIVERY", highlight=False)
    if any(receipt.quarantined for receipt in receipts):
        console.print(
            "Rows to mend: minsheng feeds rejected DELIVERY --out FILE.csv, and send them back to the department", highlight=False
        )


def _show_remarks(receipt: Receipt) -> None:
    colour = {"held": "yellow", "refused": "red"}.get(receipt.status, "dim")
    for reason in receipt.reasons:
        console.print(f"[{colour}]{receipt.status}[/] {escape(receipt.delivery or receipt.filename)}: {escape(reason)}", highlight=False)
    if receipt.dropped_columns and receipt.status != "already_received":
        dropped = escape("、".join(receipt.dropped_columns))
        console.print(
            f"[dim]{receipt.feed} {receipt.month}: 协议未授权，已丢弃 dropped, not in the agreement: {dropped}[/]", highlight=False
        )
