"""The addresses of households."""

from django.urls import path

from minsheng.web.office.households import views

urlpatterns = [
    path("households/", views.households, name="households"),
    path("households/search/", views.search, name="households_search"),
    path("households/of/<path:number>/", views.household, name="household"),
]
