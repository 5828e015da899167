"""The addresses of people and rights."""

from django.urls import path

from minsheng.web.office.users import granting, revealing, views

urlpatterns = [
    path("users/", views.users, name="users"),
    path("users/add/", views.add, name="user_add"),
    path("users/review/", granting.reviews, name="users_review"),
    path("users/places/", granting.find_places, name="user_places"),
    path("users/role/", granting.explain_role, name="user_role"),
    path("users/grants/<int:grant>/revoke/", granting.revoke, name="grant_revoke"),
    path("users/confirm/", granting.confirmations, name="users_confirmations"),
    path("users/grants/<int:grant>/confirm/", granting.confirm, name="grant_confirm"),
    path("users/grants/<int:grant>/review/", granting.review, name="grant_review"),
    path("users/of/<str:username>/", views.user, name="user"),
    path("users/of/<str:username>/give/", granting.give, name="user_give"),
    path("users/of/<str:username>/reset/", views.reset, name="user_reset"),
    path("users/of/<str:username>/deactivate/", views.deactivate, name="user_deactivate"),
    path("users/of/<str:username>/activate/", views.activate, name="user_activate"),
    path("users/of/<str:username>/sessions/end/", views.end_sessions, name="user_end_sessions"),
    path("reveal/<str:kind>/<int:key>/<str:field>/", revealing.reveal, name="reveal"),
    path("break-glass/", revealing.break_glass, name="break_glass"),
    path("openings/", revealing.openings, name="openings"),
    path("openings/<int:opening>/review/", revealing.review_opening, name="opening_review"),
]
