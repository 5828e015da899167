"""`minsheng bench`: each piece of work beside its reference, from a checkout of the project."""

import importlib
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any, ClassVar

import typer

import minsheng
from minsheng.cli.context import Json
from minsheng.cli.output import asides, console, print_json, table
from minsheng.config.installation import today
from minsheng.kernel.errors import Refusal

app = typer.Typer(no_args_is_help=True, help="Benchmarks: each piece of work beside its reference, on this machine.")

Persons = Annotated[int, typer.Option("--persons", min=1_000, help="How many made-up people.")]
Model = Annotated[str, typer.Option("--model", help="A shipped model whose feeds the made-up world has.")]
Engine = Annotated[str, typer.Option("--engine", help="duckdb or spark.")]
Threads = Annotated[int | None, typer.Option("--threads", min=1, help="Threads of each side (default: all cores).")]
Repeat = Annotated[int, typer.Option("--repeat", min=1, help="Measure so often and take the median.")]
Folder = Annotated[Path | None, typer.Option("--folder", help="Where made-up worlds are laid down and kept (default: a temporary folder).")]
Keep = Annotated[bool, typer.Option("--keep", help="Keep the temporary folder.")]
On = Annotated[str | None, typer.Option("--date", help="The day to write beside the results (default: today).")]


class NotACheckout(Refusal):
    """The benchmarks are not part of the installed package."""

    code: ClassVar[str] = "bench-not-a-checkout"


class BenchmarkMissing(Refusal):
    """A benchmark, or something it needs, is not here."""

    code: ClassVar[str] = "bench-missing"


@app.command()
def monitor(
    persons: Persons = 1_000_000,
    model: Model = "gansu",
    engine: Engine = "duckdb",
    threads: Threads = None,
    repeat: Repeat = 1,
    evidence: Annotated[bool, typer.Option("--evidence/--no-evidence", help="Count the step that gathers evidence too.")] = False,
    folder: Folder = None,
    keep: Keep = False,
    as_json: Json = False,
) -> None:
    """The monthly run beside the same in bare SQL, and whether both find the same."""
    given = {"persons": persons, "model": model, "engine": engine, "threads": threads, "repeat": repeat, "evidence": evidence}
    _measure("monitor", given, folder, keep=keep, as_json=as_json)


@app.command()
def growth(
    persons: Annotated[str, typer.Option("--persons", help="Sizes, separated by commas.")] = "1000000,10000000",
    nation: Annotated[bool, typer.Option("--nation", help="Run 80 million people too; needs some 20 GB of disk.")] = False,
    model: Model = "gansu",
    engine: Engine = "duckdb",
    threads: Threads = None,
    folder: Folder = None,
    keep: Keep = False,
    as_json: Json = False,
) -> None:
    """The monthly run at growing sizes, beside a straight line."""
    sizes = _sizes(persons)
    given = {"persons": sizes, "nation": nation, "model": model, "engine": engine, "threads": threads}
    _measure("growth", given, folder, keep=keep, as_json=as_json)


@app.command()
def evidence(
    persons: Persons = 1_000_000,
    model: Model = "gansu",
    engine: Engine = "duckdb",
    threads: Threads = None,
    repeat: Repeat = 1,
    folder: Folder = None,
    keep: Keep = False,
    as_json: Json = False,
) -> None:
    """The monthly run with full evidence beside the run without."""
    given = {"persons": persons, "model": model, "engine": engine, "threads": threads, "repeat": repeat}
    _measure("evidence", given, folder, keep=keep, as_json=as_json)


@app.command()
def others(persons: Persons = 1_000_000, threads: Threads = None, folder: Folder = None, keep: Keep = False, as_json: Json = False) -> None:
    """The monthly run beside the same in pandas and in OpenFisca-core."""
    _measure("others", {"persons": persons, "threads": threads}, folder, keep=keep, as_json=as_json)


def _offer(name: str, words: str) -> None:
    @app.command(name, help=words)
    def measured(
        given: Annotated[
            list[str] | None, typer.Option("--given", help="Another argument of the benchmark, NAME=NUMBER; may be repeated.")
        ] = None,
        smoke: Annotated[bool, typer.Option("--smoke", help="A size that takes seconds.")] = False,
        folder: Folder = None,
        keep: Keep = False,
        as_json: Json = False,
    ) -> None:
        arguments = _suite().arguments(name, smoke=smoke) | _given(given or [])
        _measure(name, arguments, folder, keep=keep, as_json=as_json)


_offer("receive", "One large CSV received, beside DuckDB's own CSV to sorted Parquet.")
_offer("publish", "Levels and warnings published to PostgreSQL, beside bare COPY.")
_offer("linkage", "Unnumbered rows linked, beside bare Splink.")
_offer("pages", "The office's pages over a million people, beside the plainest page; and fifty people at once.")
_offer("simulate", "Changed weights tried on a stored month, beside reading its values.")


@app.command("all")
def everything(
    on: On = None,
    only: Annotated[str, typer.Option("--only", help="Names separated by commas (default: every benchmark).")] = "",
    smoke: Annotated[bool, typer.Option("--smoke", help="Sizes that take seconds; results are printed, not kept.")] = False,
    nation: Annotated[bool, typer.Option("--nation", help="Include 80 million people; needs some 20 GB of disk.")] = False,
    folder: Folder = None,
    keep: Keep = False,
    as_json: Json = False,
) -> None:
    """Run every benchmark and keep each result beside its prediction in benchmarks/results."""
    suite = _suite()
    day = on or today().isoformat()
    results = []
    with _place(folder, keep=keep) as place:
        for name in [name for name in only.split(",") if name] or suite.names():
            asides.print(f"[bold]{name}[/] …")
            results.append(suite.run(name, folder=place, date=day, smoke=smoke, nation=nation))
    if as_json:
        print_json(results)
        return
    for result in results:
        _show(result["name"], result["measured"])


@app.command()
def docs() -> None:
    """Write docs/performance.md again from the kept results."""
    console.print(str(_load("performance").write_page()), highlight=False)


def _measure(name: str, given: Mapping[str, Any], folder: Path | None, *, keep: bool, as_json: bool) -> None:
    suite = _suite()
    with _place(folder, keep=keep) as place:
        found = suite.measured(name, {**given, "folder": str(place)})
    if as_json:
        print_json(found)
    else:
        _show(name, found)


def _show(name: str, found: Mapping[str, Any]) -> None:
    console.print(table(name, ("figure", "value"), [(key, _plain(value)) for key, value in found.items()]))


def _plain(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_plain(one)}" for key, one in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return " | ".join(_plain(one) for one in value)
    return f"{value:,}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


@contextmanager
def _place(folder: Path | None, *, keep: bool) -> Iterator[Path]:
    """The folder given, which stays; or one that goes when the block ends, unless it is to be kept."""
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        yield folder.resolve()
        return
    made = Path(tempfile.mkdtemp(prefix="minsheng-bench-"))
    try:
        yield made
    finally:
        if keep:
            asides.print(f"留在 Kept in {made}", highlight=False)
        else:
            shutil.rmtree(made, ignore_errors=True)


def _sizes(text: str) -> list[int]:
    try:
        return [int(part) for part in text.split(",")]
    except ValueError as fault:
        raise typer.BadParameter(f"{text!r} is not a list of numbers.", param_hint="--persons") from fault


def _given(pairs: Sequence[str]) -> dict[str, int]:
    try:
        return {name: int(number) for name, number in (pair.split("=") for pair in pairs)}
    except ValueError as fault:
        raise typer.BadParameter("Write NAME=NUMBER.", param_hint="--given") from fault


def _suite() -> Any:
    return _load("suite")


def _load(name: str) -> ModuleType:
    """A module of the checkout's `benchmarks` folder; raises NotACheckout, BenchmarkMissing."""
    root = Path(minsheng.__file__).resolve().parents[2]
    if not (root / "benchmarks" / "__init__.py").exists():
        raise NotACheckout(
            "The benchmarks stand beside the package's sources, and this is not a checkout.",
            next_step="Clone the project, run make setup there, and use its .venv/bin/minsheng.",
        )
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    try:
        return importlib.import_module(f"benchmarks.{name}")
    except ImportError as fault:
        raise BenchmarkMissing(f"The benchmark needs something that is not here: {fault}.", next_step="Run make setup.") from fault
