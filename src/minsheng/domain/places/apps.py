"""The places app."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """Places: divisions and organisations."""

    name = "minsheng.domain.places"
    label = "places"
    default_auto_field = "django.db.models.BigAutoField"
