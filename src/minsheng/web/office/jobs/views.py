"""Jobs: the list, one with its log, how far it is, cancelling and trying again."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from minsheng.domain.access.roles import May
from minsheng.domain.jobs import operations, queries, states
from minsheng.domain.jobs.kinds import kinds
from minsheng.engine.contracts.schema import Text
from minsheng.web.components import Crumb
from minsheng.web.gate import page
from minsheng.web.office.jobs.showing import log_line, shown
from minsheng.web.office.jobs.tabs import tabs
from minsheng.web.requests import OfficeRequest, installation, now
from minsheng.web.words import spoken

PAGE = 50


@page(May.SEE_RUNS)
def jobs(request: OfficeRequest) -> HttpResponse:
    """The jobs, the newest first."""
    kind, state = request.GET.get("kind", ""), request.GET.get("state", "")
    before = _number(request.GET.get("after", ""))
    chosen = {"in_states": [state] if state in states.STATES else (), "kinds": [kind] if kind else ()}
    found = queries.jobs_page(at=now(), limit=PAGE + 1, before=before, **chosen)
    given = {
        "tabs": tabs("jobs"),
        "lines": [shown(one, request.viewer) for one in found[:PAGE]],
        "stuck": [shown(one, request.viewer) for one in queries.stuck_jobs(at=now())],
        "worker_lives": queries.worker_lives(),
        "kinds": [(one.name, one.general) for one in kinds()],
        "states": [(name, Text(zh=label.zh, en=label.en)) for name, label in states.STATES.items()],
        "kind": kind,
        "state": state,
        "older": str(found[PAGE - 1].number) if len(found) > PAGE else "",
        "may_start": request.viewer.throughout(May.START_RUNS, installation().area),
    }
    return render(request, "office/jobs/jobs.html", given)


@page()
def job(request: OfficeRequest, number: int) -> HttpResponse:
    """One job with its log. Whoever may see runs sees every job, everybody else their own: the database knows."""
    found = queries.job_numbered(number, at=now())
    seen_from = [Crumb(Text(zh="运行与任务", en="Runs and jobs"), reverse("office:jobs"))] if request.viewer.may(May.SEE_RUNS) else []
    given = {"one": shown(found, request.viewer), "log": [log_line(entry) for entry in queries.entries_of(number)], "crumbs": seen_from}
    return render(request, "office/jobs/job.html", given)


@page()
def progress(request: OfficeRequest, number: int) -> HttpResponse:
    """How far a job is; asked again until it has ended, and then the page is fetched anew."""
    found = queries.job_numbered(number, at=now())
    answer = render(request, "office/jobs/progress.html", {"one": shown(found, request.viewer)})
    if not found.living:
        answer["HX-Refresh"] = "true"
    return answer


@page()
@require_POST
def cancel(request: OfficeRequest, number: int) -> HttpResponse:
    """Cancel a job."""
    state = operations.cancel_job(job=number, by=request.viewer.acts_as, at=now())
    said = (
        ("任务已取消。", "The job is cancelled.")
        if state == states.CANCELLED
        else ("任务会在下一个停顿处停下。", "The job stops at its next pause.")
    )
    messages.success(request, spoken(*said))
    return redirect("office:job", number=number)


@page()
@require_POST
def retry(request: OfficeRequest, number: int) -> HttpResponse:
    """Try a job again."""
    operations.retry_job(job=number, by=request.viewer.acts_as, at=now())
    messages.success(request, spoken("任务已重新排队。", "The job waits to be tried again."))
    return redirect("office:job", number=number)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
