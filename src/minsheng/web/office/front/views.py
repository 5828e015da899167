"""The front page."""

from django.http import HttpResponse
from django.shortcuts import render

from minsheng.web.gate import page
from minsheng.web.requests import OfficeRequest


@page()
def front(request: OfficeRequest) -> HttpResponse:
    """What waits for this person today."""
    return render(request, "office/front.html")
