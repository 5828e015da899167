"""Holding a run's stored result to the arithmetic of its model."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

from minsheng.engine.explaining.findings import HouseholdRows
from minsheng.engine.indicators.grammar import Model
from minsheng.kernel.errors import Refusal


class DoesNotAddUp(Refusal):
    """A run's rows contradict the arithmetic of its model; `differences` has each quantity as stored and as recomputed."""

    code: ClassVar[str] = "does-not-add-up"

    def __init__(self, household: int, differences: Mapping[str, tuple[object, object]]) -> None:
        listed = "; ".join(f"{name}: stored {stored}, recomputed {again}" for name, (stored, again) in differences.items())
        super().__init__(
            f"The result of household {household} does not add up ({listed}).",
            next_step="Check that the run was made with this version of the model, and run the month again.",
        )
        self.differences = dict(differences)


def check_against_arithmetic(household: HouseholdRows) -> None:
    """Recompute what `scores` and `household_dimensions` say from the points; raises DoesNotAddUp with every difference."""
    stored = _stored(household)
    again = dict(_recomputed(household))
    differences = {name: (stored[name], value) for name, value in again.items() if stored[name] != value}
    if differences:
        raise DoesNotAddUp(household.score["household_key"], differences)


def _stored(household: HouseholdRows) -> dict[str, object]:
    parts = household.rows["household_dimensions"]
    sums = {row["dimension"]: (row["members_points"], row["points"]) for row in parts}
    return {**household.score, "household_dimensions": sums}


def _recomputed(household: HouseholdRows) -> Iterator[tuple[str, object]]:
    now = household.reckoning
    yield "household_dimensions", {part.dimension: (part.before, part.points) for part in now.dimensions}
    yield "raw", now.raw
    yield "dimensions", now.dimensions_with_points
    yield "overlap_percent", now.overlap_percent
    yield "identity_percent", _identity_percent(household.model, household.score["identity_tag"])
    yield "score", now.score
    yield "score_level", now.score_level
    yield "held_by_hysteresis", now.held
    yield "trigger", now.trigger.indicator if now.trigger else None
    yield "trigger_level", now.trigger_level
    yield "level", now.level


def _identity_percent(model: Model, tag: str | None) -> int | None:
    return 100 if tag is None else model.identity.percent.get(tag)
