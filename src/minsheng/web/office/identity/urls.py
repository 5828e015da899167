"""The addresses of identity review."""

from django.urls import path

from minsheng.web.office.identity import lists, views

urlpatterns = [
    path("identity/", views.identity, name="identity"),
    path("identity/undo/", views.undo, name="identity_undo"),
    path("identity/decisions/", lists.decisions, name="identity_decisions"),
    path("identity/ledgers/", lists.ledgers, name="identity_ledgers"),
    path("identity/merges/", lists.merges, name="merges"),
    path("identity/merges/<int:merge>/undo/", lists.unmerge, name="unmerge"),
    path("identity/<int:case>/", views.case, name="identity_case"),
    path("identity/<int:case>/decide/", views.decide, name="identity_decide"),
    path("identity/<int:case>/later/", views.later, name="identity_later"),
    path("identity/<int:case>/reveal/", views.reveal, name="identity_reveal"),
    path("identity/<int:case>/reopen/", views.reopen, name="identity_reopen"),
]
