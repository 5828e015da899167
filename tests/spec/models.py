"""Small models for specs: only what a test is about is said, the rest is plain."""

from collections.abc import Mapping, Sequence
from typing import Any

from minsheng.engine.indicators.grammar import Model

_BASIS = "made up for a test"
_WORDS = {"zh": "测试", "en": "test"}


def indicator(indicator_id: str, source: str, measure: str | Mapping[str, str], bands: Any, **rest: Any) -> dict[str, Any]:
    """An indicator of the dimension `health`; `bands` is [(from, points), …] for everybody, or a dict of such lists."""
    by_name = bands if isinstance(bands, dict) else {"default": bands}
    usual: dict[str, Any] = {"dimension": None if rest.get("reverse") else "health", "reason": _WORDS, "title": _WORDS, "basis": _BASIS}
    written = {name: [{"from": bound, "points": points} for bound, points in entries] for name, entries in by_name.items()}
    return usual | {"id": indicator_id, "source": source, "measure": measure, "bands": written} | rest


def model(
    indicators: Sequence[Mapping[str, Any]],
    *,
    caps: Mapping[str, tuple[Any, Any]] | None = None,
    overlap: Mapping[int, int] | None = None,
    identity: Mapping[str, int] | None = None,
    levels: tuple[Any, ...] = (20, 40, 60, 80),
    margin: Any = 3,
    triggers: Sequence[Mapping[str, Any]] = (),
    quiet_months: int = 6,
    verdicts: Sequence[str] = ("TRUE_HELPED", "FALSE_DATA"),
) -> Model:
    """A model of these indicators. `caps` gives person and household cap by dimension (default: health, out of reach)."""
    dimensions = caps or {"health": (1000, 1000)}
    return Model.model_validate(
        {
            "model": "tried",
            "version": "2026.1",
            "title": _WORDS,
            "note": _WORDS,
            "dimensions": {
                name: {"title": _WORDS, "person_cap": person, "household_cap": household, "basis": _BASIS}
                for name, (person, household) in dimensions.items()
            },
            "indicators": list(indicators),
            "overlap": {"percent": dict(overlap or {}), "basis": _BASIS},
            "identity": {"percent": dict(identity or {}), "basis": _BASIS},
            "levels": dict(zip(("blue", "yellow", "orange", "red"), levels, strict=True)) | {"basis": _BASIS},
            "triggers": [{"basis": _BASIS} | dict(trigger) for trigger in triggers],
            "hysteresis": {"margin": margin, "basis": _BASIS},
            "suppression": {"quiet_months": quiet_months, "verdicts": list(verdicts), "basis": _BASIS},
        }
    )
