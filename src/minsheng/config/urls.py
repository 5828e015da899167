"""All addresses: signing in, and the office."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("minsheng.web.accounts.urls")),
    path("", include("minsheng.web.office.urls")),
]
