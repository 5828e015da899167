"""Each thing that can be wrong with a model is found, at its place, and said plainly."""

import copy
from typing import Any

import pytest
import yaml

from minsheng.engine.contracts.loading import Catalogue
from minsheng.engine.indicators.loading import ModelFaults, load_model

SOUND: dict[str, Any] = {
    "model": "tried",
    "version": "2026.1",
    "title": {"zh": "试", "en": "tried"},
    "note": {"zh": "试", "en": "tried"},
    "dimensions": {"health": {"title": {"zh": "健康", "en": "health"}, "person_cap": 50, "household_cap": 70, "basis": "made up"}},
    "indicators": [
        {
            "id": "cost",
            "title": {"zh": "自付", "en": "cost"},
            "dimension": "health",
            "source": "medical_settlements",
            "filter": [{"column": "kind", "in": ["inpatient"]}],
            "who": [{"column": "age", "gte": 16}],
            "window_months": 12,
            "measure": {"sum": "own_share"},
            "bands": {"default": [{"from": 100, "points": 10}, {"from": 200, "points": 20}]},
            "evidence": ["settled_on"],
            "reason": {"zh": "{value}元", "en": "{value} yuan"},
            "basis": "made up",
        },
        {
            "id": "car",
            "title": {"zh": "车", "en": "car"},
            "reverse": True,
            "source": "vehicles",
            "measure": "count",
            "bands": {"default": [{"from": 1}]},
            "reason": {"zh": "车", "en": "car"},
            "basis": "made up",
        },
    ],
    "overlap": {"percent": {2: 10, 3: 20}, "basis": "made up"},
    "identity": {"percent": {"DIBAO": 120}, "basis": "made up"},
    "levels": {"blue": 20, "yellow": 40, "orange": 60, "red": 80, "basis": "made up"},
    "triggers": [{"indicator": "cost", "band": 2, "level": "red", "categories": ["TEKUN"], "basis": "made up"}],
    "hysteresis": {"margin": 3, "basis": "made up"},
    "suppression": {"quiet_months": 6, "verdicts": ["TRUE_HELPED"], "basis": "made up"},
}

CASES: list[tuple[str, Any, str, str]] = [
    ("indicators.0.source", "spaceships", "indicators[0].source", "there is no feed spaceships"),
    ("indicators.0.dimension", "wealth", "indicators[0].dimension", "there is no dimension wealth"),
    ("indicators.0.dimension", None, "indicators[0].dimension", "is missing; an indicator that gives points belongs to a dimension"),
    ("indicators.1.dimension", "health", "indicators[1].dimension", "a reverse indicator belongs to no dimension"),
    ("indicators.1.id", "cost", "indicators[1].id", "there is already an indicator cost"),
    ("indicators.0.measure", {"sum": "weight"}, "indicators[0].measure", "the source has no column weight"),
    ("indicators.0.measure", {"sum": "hospital"}, "indicators[0].measure", "sum needs money or a number, and hospital is text"),
    ("indicators.0.measure", {"latest": "settled_on"}, "indicators[0].measure", "latest needs money or a number, and settled_on is date"),
    ("indicators.0.measure", "sum", "indicators[0].measure", "sum needs a column"),
    ("indicators.0.measure", {"count": "days"}, "indicators[0].measure", "count takes no column"),
    ("indicators.1.measure", "months_without", "indicators[1].measure", "months_without needs monthly events, and this feed is a snapshot"),
    ("indicators.0.window_months", None, "indicators[0].window_months", "a feed of events needs a window"),
    ("indicators.0.evidence", ["number"], "indicators[0].evidence[0]", "column number cannot be used: it identifies a person"),
    ("indicators.0.evidence", ["disease_code"], "indicators[0].evidence[0]", "column disease_code cannot be used: the sharing agreement"),
    ("indicators.0.filter", [{"column": "kind"}], "indicators[0].filter[0]", "compares with nothing"),
    ("indicators.0.filter", [{"column": "kind", "in": ["beauty"]}], "indicators[0].filter[0].in", "beauty is not a value of a code column"),
    ("indicators.0.filter", [{"column": "kind", "gte": "inpatient"}], "indicators[0].filter[0].gte", "a code column has no order"),
    (
        "indicators.0.filter",
        [{"column": "own_share", "gte": "much"}],
        "indicators[0].filter[0].gte",
        "much is not a value of a money column",
    ),
    (
        "indicators.0.filter",
        [{"column": "settled_on", "gte": "2026-13-01"}],
        "indicators[0].filter[0].gte",
        "2026-13-01 is not a value of a date",
    ),
    ("indicators.0.filter", [{"column": "wealth", "eq": 1}], "indicators[0].filter[0].column", "the source has no column wealth"),
    ("indicators.0.who", [{"column": "height", "gte": 1}], "indicators[0].who[0].column", "the source has no column height"),
    ("indicators.0.who", [{"column": "lives_alone", "eq": "yes"}], "indicators[0].who[0].eq", "yes is not a value of a flag column"),
    ("indicators.0.who", [{"column": "relation", "eq": "lodger"}], "indicators[0].who[0].eq", "lodger is not a value of a code column"),
    ("indicators.0.bands", {"DIBAO": [{"from": 1, "points": 1}]}, "indicators[0].bands", "there are no bands for `default`"),
    ("indicators.0.bands.RICH", [], "indicators[0].bands.RICH", "RICH is not a category of the registry"),
    ("indicators.0.bands.default.1.from", 100, "indicators[0].bands.default[1].from", "must be above the `from` of the band before"),
    ("indicators.0.bands.default.1.points", 9, "indicators[0].bands.default[1].points", "may not be fewer than those of the band before"),
    ("indicators.0.bands.default.0.points", 0, "indicators[0].bands.default[0].points", "a band must give points"),
    ("indicators.1.bands.default.0.points", 1, "indicators[1].bands.default[0].points", "a reverse indicator gives no points"),
    ("indicators.0.reason.en", "{name}", "indicators[0].reason.en", "{name} is not a placeholder"),
    ("indicators.0.reason.zh", "{value.real}", "indicators[0].reason.zh", "{value.real} is not a placeholder"),
    ("indicators.0.reason.zh", "{value", "indicators[0].reason.zh", "has unbalanced braces"),
    ("overlap.percent.3", 5, "overlap.percent.3", "may not be less than the percent for 2"),
    ("identity.percent.DIBAO", 99, "identity.percent.DIBAO", "must be at least 100"),
    ("levels.orange", 40, "levels.orange", "must be above yellow"),
    ("levels.blue", 0, "levels.blue", "must be above 0"),
    ("hysteresis.margin", 21, "hysteresis.margin", "is above the lowest threshold"),
    ("suppression.verdicts", ["GUILTY"], "suppression.verdicts[0]", "GUILTY is not a verdict"),
    ("triggers.0.indicator", "cough", "triggers[0].indicator", "there is no indicator cough"),
    ("triggers.0.indicator", "car", "triggers[0].indicator", "a reverse indicator cannot lift a level"),
    ("triggers.0.band", 3, "triggers[0].band", "the indicator has only 2 band(s)"),
    ("triggers.0.categories", ["RICH"], "triggers[0].categories", "RICH is not a category of the registry"),
    ("dimensions.health.person_cap", -1, "dimensions.health.person_cap", "greater than or equal to 0"),
    ("indicators.0.bands.default.0.points", 1.005, "indicators[0].bands.default[0].points", "no more than 2 decimal places"),
    ("indicators.0.sql", "drop table", "indicators[0].sql", "is not part of the grammar"),
    ("indicators.0.basis", None, "indicators[0].basis", "is missing"),
]


def changed(path: str, value: Any) -> str:
    """The sound model with one thing changed (None: removed), as YAML."""
    data = copy.deepcopy(SOUND)
    *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    place: Any = data
    for step in steps:
        place = place[step]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return yaml.safe_dump(data, allow_unicode=True)


def test_sound_model_has_no_fault(catalogue: Catalogue) -> None:
    assert load_model(yaml.safe_dump(SOUND, allow_unicode=True), catalogue=catalogue).name == "tried"


@pytest.mark.parametrize(("path", "value", "place", "message"), CASES, ids=[f"{path}={value}" for path, value, _, _ in CASES])
def test_fault_is_found_at_its_place(catalogue: Catalogue, path: str, value: Any, place: str, message: str) -> None:
    with pytest.raises(ModelFaults) as caught:
        load_model(changed(path, value), catalogue=catalogue)
    assert [fault.place for fault in caught.value.faults if message in fault.message] == [place]


def test_registry_indicator_has_no_window_and_no_events(catalogue: Catalogue) -> None:
    text = changed("indicators.1.source", "registry").replace("measure: count", "measure: months_since\n  window_months: 3")
    with pytest.raises(ModelFaults) as caught:
        load_model(text, catalogue=catalogue)
    messages = {fault.message for fault in caught.value.faults}
    assert messages == {"months_since needs events, and the registry has none", "the registry is read at T and has no window"}
