"""The registry app."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """Registry: persons, households and who lives together."""

    name = "minsheng.domain.registry"
    label = "registry"
    default_auto_field = "django.db.models.BigAutoField"
