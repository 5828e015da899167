"""Starting a month's run: what the month lacks is said before, and the same run is not started twice."""

from collections.abc import Iterator
from datetime import date
from typing import ClassVar

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from minsheng.domain.access.roles import May
from minsheng.domain.access.viewers import demand_throughout
from minsheng.domain.jobs import operations
from minsheng.domain.jobs.queries import living_job
from minsheng.domain.monitoring.beginning import before_run
from minsheng.domain.monitoring.queries import NoSuchModel, NoSuchRun, leading_model, model_lines_run, published_models
from minsheng.engine.contracts.schema import Text
from minsheng.kernel.errors import Refusal
from minsheng.kernel.periods import Month
from minsheng.web.components import Crumb
from minsheng.web.gate import page
from minsheng.web.office.jobs.showing import shown
from minsheng.web.requests import OfficeRequest, installation, now
from minsheng.web.words import spoken

KIND = "run_month"
_MONTHS_OFFERED = 18


class MonthAhead(Refusal):
    """The month has not begun."""

    code: ClassVar[str] = "month-not-over"


@page(May.START_RUNS)
def start(request: OfficeRequest) -> HttpResponse:
    """Choose a month and a model, read what is missing or held, and start."""
    demand_throughout(request.viewer, May.START_RUNS, installation().area)
    asked = request.POST if request.method == "POST" else request.GET
    place, models = installation(), _models()
    month, model = _month(asked.get("month", ""), place.today), asked.get("model", "") or next(iter(models), "")
    if model not in models:
        raise NoSuchModel("No such model is published.", next_step="Choose one of the list.")
    arguments = {"month": str(month), "model": model}
    if request.method == "POST":
        return _started(request, arguments)
    under_way = living_job(KIND, arguments, at=now())
    given = {
        "before": before_run(month, model, installation=place),
        "month": str(month),
        "months": [str(one) for one in _offered(Month.of(place.today))],
        "model": model,
        "models": models,
        "crumbs": [Crumb(Text(zh="运行与任务", en="Runs and jobs"), reverse("office:jobs"))],
        "under_way": shown(under_way, request.viewer) if under_way else None,
    }
    return render(request, "office/jobs/start.html", given)


def _started(request: OfficeRequest, arguments: dict[str, str]) -> HttpResponse:
    try:
        number = operations.ask_job_as(viewer=request.viewer, kind=KIND, arguments=arguments, at=now(), area=installation().area)
    except operations.AlreadyAsked as already:
        if already.job is None:
            raise
        messages.info(request, spoken("这次运行已经在进行，没有再启动一次。", "This run is under way already; it was not started twice."))
        return redirect("office:job", number=already.job)
    messages.success(request, spoken("运行已提交。", "The run has been asked for."))
    return redirect("office:job", number=number)


def _models() -> dict[str, Text]:
    """The lines of models by name, the leading one first."""
    titles = {line.id.partition("@")[0]: line.title for line in published_models()}
    try:
        leading = leading_model()
    except NoSuchRun:
        leading = ""
    run = set(model_lines_run())
    return {name: titles[name] for name in sorted(titles, key=lambda name: (name != leading, name not in run, name))}


def _month(text: str, today: date) -> Month:
    newest = Month.of(today)
    if not text:
        return newest.plus(-1)
    month = Month.parse(text)
    if month > newest:
        raise MonthAhead(f"{month} has not begun yet.", next_step="Choose a month that has.")
    return month


def _offered(newest: Month) -> Iterator[Month]:
    yield from (newest.plus(-back) for back in range(_MONTHS_OFFERED))
