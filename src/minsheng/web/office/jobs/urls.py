"""The addresses of runs and jobs."""

from django.urls import path

from minsheng.web.office.jobs import runs, starting, views

urlpatterns = [
    path("jobs/", views.jobs, name="jobs"),
    path("jobs/<int:number>/", views.job, name="job"),
    path("jobs/<int:number>/progress/", views.progress, name="job_progress"),
    path("jobs/<int:number>/cancel/", views.cancel, name="job_cancel"),
    path("jobs/<int:number>/retry/", views.retry, name="job_retry"),
    path("jobs/runs/", runs.runs, name="runs"),
    path("jobs/runs/start/", starting.start, name="run_start"),
    path("jobs/runs/compare/", runs.compare, name="runs_compare"),
    path("jobs/runs/of/<str:run>/", runs.run, name="run"),
    path("jobs/runs/of/<str:run>/moved/", runs.moved, name="run_moved"),
]
