"""Runs as if they had been published, for what only reads them: which warnings stand where."""

from minsheng.domain.monitoring.models import HouseholdLevel, PublishedModel, Run, Warning
from minsheng.domain.monitoring.operations.partitions import month_for_loading
from minsheng.domain.monitoring.queries import FinishedRun, run_named
from minsheng.kernel.periods import Month
from tests.operations.monitoring.district import AT, BY


def published_run(run_id="a1b2", *, month="2026-06", model="tiny@2026.1", current=True, at=AT):
    """A published run without any warning."""
    name, version = model.split("@")
    PublishedModel.objects.get_or_create(
        id=model, defaults={"name": name, "version": version, "digest": "", "document": "{}", "published_at": AT, "published_by": BY}
    )
    Run.objects.create(
        id=run_id, month=month, model_id=model, model_name=name, current=current, result_hash="", summary={}, finished_at=at, run_by=BY
    )
    with month_for_loading(Month.parse(month), run_id):
        """A month of the roll, empty."""
    return run_named(run_id)


def warned(run: FinishedRun, household_key, *, division="999001001201", level=2, score=45_000_000, **facts):
    """A warning of a run."""
    plain = {"change": "new", "cause": "new", "indicators": ["own_cost"], "reason_zh": "户主自付 6,000 元。", "reason_en": "Paid 6,000."}
    said = {"suppressed": False, "suppressed_by": ""} | plain | facts
    where = {"month": run.month, "run_id": run.id, "household_key": household_key, "division": division}
    return Warning.objects.create(level=level, score=score, **where, **said)


def on_the_roll(run: FinishedRun, household_key, *, division="999001001201", level=0, score=0):
    """A household that a run looked at."""
    where = {"month": run.month, "run_id": run.id, "household_key": household_key, "division": division}
    return HouseholdLevel.objects.create(level=level, previous_level=0, change="none", score=score, **where)
