"""The addresses of the list."""

from django.urls import path

from minsheng.web.office.warnings import acting, views

urlpatterns = [
    path("warnings/", views.warnings, name="warnings"),
    path("warnings/search/", views.search, name="warnings_search"),
    path("warnings/filters/", views.keep_filter, name="warnings_filter"),
    path("warnings/filters/<int:filter_id>/forget/", views.forget_filter, name="warnings_filter_forget"),
    path("warnings/note/", acting.note, name="warnings_note"),
    path("warnings/note/undo/", acting.undo_note, name="warnings_note_undo"),
    path("warnings/verdict/", acting.ask_verdict, name="warnings_verdict"),
    path("warnings/verdict/give/", acting.give_verdict, name="warnings_verdict_give"),
    path("warnings/verdict/withdraw/", acting.withdraw, name="warnings_verdict_withdraw"),
    path("warnings/export/", acting.export, name="warnings_export"),
]
