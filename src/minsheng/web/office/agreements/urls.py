"""The addresses of sharing agreements."""

from django.urls import path

from minsheng.web.office.agreements import views

urlpatterns = [
    path("agreements/", views.agreements, name="agreements"),
    path("agreements/draft/<slug:department>/", views.draft, name="agreement_draft"),
    path("agreements/<int:agreement>/", views.agreement, name="agreement"),
    path("agreements/<int:agreement>/edit/", views.edit, name="agreement_edit"),
    path("agreements/<int:agreement>/in-force/", views.in_force, name="agreement_in_force"),
    path("agreements/<int:agreement>/end/", views.end, name="agreement_end"),
    path("agreements/<int:agreement>/renew/", views.renew, name="agreement_renew"),
]
