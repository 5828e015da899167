"""The modelling app."""

from django.apps import AppConfig


class ModellingConfig(AppConfig):
    """Modelling: drafts, proposals and approvals of monitoring models."""

    name = "minsheng.domain.modelling"
    label = "modelling"
    default_auto_field = "django.db.models.BigAutoField"
