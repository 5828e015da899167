"""What the queue may be asked for: to carry out a job, and what happens by itself. Hours are those of UTC."""

import contextlib
from typing import cast

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.job_context import AbortReason

from minsheng.domain.documents import operations as documents
from minsheng.domain.feeds import operations as feeds
from minsheng.domain.feeds.queries import decisions_behind
from minsheng.domain.installation import Installation
from minsheng.domain.jobs import operations
from minsheng.domain.jobs.queue import CARRY_OUT

BY = "job:timetable"


def installation() -> Installation:
    """The installation of this process; raises NotInitialised or BadKey."""
    return cast("Installation", import_string(settings.INSTALLATION_PROVIDER)())


@app.task(name=CARRY_OUT, pass_context=True)
def carry_out(context: JobContext, job: int) -> None:
    """Carry out one job."""

    def stopping() -> bool:
        return context.abort_reason() is AbortReason.SHUTDOWN

    operations.carry_out(job=job, installation=installation, stopping=stopping, clock=timezone.now)


@app.periodic(cron="* * * * *")
@app.task(name="minsheng.look_after_jobs", queue="short", queueing_lock="look_after_jobs", pass_context=False)
def look_after_jobs(timestamp: int) -> None:  # noqa: ARG001
    """Every minute: jobs whose worker died are tried again."""
    operations.pick_up_abandoned(by=BY, at=timezone.now())


@app.periodic(cron="10 17 * * *")
@app.task(name="minsheng.export_heads_daily", queue="short", pass_context=False)
def export_heads_daily(timestamp: int) -> None:  # noqa: ARG001
    """Every day soon after midnight in China: the audit chain's heads."""
    _ask_once("export_heads")


@app.periodic(cron="30 18 * * 6")
@app.task(name="minsheng.verify_audit_weekly", queue="short", pass_context=False)
def verify_audit_weekly(timestamp: int) -> None:  # noqa: ARG001
    """Every week: the whole audit log is checked."""
    _ask_once("verify_audit")


@app.periodic(cron="5 17 * * *")
@app.task(name="minsheng.mind_agreements_daily", queue="short", pass_context=False)
def mind_agreements_daily(timestamp: int) -> None:  # noqa: ARG001
    """Every day soon after midnight in China: agreements that ran out stop their feeds, those near it are spoken of."""
    feeds.mind_agreements(today=timezone.localdate(), by=BY, at=timezone.now())


@app.periodic(cron="20 17 * * *")
@app.task(name="minsheng.clear_uploads_daily", queue="short", pass_context=False)
def clear_uploads_daily(timestamp: int) -> None:  # noqa: ARG001
    """Every day: uploads that nobody went on with for a week are given up."""
    feeds.clear_uploads(installation=installation(), by=BY, at=timezone.now())


@app.periodic(cron="40 17 * * *")
@app.task(name="minsheng.clear_documents_daily", queue="short", pass_context=False)
def clear_documents_daily(timestamp: int) -> None:  # noqa: ARG001
    """Every day: sealed files that no document refers to are removed."""
    documents.clear_leftovers(lake=installation().lake, at=timezone.now())


@app.periodic(cron="*/15 * * * *")
@app.task(name="minsheng.follow_decisions", queue="short", queueing_lock="follow_decisions", pass_context=False)
def follow_decisions(timestamp: int) -> None:  # noqa: ARG001
    """Every quarter of an hour: ledgers follow the identities that were decided meanwhile."""
    if decisions_behind(installation().catalogue):
        _ask_once("refresh_ledgers")


def _ask_once(kind: str) -> None:
    """Ask for a job unless the same one is still under way."""
    with contextlib.suppress(operations.AlreadyAsked):
        operations.ask_job(kind=kind, arguments={}, by=BY, at=timezone.now())
