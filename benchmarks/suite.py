"""The suite as `suite.yaml` has it: run one benchmark, and keep its result beside what was predicted."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import yaml

from benchmarks.measuring import machine, measure, versions
from minsheng.kernel.errors import Refusal

HERE = Path(__file__).parent
RESULTS = HERE / "results"


class UnknownBenchmark(Refusal):
    """There is no benchmark of that name."""

    code: ClassVar[str] = "unknown-benchmark"


@cache
def entries() -> dict[str, dict[str, Any]]:
    """Every benchmark by name, as the file has it."""
    return dict(yaml.safe_load((HERE / "suite.yaml").read_text()))


@cache
def predictions() -> dict[str, list[dict[str, Any]]]:
    """What was predicted, by benchmark, the oldest first."""
    return dict(yaml.safe_load((HERE / "predictions.yaml").read_text()))


def prediction(name: str, date: str | None = None) -> dict[str, Any]:
    """The prediction that stood on a day (None: the latest)."""
    return [one for one in predictions()[name] if date is None or one["on"] <= date][-1]


def names() -> list[str]:
    """The benchmarks, in the order in which they are shown."""
    return list(entries())


def entry(name: str) -> dict[str, Any]:
    """One benchmark; raises UnknownBenchmark."""
    if name not in entries():
        raise UnknownBenchmark(f"There is no benchmark {name}.", next_step=f"There are: {', '.join(names())}.")
    return entries()[name]


def arguments(name: str, *, smoke: bool) -> dict[str, Any]:
    """A benchmark's arguments at its full size, or at one that takes seconds; raises UnknownBenchmark."""
    return dict(entry(name)["smoke" if smoke else "arguments"])


def measured(name: str, given: dict[str, Any]) -> dict[str, Any]:
    """What a benchmark gives, in a process of its own; raises UnknownBenchmark, WorkFailed."""
    folder = Path(given["folder"]) if entry(name).get("world") else Path(given["folder"]) / name
    folder.mkdir(parents=True, exist_ok=True)
    found = measure(entry(name)["call"], {**given, "folder": str(folder)})
    return {"seconds": found.seconds} | found.value


def run(name: str, *, folder: Path, date: str, smoke: bool = False, nation: bool = False) -> dict[str, Any]:
    """Run a benchmark and return its result with machine, versions, command, day and prediction; full sizes are kept under results."""
    given = arguments(name, smoke=smoke) | ({"nation": True} if nation and name == "growth" else {})
    result = {
        "name": name,
        "date": date,
        "command": entry(name)["command"] + (" --nation" if "nation" in given else ""),
        "arguments": given,
        "machine": machine(),
        "versions": versions(),
        "bars": entry(name)["bars"],
        "predicted": prediction(name, date)["figures"],
        "measured": measured(name, {**given, "folder": str(folder)}),
    }
    if not smoke:
        RESULTS.mkdir(exist_ok=True)
        kept = RESULTS / f"{name}.json"
        result["earlier"] = _earlier(json.loads(kept.read_text()), date) if kept.exists() else []
        kept.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n")
    return result


def _earlier(kept: Mapping[str, Any], date: str) -> list[dict[str, Any]]:
    """What was predicted and measured on other days, the oldest first: the figures that have a bar or were predicted."""
    figures = [figure for figure in {**kept["bars"], **kept["predicted"]} if figure in kept["measured"]]
    before = {
        "date": kept["date"],
        "predicted": kept["predicted"],
        "measured": {figure: kept["measured"][figure] for figure in figures},
    }
    return [one for one in (*kept.get("earlier", []), before) if one["date"] != date]
