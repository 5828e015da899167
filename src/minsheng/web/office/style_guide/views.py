"""The style guide; there only in a demo."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from minsheng.web.gate import public
from minsheng.web.office.style_guide.figures import samples


@public
def style_guide(request: HttpRequest) -> HttpResponse:
    """Every component in its states; `?wall` in the wall's dark dress. Elsewhere than in a demo there is no such page."""
    if not settings.DEMO:
        raise Http404
    template = "office/style_guide_wall.html" if "wall" in request.GET else "office/style_guide.html"
    return render(request, template, samples())
