"""The addresses of the situation."""

from django.urls import path

from minsheng.web.office.situation import views

urlpatterns = [
    path("situation/", views.overview, name="situation"),
    path("situation/<slug:picture>.csv", views.picture_csv, name="situation_csv"),
    path("wall/", views.wall, name="wall"),
]
