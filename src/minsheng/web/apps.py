"""The web app."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Pages and their template tags."""

    name = "minsheng.web"
    label = "web"

    def ready(self) -> None:
        """Listen to the sign-in library."""
        from minsheng.web.accounts.recording import listen

        listen()
