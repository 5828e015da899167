"""The addresses of the situation."""

from django.urls import path

from minsheng.web.office.situation import maps, views, work

urlpatterns = [
    path("situation/", views.overview, name="situation"),
    path("situation/workload/", work.work, name="situation_work"),
    path("situation/boundaries/<slug:digest>/<slug:division>.geojson", maps.boundary_file, name="boundaries"),
    path("situation/<slug:picture>.csv", views.picture_csv, name="situation_csv"),
    path("wall/", views.wall, name="wall"),
]
