"""The addresses of the office, page by page."""

from django.urls import URLPattern, URLResolver, include, path

from minsheng.web.office.front.views import front
from minsheng.web.office.speaking.views import language
from minsheng.web.office.style_guide.views import style_guide

app_name = "office"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", front, name="front"),
    path("language/", language, name="language"),
    path("style/", style_guide, name="style_guide"),
    path("", include("minsheng.web.office.jobs.urls")),
    path("", include("minsheng.web.office.situation.urls")),
    path("", include("minsheng.web.office.users.urls")),
    path("", include("minsheng.web.office.deliveries.urls")),
    path("", include("minsheng.web.office.audit.urls")),
    path("", include("minsheng.web.office.models.urls")),
    path("", include("minsheng.web.office.identity.urls")),
    path("", include("minsheng.web.office.agreements.urls")),
    path("", include("minsheng.web.office.warnings.urls")),
    path("", include("minsheng.web.office.households.urls")),
]
