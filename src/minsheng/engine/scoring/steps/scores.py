"""Step 3: a household's points by dimension, its score, and its level against last month's."""

from collections.abc import Iterable
from functools import reduce

import ibis
import ibis.expr.types as ir

from minsheng.engine.indicators.grammar import Model
from minsheng.engine.indicators.values import exact_sum
from minsheng.engine.scoring.inputs import Pieces, RunInputs
from minsheng.engine.scoring.levels import levelled


def scores(run: RunInputs) -> Pieces:
    """The `household_dimensions` and `scores` tables."""
    dimensions = _household_dimensions(run)
    return {"household_dimensions": [dimensions], "scores": [_scores(run, dimensions)]}


def _household_dimensions(run: RunInputs) -> ir.Table:
    model = run.plan.model
    caps = {name: (d.person_cap_hundredths, d.household_cap_hundredths) for name, d in model.dimensions.items()}
    belonging = [(i.id, i.dimension, *caps[i.dimension]) for i in model.scoring_indicators if i.dimension]
    points = run.result("points")
    joined = points.filter(points.points > 0).inner_join(run.small("dimensions", belonging), "indicator")
    person = joined.group_by("household_key", "person_key", "dimension", "person_cap", "household_cap").agg(sum=exact_sum(joined.points))
    person = person.mutate(capped=ibis.least(person.sum, person.person_cap))
    household = person.group_by("household_key", "dimension", "household_cap").agg(members_points=exact_sum(person.capped))
    household = household.mutate(points=ibis.least(household.members_points, household.household_cap))
    return household.select("household_key", "dimension", "members_points", "points")


def _scores(run: RunInputs, dimensions: ir.Table) -> ir.Table:
    raw = _raw(run.plan.model, dimensions)
    before = run.last_month("scores").select(
        "household_key", previous_score="score", previous_level="level", previous_score_level="score_level"
    )
    parts = (raw, _identity(run), _trigger(run), before)
    joined = reduce(_beside, parts, run.register("households").select("household_key"))
    scored = joined.mutate(
        **{name: joined[name].fill_null(0) for name in _ZERO_IF_ABSENT},
        identity_percent=joined.identity_percent.fill_null(100),
    )
    scored = scored.mutate(score=scored.raw * (100 + scored.overlap_percent) * scored.identity_percent)
    return levelled(run.plan.model, scored)


_ZERO_IF_ABSENT = (
    "raw",
    "dimensions",
    "overlap_percent",
    "trigger_level",
    "previous_score",
    "previous_level",
    "previous_score_level",
)


def _beside(left: ir.Table, right: ir.Table) -> ir.Table:
    joined = left.left_join(right, "household_key")
    return joined.select(*left.columns, *(name for name in right.columns if name != "household_key"))


def _raw(model: Model, dimensions: ir.Table) -> ir.Table:
    counted = dimensions.filter(dimensions.points > 0)
    raw = counted.group_by("household_key").agg(raw=exact_sum(counted.points), dimensions=counted.count())
    steps = sorted(model.overlap.percent.items(), reverse=True)
    return raw.mutate(overlap_percent=_first_reached(raw.dimensions, steps))


def _first_reached(value: ir.IntegerColumn, steps: Iterable[tuple[int, int]]) -> ir.IntegerValue:
    branches = [(value >= bound, ibis.literal(worth, type="int64")) for bound, worth in steps]
    return ibis.cases(*branches, else_=ibis.literal(0, type="int64")) if branches else ibis.literal(0, type="int64")


def _identity(run: RunInputs) -> ir.Table:
    """The largest multiplier among the household's tags, its category and its members' categories, and the tag that gives it."""
    people, households = run.people, run.register("households")
    living = people.filter(~people.deceased)
    tags = ibis.union(
        run.register("tags").select("household_key", "tag"),
        households.select("household_key", tag="category"),
        living.select("household_key", tag="category"),
        distinct=True,
    )
    percents = run.small("percents", sorted(run.plan.model.identity.percent.items()))
    found = tags.inner_join(percents, "tag").select("household_key", label="tag", number="percent")
    return _highest(found).rename(identity_percent="number", identity_tag="label")


def _trigger(run: RunInputs) -> ir.Table:
    """The highest level that a trigger lifts each household to, and the indicator that fired it."""
    points, people = run.result("points"), run.people.select("household_key", "person_key", "category")
    points = points.filter(points.points > 0).left_join(people, ["household_key", "person_key"])
    fired = [run.small("fired", [])]
    for trigger in run.plan.model.triggers:
        found = points.filter((points.indicator == trigger.indicator) & (points.band >= trigger.band))
        if trigger.categories:
            found = found.filter(found.category.isin(trigger.categories))
        fired.append(found.select("household_key", label="indicator", number=ibis.literal(trigger.level_number, type="int64")))
    return _highest(ibis.union(*fired, distinct=True)).rename(trigger_level="number", trigger="label")


def _highest(found: ir.Table) -> ir.Table:
    """Per household the largest `number`, and the first in the alphabet of the `label`s that have it."""
    top = found.group_by("household_key").agg(top=found.number.max())
    joined = found.inner_join(top, "household_key")
    at_top = joined.filter(joined.number == joined.top)
    return at_top.group_by("household_key").agg(number=at_top.number.max(), label=at_top.label.min())
