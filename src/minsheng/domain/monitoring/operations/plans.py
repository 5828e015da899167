"""A run's plan as plain data, kept with the run so that it can be replayed years later."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from minsheng.engine.indicators.grammar import Model
from minsheng.engine.scoring.plan import FeedInput, InputFile, LedgerFile, PreviousRun, RegistryFiles, RunPlan
from minsheng.kernel.periods import Month

_OF_ONE_LINE = ("verdicts", "verdict_hits")


def plan_as_data(plan: RunPlan) -> dict[str, object]:
    """Paths and hashes of every input, and the state of every feed's months."""
    return {
        "month": str(plan.month),
        "registry": {name: asdict(file) for name, file in plan.registry.given().items()},
        "feeds": {feed: _feed_as_data(given) for feed, given in plan.feeds.items()},
        "previous": _previous_as_data(plan.previous),
    }


def plan_from_data(data: Mapping[str, Any], model: Model, *, same_line: bool = True) -> RunPlan:
    """The plan again, for the same or another model.

    What an earlier month and workers' verdicts said holds only in the line of models (`same_line`) whose findings they were about.
    """
    registry = {name: InputFile(**file) for name, file in data["registry"].items() if same_line or name not in _OF_ONE_LINE}
    return RunPlan(
        month=Month.parse(data["month"]),
        model=model,
        registry=RegistryFiles(**registry),
        feeds={feed: _feed_from_data(given) for feed, given in data["feeds"].items()},
        previous=_previous_from_data(data["previous"]) if same_line and data["previous"] else None,
    )


def _feed_as_data(given: FeedInput) -> dict[str, object]:
    return {
        "kind": given.kind,
        "tolerance_months": given.tolerance_months,
        "months": {str(month): state for month, state in given.months.items()},
        "ledgers": {str(month): [asdict(file) for file in files] for month, files in given.ledgers.items()},
    }


def _feed_from_data(data: Mapping[str, Any]) -> FeedInput:
    return FeedInput(
        kind=data["kind"],
        tolerance_months=data["tolerance_months"],
        months={Month.parse(month): state for month, state in data["months"].items()},
        ledgers={Month.parse(month): [LedgerFile(**file) for file in files] for month, files in data["ledgers"].items()},
    )


def _previous_as_data(previous: PreviousRun | None) -> dict[str, object] | None:
    if previous is None:
        return None
    return {
        "run_id": previous.run_id,
        "month": str(previous.month),
        "points": [asdict(file) for file in previous.points],
        "scores": [asdict(file) for file in previous.scores],
        "reverse": [asdict(file) for file in previous.reverse],
        "unknown_months": dict(previous.unknown_months),
    }


def _previous_from_data(data: Mapping[str, Any]) -> PreviousRun:
    return PreviousRun(
        run_id=data["run_id"],
        month=Month.parse(data["month"]),
        points=_files(data["points"]),
        scores=_files(data["scores"]),
        reverse=_files(data["reverse"]),
        unknown_months=data["unknown_months"],
    )


def _files(data: Mapping[str, str] | Sequence[Mapping[str, str]]) -> tuple[InputFile, ...]:
    """The files of a table; plans of an earlier version name a single one."""
    return tuple(InputFile(**file) for file in ([data] if isinstance(data, Mapping) else data))
