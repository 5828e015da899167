"""The month's arithmetic as OpenFisca formulas: people and households, a variable per indicator, dimension and result.

Values per person come from pandas, as a user of OpenFisca would bring them; points, caps, multipliers, levels and changes are formulas.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd
from openfisca_core.entities import build_entity
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

from benchmarks.pandas_side import PandasMonth
from minsheng.engine.indicators.grammar import DEFAULT_BANDS, HUNDREDTHS, Indicator, Model
from minsheng.engine.lake import Lake
from minsheng.engine.scoring.plan import RunPlan

PERSON = build_entity("person", "persons", "A person", is_person=True)
HOUSEHOLD = build_entity("household", "households", "A household", roles=[{"key": "member", "plural": "members", "label": "A member"}])
_CHANGES = np.array(["none", "new", "cleared", "escalated", "eased", "unchanged"])
_BLANK = -1
_LARGEST = 2**31 - 1


def households(lake: Lake, plan: RunPlan) -> pd.DataFrame:
    """Every household with score, score_level, level and change, in the order of their keys."""
    work = PandasMonth(lake, plan)
    people = work.people()
    tables = lake.read_table(plan.registry.households.path).to_pandas().set_index("household_key").sort_index()
    people = people[people["household_key"].isin(tables.index)].reset_index(drop=True)
    categories = [DEFAULT_BANDS, *sorted(people["category"].dropna().unique())]
    simulation = _simulation(_system(plan.model, categories), people, tables.index)
    before = work.before().reindex(tables.index).fillna(0)
    given = {f"value_{i.id}": people[i.id].fillna(_BLANK).clip(upper=_LARGEST) for i in plan.model.scoring_indicators}
    given |= {f"previous_{name}": before[name] for name in ("score", "score_level", "level")}
    given["category"] = people["category"].map({name: at for at, name in enumerate(categories)}).fillna(0)
    given["tag_percent"] = work.identity_percents(tables, people)
    for name, values in given.items():
        simulation.set_input(name, str(plan.month), values.to_numpy().astype(np.int32))
    found = {name: simulation.calculate(name, str(plan.month)).astype(np.int64) for name in ("score", "score_level", "level", "change")}
    return pd.DataFrame({**found, "change": _CHANGES[found["change"]]}, index=tables.index)


def _simulation(system: TaxBenefitSystem, people: pd.DataFrame, keys: pd.Index) -> Any:
    builder = SimulationBuilder()
    builder.create_entities(system)
    builder.declare_person_entity("person", np.arange(len(people)))
    groups = builder.declare_entity("household", keys.to_numpy())
    builder.join_with_persons(groups, people["household_key"].to_numpy(), ["member"] * len(people))
    return builder.build(system)


def _system(model: Model, categories: list[str]) -> TaxBenefitSystem:
    system = TaxBenefitSystem([PERSON, HOUSEHOLD])
    for variable in (*_inputs(model), *_person_variables(model, categories), *_household_variables(model)):
        system.add_variable(variable)
    return system


def _variable(name: str, entity: Any, formula: Any = None) -> type[Variable]:
    """A variable class, as OpenFisca wants them: a whole number, once a month."""
    body = {"value_type": int, "entity": entity, "definition_period": DateUnit.MONTH, "label": name}
    return type(name, (Variable,), body | ({"formula": formula} if formula else {}))


def _inputs(model: Model) -> Iterator[type[Variable]]:
    yield _variable("category", PERSON)
    yield _variable("tag_percent", HOUSEHOLD)
    for i in model.scoring_indicators:
        yield _variable(f"value_{i.id}", PERSON)
    for name in ("score", "score_level", "level"):
        yield _variable(f"previous_{name}", HOUSEHOLD)


def _person_variables(model: Model, categories: list[str]) -> Iterator[type[Variable]]:
    for i in model.scoring_indicators:
        yield _variable(f"band_{i.id}", PERSON, _by_band(i, categories, {n: range(1, len(b) + 1) for n, b in i.bands.items()}))
        yield _variable(f"points_{i.id}", PERSON, _by_band(i, categories, {n: [one.hundredths for one in b] for n, b in i.bands.items()}))
    for name, dimension in model.dimensions.items():
        parts = [f"points_{i.id}" for i in model.scoring_indicators if i.dimension == name]
        yield _variable(f"capped_{name}", PERSON, _sum_of(parts, dimension.person_cap_hundredths))
    yield _variable("trigger", PERSON, _triggered(model, categories))


def _household_variables(model: Model) -> Iterator[type[Variable]]:
    for name, dimension in model.dimensions.items():
        yield _variable(f"dimension_{name}", HOUSEHOLD, _members_sum(f"capped_{name}", dimension.household_cap_hundredths))
    dimensions = [f"dimension_{name}" for name in model.dimensions]
    yield _variable("score", HOUSEHOLD, _score(model, dimensions))
    yield _variable("score_level", HOUSEHOLD, _score_level(model))
    yield _variable("level", HOUSEHOLD, _level)
    yield _variable("change", HOUSEHOLD, _change)


def _by_band(indicator: Indicator, categories: list[str], worth: dict[str, Iterable[int]]) -> Any:
    def formula(person: Any, period: Any) -> Any:
        value, category = person(f"value_{indicator.id}", period), person("category", period)
        found = np.zeros_like(value)
        for name, bands in indicator.bands.items():
            other = [categories.index(own) for own in indicator.bands if own in categories and own != DEFAULT_BANDS]
            theirs = (
                ~np.isin(category, other) if name == DEFAULT_BANDS else category == (categories.index(name) if name in categories else -1)
            )
            for band, amount in zip(bands, worth[name], strict=True):
                found = np.where(theirs & (value >= band.bound), amount, found)
        return found

    return formula


def _sum_of(names: list[str], cap: int) -> Any:
    def formula(person: Any, period: Any) -> Any:
        return np.minimum(sum(person(name, period) for name in names), cap)

    return formula


def _members_sum(name: str, cap: int) -> Any:
    def formula(household: Any, period: Any) -> Any:
        return np.minimum(household.sum(household.members(name, period)), cap)

    return formula


def _triggered(model: Model, categories: list[str]) -> Any:
    def formula(person: Any, period: Any) -> Any:
        level = np.zeros_like(person("category", period))
        for trigger in model.triggers:
            fires = (person(f"points_{trigger.indicator}", period) > 0) & (person(f"band_{trigger.indicator}", period) >= trigger.band)
            if trigger.categories:
                fires &= np.isin(person("category", period), [categories.index(name) for name in trigger.categories if name in categories])
            level = np.maximum(level, np.where(fires, trigger.level_number, 0))
        return level

    return formula


def _score(model: Model, dimensions: list[str]) -> Any:
    def formula(household: Any, period: Any) -> Any:
        points = [household(name, period) for name in dimensions]
        count = sum((one > 0).astype(int) for one in points)
        overlap = np.array([model.overlap.for_dimensions(n) for n in range(len(dimensions) + 1)])[count]
        return sum(points) * (HUNDREDTHS + overlap) * household("tag_percent", period)

    return formula


def _score_level(model: Model) -> Any:
    def formula(household: Any, period: Any) -> Any:
        score, before = household("score", period), household("previous_score", period)
        level = np.zeros_like(score)
        for number, least in sorted(model.thresholds.items()):
            kept = (household("previous_score_level", period) >= number) & (score > least - model.hysteresis.margin_millionths)
            level = np.where((score >= least) | (kept & (before >= least)), number, level)
        return level

    return formula


def _level(household: Any, period: Any) -> Any:
    return np.maximum(household("score_level", period), household.max(household.members("trigger", period)))


def _change(household: Any, period: Any) -> Any:
    before, now = household("previous_level", period), household("level", period)
    cases = [(before == 0) & (now == 0), before == 0, now == 0, now > before, now < before]
    return np.select(cases, range(5), 5)
