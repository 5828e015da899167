"""The web app."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Pages and their template tags."""

    name = "minsheng.web"
    label = "web"
