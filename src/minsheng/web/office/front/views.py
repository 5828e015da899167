"""The front page."""

from django.http import HttpResponse
from django.shortcuts import render

from minsheng.domain.access.roles import May
from minsheng.web.gate import page
from minsheng.web.office.front.waiting import NOW, SOON, not_run_yet, waiting_for
from minsheng.web.requests import OfficeRequest, installation


@page()
def front(request: OfficeRequest) -> HttpResponse:
    """What waits for this person today, by urgency."""
    waiting = waiting_for(request.viewer)
    words = {
        "waiting": waiting,
        "urgent": sum(one.urgency == NOW for one in waiting),
        "soon": sum(one.urgency == SOON for one in waiting),
        "not_run": not_run_yet() if request.viewer.throughout(May.START_RUNS, installation().area) else None,
    }
    return render(request, "office/front.html", words)
