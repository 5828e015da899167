"""The addresses of the audit search."""

from django.urls import path

from minsheng.web.office.audit import views

urlpatterns = [
    path("audit/", views.search, name="audit"),
    path("audit/check/", views.check, name="audit_check"),
]
