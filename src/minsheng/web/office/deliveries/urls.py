"""The addresses of deliveries and uploads."""

from django.urls import path

from minsheng.web.office.deliveries import calendar, sending, sheet

urlpatterns = [
    path("deliveries/", calendar.deliveries, name="deliveries"),
    path("deliveries/send/", sending.send, name="send"),
    path("deliveries/<str:delivery>/", sheet.delivery, name="delivery"),
    path("deliveries/<str:delivery>/rows/", sheet.rejected_rows, name="rejected_rows"),
    path("deliveries/<str:delivery>/rejected.csv", sheet.rejected_file, name="rejected_file"),
    path("deliveries/<str:delivery>/release/", sheet.release, name="release"),
    path("uploads/<slug:feed>/<str:month>/files", sending.begin, name="begin_upload"),
    path("uploads/<slug:feed>/<str:month>/files/<uuid:upload>", sending.piece, name="upload_piece"),
    path("uploads/<slug:feed>/<str:month>/files/<uuid:upload>/finish", sending.finish, name="finish_upload"),
    path("uploads/<uuid:upload>/", sending.upload, name="upload"),
    path("uploads/<uuid:upload>/progress/", sending.upload_progress, name="upload_progress"),
    path("uploads/<uuid:upload>/again/", sending.again, name="upload_again"),
    path("uploads/<uuid:upload>/give-up/", sending.give_up, name="give_up_upload"),
]
