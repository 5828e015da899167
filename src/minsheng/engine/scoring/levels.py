"""From a score to a level: thresholds, hysteresis, triggers, and the change since last month."""

import ibis
import ibis.expr.types as ir

from minsheng.engine.indicators.grammar import Model


def levelled(model: Model, scored: ir.Table) -> ir.Table:
    """Add score_level, held_by_hysteresis, level and change to households with a score.

    Needs score, trigger_level, previous_score, previous_score_level and previous_level. Up at once; down only when the score is
    the margin under the threshold, or was under it last month too.
    """
    reached = _highest_level({level: scored.score >= least for level, least in model.thresholds.items()})
    margin = model.hysteresis.margin_millionths
    kept = {
        level: (scored.previous_score_level >= level) & (scored.score > least - margin) & (scored.previous_score >= least)
        for level, least in model.thresholds.items()
    }
    staged = scored.mutate(reached=reached, score_level=ibis.greatest(reached, _highest_level(kept)))
    staged = staged.mutate(
        held_by_hysteresis=staged.score_level > staged.reached, level=ibis.greatest(staged.score_level, staged.trigger_level)
    )
    return staged.mutate(change=_change(staged.previous_level, staged.level))


def _highest_level(holds: dict[int, ir.BooleanColumn]) -> ir.IntegerValue:
    branches = [(condition, ibis.literal(level, type="int64")) for level, condition in sorted(holds.items(), reverse=True)]
    return ibis.cases(*branches, else_=ibis.literal(0, type="int64"))


def _change(before: ir.IntegerColumn, now: ir.IntegerColumn) -> ir.StringValue:
    return ibis.cases(
        ((before == 0) & (now == 0), "none"),
        (before == 0, "new"),
        (now == 0, "cleared"),
        (now > before, "escalated"),
        (now < before, "eased"),
        else_="unchanged",
    )
