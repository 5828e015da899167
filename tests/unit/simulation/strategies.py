"""Random changes of a model, of every kind that a simulation computes from stored values."""

from typing import Any

from hypothesis import strategies as st

from minsheng.engine.indicators.grammar import Model
from tests.spec.strategies import CATEGORIES, models

_DIMENSIONS = ("health", "education", "housing")


@st.composite
def changes(draw: st.DrawFn, model: Model) -> Model:
    """A model with the same measured values and other weights: one to three parts of it are drawn anew."""
    data = model.model_dump(by_alias=True)
    data["indicators"] = list(data["indicators"])
    other = draw(models()).model_dump(by_alias=True)
    kinds = st.sampled_from(["bands", "bands", "dimension", "drop", "reverse", *_WHOLE])
    for kind in draw(st.lists(kinds, min_size=1, max_size=3, unique=True)):
        if kind in _WHOLE:
            data[kind] = _whole(draw, kind, data, other)
        else:
            _one(draw, kind, data["indicators"])
    return Model.model_validate(data)


_WHOLE = ("dimensions", "overlap", "identity", "levels", "triggers", "hysteresis", "suppression")


def _whole(draw: st.DrawFn, kind: str, data: dict[str, Any], other: dict[str, Any]) -> Any:
    if kind == "suppression":
        quiet = draw(st.integers(0, 8))
        verdicts = draw(st.lists(st.sampled_from(["TRUE_HELPED", "FALSE_DATA", "UNREACHABLE"]), unique=True))
        return data[kind] | {"quiet_months": quiet, "verdicts": verdicts}
    return other[kind]


def _one(draw: st.DrawFn, kind: str, indicators: list[dict[str, Any]]) -> None:
    at = draw(st.integers(0, len(indicators) - 1))
    chosen = indicators[at]
    if kind == "drop" and len(indicators) > 1:
        del indicators[at]
    elif kind == "reverse" and not chosen["reverse"]:
        indicators[at] = chosen | {"reverse": True, "dimension": None}
    elif kind == "dimension" and not chosen["reverse"]:
        indicators[at] = chosen | {"dimension": draw(st.sampled_from(_DIMENSIONS))}
    elif kind == "bands":
        names = draw(st.lists(st.sampled_from(CATEGORIES), unique=True, max_size=3))
        indicators[at] = chosen | {"bands": {name: draw(_bands(chosen["reverse"])) for name in ("default", *names)}}


@st.composite
def _bands(draw: st.DrawFn, reverse: bool) -> list[dict[str, Any]]:
    bounds = sorted(draw(st.lists(st.integers(0, 5), unique=True, min_size=1, max_size=4)))
    points = sorted(draw(st.lists(st.sampled_from([0.25, 3, 12.5, 21, 40, 66]), min_size=len(bounds), max_size=len(bounds))))
    return [{"from": bound, "points": 0 if reverse else worth} for bound, worth in zip(bounds, points, strict=True)]
