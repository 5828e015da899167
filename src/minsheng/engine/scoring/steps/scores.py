"""Step 4: a household's points by dimension, its score, and its level against last month's."""

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import add

import ibis
import ibis.expr.types as ir

from minsheng.engine.indicators.grammar import Model, Trigger
from minsheng.engine.indicators.values import exact_sum, whole
from minsheng.engine.scoring.inputs import RunInputs
from minsheng.engine.scoring.levels import levelled


def scores(run: RunInputs) -> None:
    """The `household_dimensions` and `scores` tables."""
    summed = run.kept("summed", _summed(run))
    run.result("household_dimensions", _household_dimensions(run, summed))
    run.result("scores", _scores(run, summed))


def _summed(run: RunInputs) -> ir.Table:
    """By household what its people add up to: members_<dimension>, capped by person, and fired_<n> for each trigger."""
    model, pointed = run.plan.model, run.earlier("pointed")
    counting = pointed.filter(pointed.points > 0)
    fired = {f"fired_{n}": ibis.ifelse(_fires(one, counting), whole(1), whole(0)) for n, one in enumerate(model.triggers)}
    placed = counting.select("household_key", "person_key", "points", dimension=_dimension(model, counting.indicator), **fired)
    people = placed.group_by("household_key", "person_key", "dimension").agg(
        points=exact_sum(placed.points), **{name: placed[name].max() for name in fired}
    )
    columns = {
        f"members_{name}": exact_sum(
            ibis.ifelse(people.dimension == number, ibis.least(people.points, whole(one.person_cap_hundredths)), whole(0))
        )
        for number, (name, one) in enumerate(model.dimensions.items())
    }
    return people.group_by("household_key").agg(**columns, **{name: people[name].max() for name in fired})


def _dimension(model: Model, indicator: ir.StringColumn) -> ir.IntegerValue:
    """The place of an indicator's dimension among the model's."""
    inside = {n: [i.id for i in model.scoring_indicators if i.dimension == name] for n, name in enumerate(model.dimensions)}
    branches = [(indicator.isin(ids), whole(number)) for number, ids in inside.items() if ids]
    return ibis.cases(*branches, else_=whole(None)) if branches else whole(None)


def _fires(trigger: Trigger, counting: ir.Table) -> ir.BooleanValue:
    fires = (counting.indicator == trigger.indicator) & (counting.band >= trigger.band)
    return fires & counting.category.isin(trigger.categories) if trigger.categories else fires


def _household_dimensions(run: RunInputs, summed: ir.Table) -> ir.Table:
    pieces = []
    for name, dimension in run.plan.model.dimensions.items():
        found = summed.filter(summed[f"members_{name}"] > 0)
        members = found[f"members_{name}"]
        cap = whole(dimension.household_cap_hundredths)
        pieces.append(found.select("household_key", dimension=ibis.literal(name), members_points=members, points=ibis.least(members, cap)))
    return ibis.union(*pieces, distinct=False) if len(pieces) > 1 else pieces[0]


def _scores(run: RunInputs, summed: ir.Table) -> ir.Table:
    model = run.plan.model
    before = run.last_month("scores").select(
        "household_key", previous_score="score", previous_level="level", previous_score_level="score_level"
    )
    households = run.register("households")
    own = households.select("household_key", own_rank=_rank(households.category, _ranks(model)))
    joined = reduce(_beside, (_raw(model, summed), _better(run), before), own)
    joined = joined.mutate(identity_rank=ibis.coalesce(joined.better_rank, joined.own_rank))
    scored = joined.mutate(**{name: joined[name].fill_null(0) for name in _ZERO_IF_ABSENT})
    ranked = _ranked(model.identity.percent)
    scored = scored.mutate(identity_percent=_percent_of(scored.identity_rank, ranked), identity_tag=_tag_of(scored.identity_rank, ranked))
    scored = scored.mutate(score=scored.raw * (100 + scored.overlap_percent) * scored.identity_percent)
    return levelled(model, scored)


_ZERO_IF_ABSENT = ("raw", "dimensions", "overlap_percent", "trigger_level", "previous_score", "previous_level", "previous_score_level")


def _beside(left: ir.Table, right: ir.Table) -> ir.Table:
    joined = left.left_join(right, "household_key")
    return joined.select(*left.columns, *(name for name in right.columns if name != "household_key"))


def _raw(model: Model, summed: ir.Table) -> ir.Table:
    """By household: raw, dimensions, overlap_percent, and the highest trigger that fired with the level it lifts to."""
    capped = [ibis.least(summed[f"members_{name}"], whole(d.household_cap_hundredths)) for name, d in model.dimensions.items()]
    raw = reduce(add, capped)
    dimensions = reduce(add, [(points > 0).cast("int64") for points in capped])
    steps = sorted(model.overlap.percent.items(), reverse=True)
    overlap = ibis.cases(*((dimensions >= bound, whole(worth)) for bound, worth in steps), else_=whole(0)) if steps else whole(0)
    order = sorted(enumerate(model.triggers), key=lambda pair: (-pair[1].level_number, pair[1].indicator))
    fired = [(summed[f"fired_{number}"] == 1, trigger) for number, trigger in order]
    none = ibis.null("string")
    return summed.select(
        "household_key",
        raw=raw,
        dimensions=dimensions,
        overlap_percent=overlap,
        trigger_level=ibis.cases(*((fires, whole(t.level_number)) for fires, t in fired), else_=whole(0)) if fired else whole(0),
        trigger=ibis.cases(*((fires, ibis.literal(t.indicator)) for fires, t in fired), else_=none) if fired else none,
    )


def _better(run: RunInputs) -> ir.Table:
    """By household the rank of its largest multiplier, where a tag or a living member has a larger one than its own category.

    Members mostly have their household's category, so that hardly anything is left to be aggregated.
    """
    ranks = _ranks(run.plan.model)
    living = run.people.filter(~run.people.deceased)
    named = ibis.union(_rank_of(run.register("tags"), "tag", ranks), _rank_of(living, "category", ranks), distinct=False)
    own = _rank_of(run.register("households"), "category", ranks).rename(own_rank="rank")
    beside = named.filter(named["rank"].notnull()).inner_join(own, "household_key")
    better = beside.filter(beside["rank"] < beside.own_rank.fill_null(len(ranks)))
    return better.group_by("household_key").agg(better_rank=better["rank"].min())


def _rank_of(rows: ir.Table, column: str, ranks: Mapping[str, int]) -> ir.Table:
    return rows.select("household_key", rank=_rank(rows[column], ranks))


def _rank(name: ir.StringColumn, ranks: Mapping[str, int]) -> ir.IntegerValue:
    """The place of a category or tag among the multipliers, blank for one that has none."""
    branches = [(name == tag, whole(rank)) for tag, rank in ranks.items()]
    return ibis.cases(*branches, else_=whole(None)) if branches else whole(None)


def _ranks(model: Model) -> dict[str, int]:
    return {tag: rank for rank, (tag, _) in enumerate(_ranked(model.identity.percent))}


def _ranked(percent: Mapping[str, int]) -> list[tuple[str, int]]:
    """The tags with their percents, the largest first and then by the alphabet."""
    return sorted(percent.items(), key=lambda pair: (-pair[1], pair[0]))


def _percent_of(rank: ir.IntegerColumn, ranked: Sequence[tuple[str, int]]) -> ir.IntegerValue:
    branches = [(rank == position, whole(percent)) for position, (_, percent) in enumerate(ranked)]
    return ibis.cases(*branches, else_=whole(100)) if branches else whole(100)


def _tag_of(rank: ir.IntegerColumn, ranked: Sequence[tuple[str, int]]) -> ir.StringValue:
    branches = [(rank == position, ibis.literal(tag)) for position, (tag, _) in enumerate(ranked)]
    return ibis.cases(*branches, else_=ibis.null("string")) if branches else ibis.null("string")
