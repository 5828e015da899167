"""The audit app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Audit: what happened, who did it."""

    name = "minsheng.domain.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"
