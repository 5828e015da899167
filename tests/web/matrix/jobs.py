"""Runs and jobs: of the whole installation, for whoever may see runs; a job also for who asked for it."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from minsheng.domain.access.roles import May
from minsheng.domain.jobs import operations
from minsheng.domain.jobs.models import Job
from tests.web.routes import Route
from tests.web.world import OfficeWorld


def _job(_: OfficeWorld) -> Mapping[str, Any]:
    known = Job.objects.filter(kind="export_heads").first()
    return {"number": known.pk if known else operations.ask_job(kind="export_heads", arguments={}, by="cli:tester", at=timezone.now())}


def _run(world: OfficeWorld) -> Mapping[str, Any]:
    return {"run": world.run.id}


def _both(world: OfficeWorld) -> Mapping[str, Any]:
    return {"first": world.before.id, "second": world.run.id}


ROUTES = {
    "office:jobs": Route(may=May.SEE_RUNS),
    "office:job": Route(may=None, here=_job, answers=(200, 404)),
    "office:job_progress": Route(may=None, here=_job, answers=(200, 404)),
    "office:job_cancel": Route(may=None, here=_job, method="post", answers=(302, 404)),
    "office:job_retry": Route(may=None, here=_job, method="post", answers=(302, 400, 404)),
    "office:runs": Route(may=May.SEE_RUNS),
    "office:run": Route(may=May.SEE_RUNS, here=_run),
    "office:run_moved": Route(may=May.SEE_RUNS, here=_run),
    "office:runs_compare": Route(may=May.SEE_RUNS, query=_both),
    "office:run_start": Route(may=May.START_RUNS, query=lambda world: {"month": world.run.month}, throughout=True),
}
