"""Runs of a line whose warnings stand on the desk."""

from minsheng.domain.monitoring.models import DeskWarning
from minsheng.domain.monitoring.operations.desk import stand
from tests.operations.monitoring.district import AT, BY
from tests.operations.monitoring.published import on_the_roll, published_run, warned


def month_run(month, warnings=(), *, levels=(), model="tiny@2026.1", run_id=None, current=True):
    """A published run with warnings (key → facts) and further households that have a level (key → level), on the desk."""
    run = published_run(run_id or f"{model}-{month}", month=month, model=model, current=current)
    for key, facts in dict(warnings).items():
        warned(run, key, **facts)
        plain = {"level": 2, "score": 45_000_000} | facts
        on_the_roll(run, key, **{name: plain[name] for name in ("level", "score", "division") if name in plain})
    for key, level in dict(levels).items():
        on_the_roll(run, key, level=level, score=level * 21_000_000)
    stand(run=run.id, by=BY, at=AT)
    return run


def desk(run):
    """Household key → (status, since, warned month, level) on a run's desk."""
    rows = DeskWarning.objects.filter(run_id=run.id).order_by("household_key")
    return {row.household_key: (row.status, row.since, row.warned_month, row.level) for row in rows}
