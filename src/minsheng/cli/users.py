"""`minsheng users`: people who may sign in, and what they hold."""

from datetime import date
from typing import Annotated

import typer
from django.conf import settings

from minsheng.cli.context import Json, actor, begin, now
from minsheng.cli.output import console, print_json, table
from minsheng.config.installation import today
from minsheng.domain.access import operations, queries
from minsheng.domain.access.policies import months_later
from minsheng.web.accounts.rules import access_rules

app = typer.Typer(no_args_is_help=True, help="People who may sign in, and what they hold. The first administrator is made here.")

Role = Annotated[str | None, typer.Option("--role", help="A role, e.g. administrator, monitor, auditor.")]
Division = Annotated[str | None, typer.Option("--division", help="Where: a division code, for everything below it.")]
Until = Annotated[str | None, typer.Option("--until", help="The day it ends, e.g. 2027-06-30 (default: as long as may be).")]
Organisation = Annotated[int | None, typer.Option("--organisation", help="The organisation it is held for, by number.")]


@app.command()
def add(
    username: str,
    name: Annotated[str, typer.Option("--name", help="What the person is called on pages (default: the sign-in name).")] = "",
    role: Role = None,
    division: Division = None,
    until: Until = None,
    organisation: Organisation = None,
    email: Annotated[str, typer.Option("--email")] = "",
    language: Annotated[str, typer.Option("--language", help="zh or en.")] = "zh",
    as_json: Json = False,
) -> None:
    """Add somebody, with a role where one is named, and print a one-time password to hand over."""
    if (role is None) != (division is None):
        raise typer.BadParameter("say --role and --division together")
    begin()
    given = operations.add_user(
        username=username, display_name=name or username, email=email, language=language, by=actor(), at=now(), rules=access_rules()
    )
    grant = _grant(username, role, division, until, organisation, "") if role and division else None
    _hand_over(given, as_json, grant=grant)


@app.command("list")
def list_users(
    text: Annotated[str, typer.Argument(help="Part of a name.")] = "",
    role: Role = None,
    as_json: Json = False,
) -> None:
    """Show who may sign in, and what they hold."""
    begin()
    found = queries.people(viewer=None, text=text, role=role or "", limit=10_000).lines
    if as_json:
        print_json(found)
        return
    rows = [
        (
            one.username,
            one.display_name,
            "✓" if one.is_active else "✗",
            "✓" if one.second_factor else "",
            f"{one.last_sign_in:%Y-%m-%d}" if one.last_sign_in else "",
            "\n".join(
                f"#{grant.number} {grant.role} {grant.place} → {grant.ends_on}{' (awaiting)' if grant.state == 'awaiting' else ''}"
                for grant in one.grants
            ),
        )
        for one in found
    ]
    console.print(table(f"人员 Users: {len(rows):,}", ("username", "姓名", "active", "2nd factor", "last sign-in", "grants"), rows))


@app.command()
def grant(
    username: str,
    role: Annotated[str, typer.Option("--role", help="A role, e.g. administrator, monitor, auditor.")],
    division: Annotated[str, typer.Option("--division", help="Where: a division code, for everything below it.")],
    until: Until = None,
    organisation: Organisation = None,
    reason: Annotated[str, typer.Option("--reason")] = "",
    as_json: Json = False,
) -> None:
    """Give somebody a role at a place until a day."""
    begin()
    number = _grant(username, role, division, until, organisation, reason)
    _answer({"username": username, "grant": number}, as_json)


@app.command()
def revoke(
    grant: Annotated[int, typer.Argument(help="The grant's number, as `users list` shows it.")],
    reason: Annotated[str, typer.Option("--reason")] = "",
    as_json: Json = False,
) -> None:
    """Take a role back at once."""
    begin()
    operations.revoke_role(grant=grant, reason=reason, by=actor(), at=now())
    _answer({"revoked": grant}, as_json)


@app.command()
def confirm(
    grant: Annotated[int, typer.Argument(help="The grant's number, as `users list` shows it.")],
    decline: Annotated[bool, typer.Option("--decline", help="Decline it instead.")] = False,
    note: Annotated[str, typer.Option("--note")] = "",
    as_json: Json = False,
) -> None:
    """Be the second person for a role that one administrator gave, where there is no other on the pages."""
    begin()
    operations.confirm_grant(grant=grant, confirm=not decline, note=note, by=actor(), at=now())
    _answer({"declined" if decline else "confirmed": grant}, as_json)


@app.command()
def deactivate(username: str, reason: Annotated[str, typer.Option("--reason")] = "", as_json: Json = False) -> None:
    """Let somebody sign in no more, and end their sessions."""
    begin()
    ended = operations.deactivate_user(username=username, reason=reason, by=actor(), at=now())
    _answer({"deactivated": username, "sessions_ended": ended}, as_json)


@app.command()
def activate(username: str, as_json: Json = False) -> None:
    """Let somebody sign in again."""
    begin()
    operations.activate_user(username=username, by=actor(), at=now())
    _answer({"activated": username}, as_json)


@app.command()
def reset(
    username: str,
    second_factors: Annotated[bool, typer.Option("--second-factors", help="Take away second factors too: the phone is lost.")] = False,
    as_json: Json = False,
) -> None:
    """Give somebody a new one-time password, and end their sessions."""
    begin()
    given = operations.reset_password(username=username, second_factors=second_factors, by=actor(), at=now(), rules=access_rules())
    _hand_over(given, as_json)


def _grant(username: str, role: str, division: str, until: str | None, organisation: int | None, reason: str) -> int:
    ends = date.fromisoformat(until) if until else months_later(today(), settings.GRANT_MONTHS)
    return operations.grant_role(
        username=username,
        role=role,
        division=division,
        ends_on=ends,
        organisation=organisation,
        reason=reason,
        by=actor(),
        at=now(),
        rules=access_rules(),
    )


def _hand_over(given: operations.OneTimePassword, as_json: bool, *, grant: int | None = None) -> None:
    if as_json:
        print_json({"username": given.username, "one_time_password": given.password, "until": given.until.isoformat(), "grant": grant})
        return
    console.print(f"[green]✓[/] {given.username}")
    console.print(f"  一次性密码 One-time password: [bold]{given.password}[/]", highlight=False)
    console.print(
        f"  首次登录须修改，{given.until:%Y-%m-%d %H:%M} 前有效 To be changed at first sign-in; it is shown only now.", highlight=False
    )


def _answer(answer: dict[str, object], as_json: bool) -> None:
    if as_json:
        print_json(answer)
    else:
        console.print(f"[green]✓[/] {', '.join(f'{name} {value}' for name, value in answer.items())}")
