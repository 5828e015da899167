"""The monitoring app."""

from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    """Monitoring: models, runs, levels, warnings."""

    name = "minsheng.domain.monitoring"
    label = "monitoring"
    default_auto_field = "django.db.models.BigAutoField"
