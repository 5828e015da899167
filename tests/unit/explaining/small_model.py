"""A model small enough to reckon in one's head, and findings for it."""

from typing import Any

from minsheng.engine.explaining.arithmetic import Finding
from minsheng.engine.indicators.grammar import Model

_BASIS = "for the tests"


def _indicator(name: str, dimension: str, **more: Any) -> dict[str, Any]:
    words = {"zh": "{member}有" + name, "en": f"{{member}} has {name}"}
    usual = {
        "id": name,
        "title": {"zh": f"「{name}」", "en": name},
        "dimension": dimension,
        "source": "medical_settlements",
        "window_months": 12,
        "measure": {"sum": "own_share"},
        "bands": {
            "default": [{"from": 100, "points": 10}, {"from": 200, "points": 30}, {"from": 300, "points": 50}],
            "DIBAO": [{"from": 50, "points": 10}, {"from": 80, "points": 30}],
        },
        "reason": words,
        "basis": _BASIS,
    }
    return usual | more


def small_model(**changed: Any) -> Model:
    """Three dimensions of caps 40/60, 20/30 and 20/30; levels at 20/40/60/80; a margin of 3."""
    caps = {"health": (40, 60), "work": (20, 30), "school": (20, 30)}
    model = {
        "model": "small",
        "version": "2026.1",
        "title": {"zh": "小", "en": "small"},
        "note": {"zh": "小", "en": "small"},
        "dimensions": {
            name: {"title": {"zh": name, "en": name}, "person_cap": person, "household_cap": household, "basis": _BASIS}
            for name, (person, household) in caps.items()
        },
        "indicators": [
            _indicator("cost", "health"),
            _indicator("disease", "health"),
            _indicator("jobless", "work"),
            _indicator("student", "school"),
        ],
        "overlap": {"percent": {2: 10, 3: 20}, "basis": _BASIS},
        "identity": {"percent": {"DIBAO": 120}, "basis": _BASIS},
        "levels": {"blue": 20, "yellow": 40, "orange": 60, "red": 80, "basis": _BASIS},
        "triggers": [
            {"indicator": "student", "band": 2, "level": "yellow", "categories": ["TEKUN"], "basis": _BASIS},
            {"indicator": "jobless", "band": 3, "level": "orange", "basis": _BASIS},
            {"indicator": "disease", "band": 3, "level": "orange", "basis": _BASIS},
        ],
        "hysteresis": {"margin": 3, "basis": _BASIS},
        "suppression": {"quiet_months": 6, "verdicts": ["TRUE_HELPED"], "basis": _BASIS},
    }
    return Model.model_validate(model | changed)


MODEL = small_model()


def finding(indicator: str, band: int = 1, *, person: int = 1, category: str = "OTHER", points: int | None = None) -> Finding:
    """A finding in the `default` bands of the small model; `points` in hundredths, unless they are the band's."""
    found = MODEL.indicator(indicator)
    given = found.bands["default"][band - 1].hundredths if points is None else points
    return Finding(person, indicator, found.dimension or "", category, "default", band, given)
