"""The style guide; routed only where people are made up."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from minsheng.web.gate import public
from minsheng.web.office.style_guide.figures import samples


@public
def style_guide(request: HttpRequest) -> HttpResponse:
    """Every component in its states; `?wall` in the wall's dark dress."""
    template = "office/style_guide_wall.html" if "wall" in request.GET else "office/style_guide.html"
    return render(request, template, samples())
