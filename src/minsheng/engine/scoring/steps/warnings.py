"""Step 5: who is warned of, and which of those warnings are suppressed."""

from functools import reduce

import ibis
import ibis.expr.types as ir

from minsheng.engine.scoring.inputs import RunInputs
from minsheng.engine.scoring.tables import TABLES


def warnings(run: RunInputs) -> None:
    """The `warnings` table: new and escalated households, and unchanged ones with a new indicator; suppressed ones marked."""
    scores = run.earlier("scores")
    candidates = scores.filter(scores.change.isin(["new", "escalated", "unchanged"]))
    points = run.kept("compared", _against_last_month(run)).semi_join(candidates, "household_key")
    renewed = points.filter(points.is_new).select("household_key").distinct().mutate(has_new=ibis.literal(value=True))
    due = _beside(candidates, renewed)
    by_change = due.change.isin(["new", "escalated"])
    due = due.mutate(cause=ibis.ifelse(by_change, due.change, "new-indicator"))
    due = due.filter(by_change | due.has_new.fill_null(False))
    run.result("warnings", _suppression(run, due.select("household_key", "level", "change", "cause"), points))


def _against_last_month(run: RunInputs) -> ir.Table:
    """Points that count, with `is_new` (a person's indicator that had no points last month) and `band_rose`; never of stale ones."""
    pointed, before = run.earlier("pointed"), run.last_month("points")
    counting, before = pointed.filter(pointed.points > 0), before.filter(before.points > 0)
    bands_before = before.group_by("person_key", "indicator").agg(band_before=before.band.max())
    joined = counting.left_join(bands_before, ["person_key", "indicator"])
    known = joined.stale_months == 0
    return joined.select(
        *TABLES["points"].schema.names,
        is_new=known & joined.band_before.isnull(),
        band_rose=(known & (joined.band > joined.band_before)).fill_null(False),
    )


def _suppression(run: RunInputs, due: ir.Table, points: ir.Table) -> ir.Table:
    verdict, beyond = _latest_verdict(run), _beyond_verdict(run, points)
    joined = reduce(_beside, (verdict, beyond), due)
    suppressed = joined.verdict.notnull() & joined.beyond.isnull()
    return joined.select(
        *due.columns,
        suppressed=suppressed,
        suppressed_by=ibis.ifelse(suppressed, joined.verdict, ibis.null("string")),
        suppressed_by_on=ibis.ifelse(suppressed, joined.given_on, ibis.null("date")),
    )


def _beside(left: ir.Table, right: ir.Table) -> ir.Table:
    return left.left_join(right, "household_key").drop("household_key_right")


def _latest_verdict(run: RunInputs) -> ir.Table:
    """Per household the latest verdict of the quiet period that keeps it quiet."""
    rule, month = run.plan.model.suppression, run.plan.month
    given = run.register("verdicts")
    quiet = (given.given_on > month.plus(-rule.quiet_months).last_day) & (given.given_on <= month.last_day)
    given = given.filter(quiet & given.verdict.isin(rule.verdicts)) if rule.verdicts else given.filter(ibis.literal(value=False))
    latest = given.group_by("household_key").agg(latest_on=given.given_on.max())
    joined = given.inner_join(latest, "household_key")
    last = joined.filter(joined.given_on == joined.latest_on)
    return last.group_by("household_key").agg(verdict=last.verdict.max(), given_on=last.given_on.max())


def _beyond_verdict(run: RunInputs, points: ir.Table) -> ir.Table:
    """Households with an indicator, or a higher band of one, that the warning at the verdict did not have."""
    seen = run.merged(run.register("verdict_hits"))
    seen = seen.group_by("household_key", "person_key", "indicator").agg(seen_band=seen.band.max())
    joined = points.left_join(seen, ["household_key", "person_key", "indicator"])
    beyond = joined.filter(joined.seen_band.isnull() | (joined.band > joined.seen_band))
    return beyond.select("household_key").distinct().mutate(beyond=ibis.literal(value=True))
