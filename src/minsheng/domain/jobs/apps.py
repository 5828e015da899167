"""The jobs app."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Jobs: work in the background."""

    name = "minsheng.domain.jobs"
    label = "jobs"
    default_auto_field = "django.db.models.BigAutoField"
