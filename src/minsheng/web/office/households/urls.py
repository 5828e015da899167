"""The addresses of households."""

from django.urls import path

from minsheng.web.office.households import documents, views

urlpatterns = [
    path("households/", views.households, name="households"),
    path("households/search/", views.search, name="households_search"),
    path("households/documents/<uuid:document>/", documents.open_one, name="document_open"),
    path("households/documents/<uuid:document>/withdraw/", documents.withdraw, name="document_withdraw"),
    path("households/documents/of/<path:number>/keep/", documents.keep, name="document_keep"),
    path("households/of/<path:number>/", views.household, name="household"),
]
