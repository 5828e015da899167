"""`minsheng model`: what hardship is looked for, and how it counts."""

from pathlib import Path
from typing import Annotated

import typer

from minsheng.cli.context import Json, actor, begin, now
from minsheng.cli.evaluating import calibrate, evaluate
from minsheng.cli.output import console, print_json, table
from minsheng.cli.simulating import simulate
from minsheng.domain.monitoring import operations, queries
from minsheng.engine.indicators.loading import load_model

app = typer.Typer(no_args_is_help=True, help="Models: indicators, weights, levels. A published version never changes.")
app.command("simulate")(simulate)
app.command("evaluate")(evaluate)
app.command("calibrate")(calibrate)
File = Annotated[Path, typer.Argument(help="A model in YAML.", exists=True, dir_okay=False)]


@app.command("list")
def list_models(as_json: Json = False) -> None:
    """List the published models."""
    begin()
    models = queries.published_models()
    if as_json:
        print_json(models)
        return
    rows = [(m.id, m.title.zh, m.title.en, len(m.indicators), m.published_at, m.digest[:12]) for m in models]
    console.print(table("模型 Models", ("model", "名称", "title", "indicators", "published", "digest"), rows, numbers=(3,)))


@app.command()
def show(model: str, as_json: Json = False) -> None:
    """Show a published model, every number with where it comes from. MODEL is a name or name@version."""
    installation = begin()
    found = queries.model_named(model, catalogue=installation.catalogue)
    if as_json:
        print_json(found)
        return
    columns = ("indicator", "指标", "dimension", "source", "measure", "bands: from → points", "basis")
    rows = [(i.id, i.title.zh, i.dimension or "reverse", i.source, i.measure.kind, _bands(i.bands), i.basis) for i in found.indicators]
    console.print(table(f"{found.title.zh} {found.title.en} ({found.name}@{found.version})", columns, rows))
    console.print(f"levels {found.levels}\noverlap % {found.overlap}\nidentity % {found.identity}", highlight=False)


@app.command()
def validate(file: File, as_json: Json = False) -> None:
    """Check a model file and report every fault at once, each with its place; changes nothing."""
    model = load_model(file, catalogue=begin().catalogue)
    if as_json:
        print_json({"model": model.name, "version": model.version, "faults": []})
    else:
        console.print(f"[green]✓[/] {model.name}@{model.version}: {len(model.indicators)} indicators, no faults")


@app.command()
def publish(file: File, as_json: Json = False) -> None:
    """Publish a model version. From then on it can be run, and never changes."""
    installation = begin()
    published = operations.publish_model(text=file.read_text(), origin=str(file), installation=installation, by=actor(), at=now())
    if as_json:
        print_json({"model": published})
    else:
        console.print(f"[green]✓[/] published {published}")


def _bands(bands: object) -> str:
    assert isinstance(bands, dict)
    return "\n".join(
        f"{name}: " + ", ".join(f"{band.bound:,} → {band.points.normalize():f}" for band in rows) for name, rows in bands.items()
    )
