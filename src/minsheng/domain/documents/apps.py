"""The documents app."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Documents: what people bring and workers photograph, in a household's file."""

    name = "minsheng.domain.documents"
    label = "documents"
    default_auto_field = "django.db.models.BigAutoField"
