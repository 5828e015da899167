"""Bringing a run's results to PostgreSQL: only what people act on."""

from datetime import datetime
from functools import partial

from django.db import transaction

from minsheng.domain.audit.operations import record
from minsheng.domain.installation import Installation
from minsheng.domain.monitoring.models import Run
from minsheng.domain.monitoring.operations.desk import stand
from minsheng.domain.monitoring.operations.loading import RunInLake, load_run
from minsheng.domain.monitoring.operations.partitions import only_writer
from minsheng.domain.monitoring.operations.plans import plan_as_data
from minsheng.domain.monitoring.operations.tallying import tally_run
from minsheng.domain.monitoring.queries import refuse_retired
from minsheng.engine.explaining.reasons import RunContext, warning_reasons
from minsheng.engine.scoring.plan import RunPlan
from minsheng.engine.scoring.results import RunResult


def publish_results(*, plan: RunPlan, result: RunResult, installation: Installation, by: str, at: datetime, current: bool = True) -> None:
    """Bring levels, warnings with their reasons, hits and evidence into PostgreSQL, all or nothing; a second time changes nothing.

    The run becomes the current one of its model and month. Raises MonthRetired.
    """
    with transaction.atomic():
        only_writer()
        if current:
            same_line = Run.objects.filter(month=str(plan.month), model_name=plan.model.name, current=True)
            same_line.exclude(pk=result.run_id).update(current=False)
        known = Run.objects.filter(pk=result.run_id).first()
        if known is not None:
            Run.objects.filter(pk=result.run_id).update(current=current or known.current)
            if current and known.retired_at is None:
                stand(run=result.run_id, by=by, at=at)
            return
        refuse_retired(Run.objects.filter(month=str(plan.month)).values_list("pk", flat=True))
        _publish(plan, result, installation, by, at, current)


def _publish(plan: RunPlan, result: RunResult, installation: Installation, by: str, at: datetime, current: bool) -> None:
    model = f"{plan.model.name}@{plan.model.version}"
    run = Run.objects.create(
        id=result.run_id,
        month=str(plan.month),
        model_id=model,
        model_name=plan.model.name,
        current=current,
        result_hash=result.result_hash,
        summary=_summary(result) | {"inputs": plan_as_data(plan)},
        finished_at=at,
        run_by=by,
    )
    context = RunContext(plan.model, installation.catalogue, plan.month, result.unknown)
    register = {name: file.path for name, file in plan.registry.given().items()}
    load_run(RunInLake(installation.lake, result.run_id, plan.month, register), partial(warning_reasons, context=context))
    tally_run(run)
    if current:
        stand(run=result.run_id, by=by, at=at)
    record(
        "run.published",
        by=by,
        at=at,
        subject=f"run:{result.run_id}",
        detail=_summary(result) | {"month": str(plan.month), "model": model},
    )


def _summary(result: RunResult) -> dict[str, object]:
    names = ("households", "persons", "by_level", "by_change", "warnings", "suppressed", "unknown", "seconds")
    return {name: getattr(result, name) for name in names}
