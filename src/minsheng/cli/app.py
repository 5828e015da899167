"""The command and its groups; exit codes 0 done, 1 refused with a reason, 2 wrong usage."""

import signal
import sys

import typer
from rich.markup import escape

from minsheng.cli import audit, bench, demo, feeds, identity, keys, model, monitor, places, serving, setting_up, users, warnings
from minsheng.cli.output import asides, print_json
from minsheng.kernel.errors import Refusal

app = typer.Typer(
    name="minsheng",
    help="Minsheng 民生: department files in, explained warnings out. Every command has --help, and --json for machines.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("init")(setting_up.init)
app.command("doctor")(setting_up.doctor)
app.command("serve")(serving.serve)
app.command("web")(serving.web)
app.command("worker")(serving.worker)
for name, group in (
    ("demo", demo.app),
    ("feeds", feeds.app),
    ("identity", identity.app),
    ("keys", keys.app),
    ("model", model.app),
    ("monitor", monitor.app),
    ("warnings", warnings.app),
    ("places", places.app),
    ("audit", audit.app),
    ("users", users.app),
    ("bench", bench.app),
):
    app.add_typer(group, name=name)


def run() -> None:
    """Run the command; a refusal becomes a plain sentence (or JSON) and exit code 1."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        app()
    except Refusal as refusal:
        _say(refusal)
        sys.exit(1)
    except KeyboardInterrupt:
        asides.print("\n已中断，什么也没有丢失；再次运行即可继续。 Interrupted: nothing is lost, run it again to go on.")
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(0)


def _say(refusal: Refusal) -> None:
    if "--json" in sys.argv:
        faults = [str(fault) for fault in getattr(refusal, "faults", ())]
        print_json(
            {"error": refusal.code, "message": refusal.message, "next_step": refusal.next_step, **({"faults": faults} if faults else {})}
        )
        return
    asides.print(f"[bold red]✗[/] {escape(refusal.message)}", highlight=False)
    if refusal.next_step:
        asides.print(f"  → {escape(refusal.next_step)}", highlight=False)
