"""`minsheng identity`: questions of who a delivered row is about."""

from typing import Annotated

import typer

from minsheng.cli.context import Json, actor, begin, now
from minsheng.cli.output import Bars, console, print_json, table
from minsheng.domain.feeds import operations, queries
from minsheng.domain.registry import operations as registry

app = typer.Typer(no_args_is_help=True, help="Who is who: decide doubtful matches, merge and unmerge people.")


@app.command()
def pending(limit: Annotated[int, typer.Option(help="How many to show.")] = 50, as_json: Json = False) -> None:
    """Show the identities that wait for a decision, with the candidates."""
    installation = begin()
    total, cases = queries.pending_cases(keys=installation.keys, limit=limit)
    if as_json:
        print_json({"pending": total, "cases": cases})
        return
    if not total:
        console.print("没有待核实的身份。 No identity waits for a decision.")
        return
    rows = [(c.case, c.reason, c.name, c.number, c.birth_on, c.delivery, c.row_number, "\n".join(c.candidates)) for c in cases]
    console.print(
        table(f"待核实身份 To decide: {total:,}", ("case", "reason", "姓名", "证件号", "born", "delivery", "row", "candidates"), rows)
    )
    console.print("Decide with: minsheng identity decide CASE --person KEY | --outside", highlight=False)


@app.command()
def decide(
    case: int,
    person: Annotated[int | None, typer.Option(help="The registry person (key) it is.")] = None,
    outside: Annotated[bool, typer.Option("--outside", help="It is nobody in the registry.")] = False,
    reason: Annotated[str, typer.Option(help="How you know.")] = "",
    as_json: Json = False,
) -> None:
    """Decide one identity for good; it is never asked again, and every delivery that brought it is brought up to date."""
    if (person is None) == (not outside):
        raise typer.BadParameter("say either --person KEY or --outside")
    installation = begin()
    with Bars() as bars:
        touched = operations.decide_identity(
            case=case, person_key=person, reason=reason, installation=installation, by=actor(), at=now(), progress=bars
        )
    answer = {"case": case, "person": person, "outside": outside, "deliveries": touched}
    if as_json:
        print_json(answer)
    else:
        console.print(f"[green]✓[/] decided; {len(touched)} delivery(ies) brought up to date")


@app.command()
def merge(person: int, into: int, reason: Annotated[str, typer.Option(help="How you know they are one.")], as_json: Json = False) -> None:
    """Say that two registry people (keys) are one; it can be undone."""
    begin()
    merged = registry.merge_people(person_from=person, person_into=into, reason=reason, by=actor(), at=now())
    _answer({"merge": merged, "from": person, "into": into}, as_json)


@app.command()
def unmerge(merge: int, reason: Annotated[str, typer.Option(help="Why they are two after all.")], as_json: Json = False) -> None:
    """Undo a merge: everything is as it was before."""
    begin()
    registry.unmerge_people(merge=merge, reason=reason, by=actor(), at=now())
    _answer({"unmerged": merge}, as_json)


def _answer(answer: dict[str, object], as_json: bool) -> None:
    if as_json:
        print_json(answer)
    else:
        console.print(f"[green]✓[/] {', '.join(f'{name} {value}' for name, value in answer.items())}")
